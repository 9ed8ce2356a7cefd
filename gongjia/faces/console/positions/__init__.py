"""任职与权限: who holds which post, granted, ended, handed over, covered, confirmed each quarter."""
