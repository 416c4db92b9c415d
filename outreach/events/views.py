"""Pages of events."""

from __future__ import annotations

from flask import Blueprint

from outreach.events import models as _models  # noqa: F401 until the pages come

bp = Blueprint("events", __name__)
