"""Accounts: log-in by phone or slip, second factor, devices, consent. Knows no union and no person."""
