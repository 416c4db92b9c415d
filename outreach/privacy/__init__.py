"""The retention engine and the pages that say what is kept, both read from what each feature declares."""
