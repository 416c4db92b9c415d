"""Pages of events: for coordinators, and the invitations that ambassadors open."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from outreach.errors import Conflict
from outreach.web.errors import conflict_page

bp = Blueprint("events", __name__)


@bp.errorhandler(Conflict)
def refused(conflict: Conflict) -> Response:
    """What is refused without a form to say so leads back to the event that it is about."""
    reference = (request.view_args or {}).get("reference")
    if conflict.ways_out or reference is None or not request.path.startswith("/manage/"):
        return conflict_page(conflict)
    return conflict_page(conflict, ("Go to the event", url_for("events.show", reference=reference)))


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
