"""The start page, the confirmation, and having one's link sent again."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.visits.actions.asking import send_link_again
from outreach.visits.forms.journey import MyLinkForm
from outreach.visits.queries import get_request
from outreach.visits.views import bp
from outreach.visits.views.asking import wishes_in_address
from outreach.web.door import EVERYONE, actor, allow
from outreach.web.forms import show
from outreach.web.limits import limited


@bp.route("/visits")
@allow(EVERYONE)
def start() -> Response:
    first = url_for("visits.ask", step="institution", **wishes_in_address())
    return show("visits/start.html", activities=list_terms(Vocabulary.ACTIVITY), first=first)


@bp.route("/visits/sent")
@allow(EVERYONE)
def sent() -> Response:
    """What happens next. Shows nothing of the request, so that the address may be kept, reloaded or shared."""
    reference = request.args.get("reference", "")
    if reference:
        reference = get_request(reference).reference
    return show("visits/sent.html", reference=reference)


@bp.route("/visits/my-link", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("visit_link", 10, 60)
def my_link() -> Response:
    form = MyLinkForm(request.form)
    if form.sent():
        if not form.robot:
            send_link_again(actor(), reference=form.reference.data, email=form.email.data)
        return redirect(url_for("visits.link_sent"), 303)
    return show("visits/my_link.html", form)


@bp.route("/visits/my-link/sent")
@allow(EVERYONE)
def link_sent() -> Response:
    """The same words whether there was such a request or not."""
    return show("visits/link_sent.html")
