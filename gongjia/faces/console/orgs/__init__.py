"""组织: the register, one union and the acts on it, the desk of late unions, units without a union, homes."""
