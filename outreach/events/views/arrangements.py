"""What is arranged for the day of an event, as the coordinator writes it down."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.events import queries
from outreach.events.actions.arrangements import CouncilWords, HostWords, arrange_day
from outreach.events.forms.arrangements import CoordinatorDayForm
from outreach.events.queries.arrangements import (
    filled_with,
    find_arrangements,
    find_last_time,
    is_given,
    must_agree,
    unconfirmed_of,
    under_18s_may_come,
)
from outreach.events.rules.arranging import points_of
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show


@bp.route("/manage/events/<reference>/arrangements", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def arrangements(reference: str) -> Response:
    event = queries.get_event(reference)
    row = find_arrangements(event)
    last = None if is_given(event) else find_last_time(event)
    held = filled_with(row, last) | {"confirmed": row is not None and row.host_agreed_at is not None}
    if row is not None:
        held |= {"needs": row.needs, "slides": row.slides}
    form = CoordinatorDayForm(request.form, data=held)
    if event.contact is not None:
        form.contact_name.description = f"Leave it empty for {event.contact.name}, {event.contact.phone}"
    if event.online:
        form.ask_online()
    form.ask_safety(lead=under_18s_may_come(event), confirmed=must_agree(event))
    if form.sent():
        with form.refusing():
            said = HostWords(**form.said(row), agreed=form.agreed)
            added = CouncilWords(needs=form.needs.data, slides=form.slides.data)
            arrange_day(actor(), event, said, added, version=form.version.data)
            flash("The arrangements are saved. Nobody was mailed.", "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    return show(
        "events/arrangements.html",
        form,
        event=event,
        last=last,
        points=list(points_of(event.online).values()),
        unconfirmed=unconfirmed_of(event),
    )
