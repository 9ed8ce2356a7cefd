"""How anything moves, is logged, kept secret, sent and counted. Knows no union word and no HTTP."""
