"""Decisions of programmes: facts in, answers or reasons out. No table and no clock is asked here."""
