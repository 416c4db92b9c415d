"""Pages about ambassadors: the register for coordinators, the districts for everybody."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ambassadors", __name__)

from outreach.ambassadors.views import (  # noqa: E402 they use the blueprint
    board,
    checklist,
    districts,
    importing,
    joining,
    manager,
    own,
    register,
    search,
)

__all__ = ["board", "bp", "checklist", "districts", "importing", "joining", "manager", "own", "register", "search"]
