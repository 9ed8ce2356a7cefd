"""Gongjia (工家): the working system of trade-union federations."""

__version__ = "0.1.0"
