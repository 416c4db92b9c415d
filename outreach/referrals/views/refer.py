"""What a referrer does: get a link, pass it on, see how it goes."""

from __future__ import annotations

from werkzeug.wrappers import Response

import outreach.referrals.models  # noqa: F401
from outreach.referrals.views import bp
from outreach.web.door import SIGNED_IN, allow
from outreach.web.forms import show


@bp.route("/refer")
@allow(SIGNED_IN)
def index() -> Response:
    """Says that referring comes next, and whom to ask until then."""
    return show("referrals/index.html")
