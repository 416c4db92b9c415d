"""Choosing ambassadors for an event, answering for them, and taking them off."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.events import actions, queries
from outreach.events.forms import AnswerForm, AssignFilters, AssignForm, WithdrawForm, offer_terms
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStep, EventStep, next_assignment_status, next_event_status
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.fields import Choice
from outreach.web.filters import plural
from outreach.web.forms import show


@bp.route("/manage/events/<reference>/assign", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def assign(reference: str) -> Response:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.REOPEN)
    filters = AssignFilters(request.args)
    filters.read()
    picks = queries.list_picks(event, filters.find.data)
    form = AssignForm(request.form)
    # Whoever cannot be picked stays an answer: they may have become so just now, and the act says why.
    form.ambassadors.choices = [Choice(str(pick.ambassador.id), pick.ambassador.name) for pick in picks]
    form.ambassadors.coerce = int
    if form.sent():
        with form.refusing():
            asked = actions.invite_ambassadors(actor(), event, form.ambassadors.data, words=form.words.data)
            flash(_done(event, len(asked)), "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    return show(
        "events/assign.html",
        form,
        event=event,
        filters=filters,
        near=[pick for pick in picks if not pick.suitability.bar and pick.suitability.near],
        others=[pick for pick in picks if not pick.suitability.bar and not pick.suitability.near],
        barred=[pick for pick in picks if pick.suitability.bar],
        people=queries.list_assignments(event),
        past=event.starts_at <= clock.now(),
    )


def _done(event: Event, asked: int) -> str:
    people = plural(asked, "ambassador")
    return f"{people} put on the event." if event.starts_at <= clock.now() else f"{people} asked by email."


@bp.route("/manage/events/<reference>/ambassadors/<int(max=2147483647):id>/answer", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def answer(reference: str, id: int) -> Response:
    assignment = _assignment(reference, id)
    form = AnswerForm(request.form)
    offer_terms(form.reason, list_terms(Vocabulary.CANNOT_COME_REASON))
    if form.sent():
        with form.refusing():
            if form.coming.data == "yes":
                actions.accept_invitation(actor(), assignment)
            else:
                actions.decline_invitation(actor(), assignment, reason=form.reason.data, words=form.words.data)
            flash(f"Recorded. {assignment.ambassador.name} has been told by email.", "success")
            return redirect(url_for("events.show", reference=assignment.event.reference), 303)
    return show("events/answer.html", form, assignment=assignment, event=assignment.event)


@bp.route("/manage/events/<reference>/ambassadors/<int(max=2147483647):id>/withdraw", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def withdraw(reference: str, id: int) -> Response:
    assignment = _assignment(reference, id)
    next_assignment_status(assignment.status, AssignmentStep.WITHDRAW)
    form = WithdrawForm(request.form)
    if form.sent():
        with form.refusing():
            actions.withdraw_assignment(actor(), assignment, words=form.words.data)
            flash(f"{assignment.ambassador.name} is off the event.", "success")
            return redirect(url_for("events.show", reference=assignment.event.reference), 303)
    over = assignment.event.ends_at <= clock.now()
    return show("events/withdraw.html", form, assignment=assignment, event=assignment.event, over=over)


def _assignment(reference: str, assignment_id: int) -> Assignment:
    """The assignment of this number on the event of this reference, and on no other."""
    event = queries.get_event(reference)
    assignment = queries.get_assignment(assignment_id)
    if assignment.event_id != event.id:
        raise NotFound
    return assignment
