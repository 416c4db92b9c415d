"""What an ambassador may take by themselves: visits that still need somebody, by the link to their own page."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors.views.own import own_record
from outreach.events import actions
from outreach.events.queries.offers import get_offered, list_offered
from outreach.events.rules.bars import BarCode
from outreach.events.views import bp
from outreach.web.door import Purpose, actor, allow
from outreach.web.forms import Form, show
from outreach.web.limits import limited


@bp.route("/ambassador/<token>/openings")
@allow(Purpose.OWN)
def offered(token: str) -> Response:
    """The places that are open to offers, and for which they qualify."""
    return show("events/offered.html", offered=list_offered(own_record()), token=token)


@bp.route("/ambassador/<token>/openings/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(Purpose.OWN)
@limited("offer", 30, 10)
def offer(token: str, id: int) -> Response:
    """One of them. Opening the page takes nothing; the button does."""
    found = get_offered(own_record(), id)
    form = Form(request.form)
    there = url_for("events.invitation", token=token, reference=found.opening.event.reference)
    if request.method == "GET" and found.considered.barred is BarCode.ON_IT:
        return redirect(there, 303)
    if form.sent():
        with form.refusing():
            actions.offer_to_come(actor(), found.opening)
            flash("Thank you. You are going.", "success")
            return redirect(there, 303)
    return show("events/offer.html", form, opening=found.opening, left=found.left, token=token)
