"""Hardship files: the list, one with its computation, the steps of a new one, the yearly desk; condolences."""
