"""Keeping the texts of calendars in step with the events, and what people do with calendars."""

from outreach.calendars.actions.texts import find_differences, follow_county_file, follow_event, mend_texts, rebuild

__all__ = ["find_differences", "follow_county_file", "follow_event", "mend_texts", "rebuild"]
