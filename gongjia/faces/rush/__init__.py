"""The rush (先到先得): a process of its own beside the web server, for the minute in which everybody comes at once.

It serves one page and one act, gathers claims for a few milliseconds into one transaction and calls the same
functions of events that the ordinary page calls. Without it the ordinary page does the same, slower.
"""
