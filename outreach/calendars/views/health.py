"""How the feeds are, for administrators."""

from __future__ import annotations

from werkzeug.wrappers import Response

from outreach import clock
from outreach.calendars.queries.health import find_check, list_private_health, list_public_health
from outreach.calendars.rules.clients import CLIENT_WORDS
from outreach.calendars.rules.private import NAMES_WITH_HOLDERS
from outreach.calendars.views import bp
from outreach.web.door import Role, allow
from outreach.web.forms import show


@bp.route("/feeds")
@allow(Role.ADMINISTRATOR)
def health() -> Response:
    """Every public feed, and every kind of private ones: what is in them and which programs fetch them."""
    check = find_check()
    return show(
        "calendars/health.html",
        public=list_public_health(),
        private=list_private_health(),
        clients=CLIENT_WORDS,
        names=NAMES_WITH_HOLDERS,
        check=check,
        late=check is not None and check.finished_at is not None and (clock.now() - check.finished_at).days >= 2,
    )
