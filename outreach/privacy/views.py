"""The pages that say what is kept, which cookies there are, and how accessible the service is."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from outreach.privacy.queries import list_notice
from outreach.web.door import EVERYONE, allow
from outreach.web.forms import show

bp = Blueprint("privacy", __name__)


@bp.route("/privacy")
@allow(EVERYONE)
def notice() -> Response:
    """The privacy notice, read off the declarations that the retention engine acts on."""
    return show("privacy/notice.html", notice=list_notice())


@bp.route("/cookies")
@allow(EVERYONE)
def cookies() -> Response:
    return show("privacy/cookies.html")


@bp.route("/accessibility")
@allow(EVERYONE)
def accessibility() -> Response:
    return show("privacy/accessibility.html")
