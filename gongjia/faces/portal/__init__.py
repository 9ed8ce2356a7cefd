"""The member on a phone: card, 查我的会籍, my data, corrections, transfers, asking an officer for help."""
