"""Mail as rows, written in the same transaction as the change that caused it; a worker sends it."""
