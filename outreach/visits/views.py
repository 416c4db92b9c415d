"""Pages of visits."""

from __future__ import annotations

from flask import Blueprint

from outreach.visits import models as _models  # noqa: F401 until the pages come

bp = Blueprint("visits", __name__)
