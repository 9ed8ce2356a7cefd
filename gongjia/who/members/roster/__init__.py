"""The roster: a sheet of members, read, checked as a whole, previewed, run in chunks, undone.

columns  what the columns are called and which codes they take
reading  sheet -> table of raw cells, with the sheet's own row numbers
checking every rule on every cell, column by column (no database)
planning what the file would do to the records: add, change, leave alone, refuse; who is missing
running  the plan, chunk by chunk: data and cursor commit together
"""
