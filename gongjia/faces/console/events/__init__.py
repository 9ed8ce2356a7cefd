"""活动: drawn up, published, signed up for, drawn, held, marked and settled."""
