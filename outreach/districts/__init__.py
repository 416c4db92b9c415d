"""Reference data: the county, its districts and its vocabularies, loaded from a data file."""
