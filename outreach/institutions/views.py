"""Pages of institutions."""

from __future__ import annotations

from flask import Blueprint

from outreach.institutions import models as _models  # noqa: F401 until the pages come

bp = Blueprint("institutions", __name__)
