"""Unions: the tree, terms, units without a union, members' homes."""
