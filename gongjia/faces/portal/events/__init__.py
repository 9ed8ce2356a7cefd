"""Events on a phone: what I can join and why, my place, my ticket, why not me, my children, my hours."""
