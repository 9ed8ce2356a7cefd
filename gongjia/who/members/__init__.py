"""Persons, their membership, transfers and posts; who may do what (the Actor) is read from here."""
