"""The questions about a visit: one a page for those who ask, on one page for the coordinator who takes them down."""
