"""Pages about ambassadors: the register for coordinators, the districts for everybody."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ambassadors", __name__)

from outreach.ambassadors.views import board, districts, register, search  # noqa: E402 they use the blueprint

__all__ = ["board", "bp", "districts", "register", "search"]
