"""Colleges, schools, jobcentres and other hosts: their sites and the people who speak for them."""
