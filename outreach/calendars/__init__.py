"""Feeds, single-event files and the public calendar pages."""
