"""The rules of referring: pure, with no row, request or clock."""
