"""Pages of events: for coordinators, and the invitations that ambassadors open."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("events", __name__)

from outreach.events.views import assigning, changing, invitations, staff, stopping  # noqa: E402, F401 they hang on bp
