"""The demo county: invented people and two years of their visits, the same for the same seed and day."""
