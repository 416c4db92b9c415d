"""Pages of visits: asking for one, following it, and deciding it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("visits", __name__)

# The pages register themselves on the blueprint.
from outreach.visits.views import arrangements, asking, deciding, following, public  # noqa: E402, F401
