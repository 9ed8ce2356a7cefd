"""统计与总结: figures and what is behind them, targets, hand entries, reports, the dashboard."""
