"""申报审批: rounds, review desks, panels, decisions, awards, work at the counter."""
