"""设置: wording of messages, holidays, rule values, the list of trades, health of sending, tokens, versions."""
