"""Pages of outcomes."""

from __future__ import annotations

from flask import Blueprint

from outreach.outcomes import models as _models  # noqa: F401 until the pages come

bp = Blueprint("outcomes", __name__)
