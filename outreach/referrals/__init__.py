"""Refer a friend. Its place in the house; the scheme moves in next."""
