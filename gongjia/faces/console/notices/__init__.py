"""Notices (公示): the list, one, its poster, its photo, objections and their answers."""
