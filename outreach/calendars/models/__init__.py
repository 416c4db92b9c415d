"""What calendars keep."""

from outreach.calendars.models.health import FeedFetch
from outreach.calendars.models.private import PrivateFeed
from outreach.calendars.models.texts import CalendarText, CalendarVersion

__all__ = ["CalendarText", "CalendarVersion", "FeedFetch", "PrivateFeed"]
