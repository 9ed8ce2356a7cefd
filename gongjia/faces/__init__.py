"""The only floor that knows HTTP: shared < console | portal | public | api."""
