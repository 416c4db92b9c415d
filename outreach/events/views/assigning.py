"""Answering for ambassadors, and taking them off an event."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.events import actions, queries
from outreach.events.forms import AnswerForm, WithdrawForm, offer_terms
from outreach.events.models import Assignment, Event
from outreach.events.queries.children import child_remarks_of
from outreach.events.rules import AssignmentStep, next_assignment_status
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show


@bp.route("/manage/events/<reference>/ambassadors/<int(max=2147483647):id>/answer", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def answer(reference: str, id: int) -> Response:
    assignment = assignment_on(reference, id)
    form = AnswerForm(request.form)
    offer_terms(form.reason, list_terms(Vocabulary.CANNOT_COME_REASON))
    if form.sent():
        with form.refusing():
            if form.coming.data == "yes":
                actions.accept_invitation(actor(), assignment)
            else:
                actions.decline_invitation(
                    actor(), assignment, reason=form.reason.data, words=form.words.data, instead=form.instead
                )
            done = f"Recorded. {assignment.ambassador.name} has been told by email."
            flash(done + say_child_days(assignment.event, [assignment]), "success")
            return redirect(url_for("events.show", reference=assignment.event.reference), 303)
    return show("events/answer.html", form, assignment=assignment, event=assignment.event)


@bp.route("/manage/events/<reference>/ambassadors/<int(max=2147483647):id>/withdraw", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def withdraw(reference: str, id: int) -> Response:
    assignment = assignment_on(reference, id)
    next_assignment_status(assignment.status, AssignmentStep.WITHDRAW)
    form = WithdrawForm(request.form)
    if form.sent():
        with form.refusing():
            actions.withdraw_assignment(actor(), assignment, words=form.words.data)
            flash(f"{assignment.ambassador.name} is off the event.", "success")
            return redirect(url_for("events.show", reference=assignment.event.reference), 303)
    over = assignment.event.ends_at <= clock.now()
    return show("events/withdraw.html", form, assignment=assignment, event=assignment.event, over=over)


def say_child_days(event: Event, asked: Sequence[Assignment]) -> str:
    """Whose third day with under-18s in 30 it is, of those who have just been asked or put on an event; or nothing."""
    remarks = child_remarks_of(event, asked)
    told = [f"{one.ambassador.name}: {remarks[one.ambassador_id]}." for one in asked if one.ambassador_id in remarks]
    return f" {' '.join(told)} Another needs their check to have been seen." if told else ""


def assignment_on(reference: str, assignment_id: int) -> Assignment:
    """The assignment of this number on the event of this reference, and on no other."""
    event = queries.get_event(reference)
    assignment = queries.get_assignment(assignment_id)
    if assignment.event_id != event.id:
        raise NotFound
    return assignment
