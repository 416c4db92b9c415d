"""Asking people one after the other: setting the order, and stopping it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.errors import Conflict, NotFound
from outreach.events import actions, queries
from outreach.events.actions.orders import MOST_IN_ORDER, check_startable
from outreach.events.forms.choosing import AskingForm
from outreach.events.forms.orders import OrderForm, order_form
from outreach.events.models import Event, InvitationOrder, Opening
from outreach.events.queries import Shortlist
from outreach.events.rules import AssignmentStatus, OrderStatus
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.filters import plural
from outreach.web.forms import show

_NUMBER = re.compile("[0-9]{1,9}")


@bp.route("/manage/events/<reference>/order", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def order(reference: str) -> Response:
    """Whom to ask is in the address, by number."""
    event = queries.get_event(reference)
    opening = _opening(event)
    if request.method == "GET":
        check_startable(opening)
    shortlist = queries.list_shortlist(opening)
    ids = _asked_for()
    form = order_form(request.form, _named(shortlist, ids), starts_at=opening.starts_at)
    if form.sent():
        with form.refusing():
            started = actions.start_order(
                actor(), opening, form.in_order(), answer_hours=form.answer_hours, words=form.words.data
            )
            flash(_done(started), "success")
            return redirect(url_for("events.show", reference=event.reference, _anchor="orders"), 303)
    return _show(shortlist, ids, form)


def show_order(shortlist: Shortlist, ids: Sequence[int], asking: AskingForm) -> Response:
    """The page on which people who were ticked on the shortlist are put in order; nothing is done yet.

    Shown at once, as it takes up the message that was typed, which no address may hold. Raises Conflict where no order
    can be set.
    """
    opening = shortlist.opening
    check_startable(opening)
    if len(ids) > MOST_IN_ORDER:
        raise Conflict(f"Select {MOST_IN_ORDER} people or fewer.", "ambassadors")
    given = {"within": asking.within.data, "words": asking.words.data}
    form = order_form(None, _named(shortlist, ids), starts_at=opening.starts_at, **given)
    return _show(shortlist, ids, form)


def _named(shortlist: Shortlist, ids: Sequence[int]) -> dict[int, str]:
    return {one: shortlist.names[one] for one in ids if one in shortlist.names}


def _show(shortlist: Shortlist, ids: Sequence[int], form: OrderForm) -> Response:
    opening = shortlist.opening
    event = opening.event
    return show(
        "events/order.html",
        form,
        event=event,
        opening=opening,
        place=shortlist.place,
        lines=[(form.place_of(one), shortlist.find(one)) for one in form.people],
        action=url_for("events.order", reference=event.reference, opening=opening.id, ambassadors=ids),
    )


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
