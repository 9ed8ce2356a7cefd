"""工作台: what waits for me, my union at a glance, what changed; search, messages, long jobs."""
