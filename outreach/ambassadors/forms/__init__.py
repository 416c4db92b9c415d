"""The questions about ambassadors."""
