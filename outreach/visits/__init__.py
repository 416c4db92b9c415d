"""Visit requests: what an institution asks for, and what becomes of it."""
