"""Recruitment outreach for a county: ambassadors, visits, events, referrals and calendars.

Importing this package loads nothing else, so that a rule can be imported without loading Flask.
"""
