"""会员: the list, one member, what an officer does with a membership, what waits on the desk."""
