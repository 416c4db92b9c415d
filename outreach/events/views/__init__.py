"""Pages of events: for coordinators, and the invitations that ambassadors open."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("events", __name__)

from outreach.events.views import (  # noqa: E402, F401 they hang on bp
    arrangements,
    assigning,
    changing,
    choosing,
    hosting,
    importing,
    invitations,
    leaving,
    offers,
    openings,
    orders,
    packs,
    planning,
    staff,
    stand_ins,
    stopping,
    today,
    weighing,
)
