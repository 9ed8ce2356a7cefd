"""Programmes: from an open round over applications, desks and a decision to an award."""
