"""What the host says of the day, and their visit pack: by the private link, mostly on a phone."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.errors import NotFound
from outreach.events.actions.arrangements import HostWords, arrange_day
from outreach.events.forms.arrangements import HostDayForm
from outreach.events.models import Event
from outreach.events.queries import find_event_of_request
from outreach.events.queries.arrangements import (
    filled_with,
    find_arrangements,
    find_last_time,
    is_given,
    must_agree,
    unconfirmed_of,
)
from outreach.events.queries.packs import day_of, host_pack
from outreach.events.rules.arranging import points_of
from outreach.visits.queries import get_request_of_contact
from outreach.visits.rules import RequestStatus
from outreach.visits.views import bp
from outreach.web.door import Purpose, actor, allow, link
from outreach.web.forms import show
from outreach.web.limits import limited


@bp.route("/visits/follow/<token>/arrangements", methods=["GET", "POST"])
@allow(Purpose.FOLLOW)
@limited("visit_arrangements", 30, 60)
def arrangements(token: str) -> Response:
    back = url_for("visits.follow", token=token)
    event = _visit_ahead()
    if event is None:
        return redirect(back, 303)
    row = find_arrangements(event)
    confirmed = row is not None and row.host_agreed_at is not None
    last = None if is_given(event) else find_last_time(event, event.contact)
    ticked = list(points_of(event.online)) if confirmed else []
    form = HostDayForm(request.form, data=filled_with(row, last, event.contact) | {"points": ticked})
    if event.online:
        form.ask_online()
    form.ask_safety(must_agree(event), event.online)
    if form.sent():
        with form.refusing():
            arrange_day(actor(), event, HostWords(**form.said(row), agreed=form.agreed), version=form.version.data)
            flash("Thank you. Who comes to you sees it at once.", "success")
            return redirect(back, 303)
    return show(
        "visits/arrangements.html",
        form,
        event=event,
        back=back,
        filled=last is not None,
        needs=day_of(event).needs,
        confirmed=confirmed,
    )


@bp.route("/visits/follow/<token>/pack")
@allow(Purpose.FOLLOW)
def pack(token: str) -> Response:
    back, event = url_for("visits.follow", token=token), _visit_ahead()
    if event is None:
        return redirect(back, 303)
    to_confirm = url_for("visits.arrangements", token=token) if unconfirmed_of(event) else ""
    return show("visits/pack.html", pack=host_pack(event), back=back, to_confirm=to_confirm)


def _visit_ahead() -> Event | None:
    """The visit of the link, while it is to take place and not over; else the page of the request says how it is."""
    visit = get_request_of_contact(link().subject_id, link().actor.id)
    event = find_event_of_request(visit.id)
    if event is None or visit.status is not RequestStatus.ACCEPTED:
        return None
    if event.contact_id != visit.contact_id:
        raise NotFound
    over = event.cancelled_at is not None or event.ends_at <= clock.now()
    return None if over else event
