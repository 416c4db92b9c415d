"""Who did what to which row: append-only, written in the same transaction as the change."""
