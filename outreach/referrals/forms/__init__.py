"""The questions of referring."""
