"""Asking people one after the other: setting the order, and stopping it."""

from __future__ import annotations

import re

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.errors import NotFound
from outreach.events import actions, queries
from outreach.events.actions.orders import MOST_IN_ORDER, check_startable
from outreach.events.forms.orders import order_form
from outreach.events.models import Event, InvitationOrder, Opening
from outreach.events.rules import AssignmentStatus, OrderStatus
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.filters import plural
from outreach.web.forms import show

_NUMBER = re.compile("[0-9]{1,9}")


@bp.route("/manage/events/<reference>/order", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def order(reference: str) -> Response:
    """Whom to ask is in the address, by number: it is what the shortlist leads to."""
    event = queries.get_event(reference)
    opening = _opening(event)
    if request.method == "GET":
        check_startable(opening)
    shortlist = queries.list_shortlist(opening)
    found = {one: shortlist.find(one) for one in _asked_for()}
    people = {one: shortlist.names[one] for one, seen in found.items() if seen is not None}
    form = order_form(request.form, people, starts_at=opening.starts_at)
    if form.sent():
        with form.refusing():
            started = actions.start_order(
                actor(), opening, form.in_order(), answer_hours=form.answer_hours, words=form.words.data
            )
            flash(_done(started), "success")
            return redirect(url_for("events.show", reference=event.reference, _anchor="orders"), 303)
    lines = [(form.place_of(one), seen) for one, seen in found.items() if seen is not None]
    return show("events/order.html", form, event=event, opening=opening, place=shortlist.place, lines=lines)


def _opening(event: Event) -> Opening:
    """The opening that is asked for; without one the first."""
    asked = request.args.get("opening", "")
    found = next((one for one in event.openings if not asked or str(one.id) == asked), None)
    if found is None:
        raise NotFound
    return found


def _asked_for() -> list[int]:
    """The numbers of people in the address, each once, in the order in which they stand there."""
    typed = request.args.getlist("ambassadors")[:MOST_IN_ORDER]
    return list(dict.fromkeys(int(one) for one in typed if _NUMBER.fullmatch(one)))


def _done(order: InvitationOrder) -> str:
    asked = sum(one.status is AssignmentStatus.INVITED for one in order.assignments)
    waiting = sum(one.status is AssignmentStatus.QUEUED for one in order.assignments)
    said = f"{plural(asked, 'ambassador')} asked by email." if asked else "Nobody is asked yet."
    if not waiting:
        return said
    return f"{said} {plural(waiting, 'other person', 'others')} will be asked in turn, if somebody is still needed."


@bp.post("/manage/events/<reference>/orders/<int(max=2147483647):id>/stop")
@allow(Role.COORDINATOR)
def stop_order(reference: str, id: int) -> Response:
    event = queries.get_event(reference)
    found = queries.get_order(event, id)
    was_running = found.status is OrderStatus.RUNNING
    actions.stop_order(actor(), found)
    flash("Nobody else is asked." if was_running else "The order had come to its end already.", "success")
    return redirect(url_for("events.show", reference=event.reference, _anchor="orders"), 303)
