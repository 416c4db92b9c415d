"""The colleague whom somebody who cannot come has named: ask them instead, or not this time."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.errors import NotFound
from outreach.events import queries
from outreach.events.actions.answers import refuse_stand_in
from outreach.events.actions.stand_ins import ask_stand_in
from outreach.events.forms import StandInAct, StandInForm, pressed
from outreach.events.queries.answers import find_by_mailbox, say_taken
from outreach.events.rules import EventStep, StandInStatus, may_go
from outreach.events.views import bp
from outreach.events.views.assigning import assignment_on
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show


@bp.route("/manage/events/<reference>/ambassadors/<int(max=2147483647):id>/stand-in", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def stand_in(reference: str, id: int) -> Response:
    assignment = assignment_on(reference, id)
    form = StandInForm(request.form)
    if form.sent():
        act = pressed(StandInAct, request.form)
        with form.refusing():
            if act is StandInAct.ASK:
                asked = ask_stand_in(actor(), assignment, override=form.override.data, seen=form.bars_seen)
                flash(f"{asked.ambassador.name} asked by email.", "success")
            else:
                refuse_stand_in(actor(), assignment)
                flash("Not asked. Nobody has been told, and their name is deleted.", "success")
            return redirect(url_for("events.show", reference=assignment.event.reference), 303)
    assignment = assignment_on(reference, id)
    named = queries.find_stand_in(assignment)
    if named is None:
        raise NotFound
    event = assignment.event
    waits = named.status is StandInStatus.NAMED
    person = find_by_mailbox(named.email) if waits else None
    shortlist = queries.list_shortlist(assignment.opening) if person else None
    found = shortlist.find(person.id) if shortlist and person else None
    return show(
        "events/stand_in.html",
        form,
        assignment=assignment,
        event=event,
        named=named,
        person=person,
        bars=found.bars if found else (),
        taken=say_taken(assignment) if shortlist and not shortlist.place.left else "",
        late=not may_go(event.status, EventStep.REOPEN) or assignment.starts_at <= clock.now(),
    )
