"""Services of programmes on a phone: what one can apply for, applying in short steps, where it lies, what came of it."""
