"""Data shipped with the hardship files: the national form as a template."""
