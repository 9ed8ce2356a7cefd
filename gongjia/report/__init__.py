"""Figures and the work report: every figure is a query, climbs down to records and is typed once at most."""
