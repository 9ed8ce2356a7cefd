"""The officers' desk: one folder per section of the navigation, each with its pages and its `urls.py`."""
