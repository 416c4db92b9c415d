"""Pages about ambassadors: the register for coordinators, the districts for everybody."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ambassadors", __name__)

from outreach.ambassadors.views import (  # noqa: E402 they use the blueprint
    agreeing,
    board,
    checklist,
    districts,
    employers,
    importing,
    joining,
    own,
    register,
    search,
)

__all__ = [
    "agreeing",
    "board",
    "bp",
    "checklist",
    "districts",
    "employers",
    "importing",
    "joining",
    "own",
    "register",
    "search",
]
