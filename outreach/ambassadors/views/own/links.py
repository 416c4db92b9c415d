"""Having the link to one's own page sent again."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors.actions.own import send_own_link
from outreach.ambassadors.forms.own import MyLinkForm
from outreach.ambassadors.views import bp
from outreach.web.door import EVERYONE, allow
from outreach.web.forms import show
from outreach.web.limits import limited


@bp.route("/ambassador/my-link", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("own_link", 10, 60)
def my_link() -> Response:
    form = MyLinkForm(request.form)
    if form.sent():
        if not form.robot:
            send_own_link(form.email.data)
        return redirect(url_for("ambassadors.my_link_sent"), 303)
    return show("ambassadors/my_link.html", form)


@bp.route("/ambassador/my-link/sent")
@allow(EVERYONE)
def my_link_sent() -> Response:
    """The same words whether somebody has this address or nobody."""
    return show("ambassadors/my_link_sent.html")
