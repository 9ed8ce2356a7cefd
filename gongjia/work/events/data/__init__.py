"""Files of events that leave the program as they are: the script that recomputes a draw."""
