"""Who takes part: log-ins, unions, members."""
