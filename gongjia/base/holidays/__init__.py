"""Holidays and 调休 that officers enter, on top of the shipped file (see `base/workdays.py`)."""
