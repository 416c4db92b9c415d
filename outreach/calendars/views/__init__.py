"""Pages of calendars: the feeds that programs read, and the pages that people read."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("calendars", __name__)

from outreach.calendars.views import addresses, feeds, health, pages, private, single, subscribe  # noqa: E402 they use the blueprint

__all__ = ["addresses", "bp", "feeds", "health", "pages", "private", "single", "subscribe"]
