"""Pages of ambassadors."""

from __future__ import annotations

from flask import Blueprint

from outreach.ambassadors import models as _models  # noqa: F401 until the pages come

bp = Blueprint("ambassadors", __name__)
