"""Pages of outcomes: for the ambassador by link, for the coordinator, and for the requester who rates a visit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules.searching import shown_name
from outreach.errors import Conflict, NotFound
from outreach.events.models import Assignment, Event
from outreach.events.queries import find_event_of_request, get_assignment_of, get_event
from outreach.events.queries.leaving import is_alone
from outreach.events.rules.leaving import is_waited_for
from outreach.outcomes.actions import (
    rate_visit,
    record_by_ambassador,
    record_by_coordinator,
    thank_by_coordinator,
    thank_by_host,
)
from outreach.outcomes.forms import RatingForm, ThanksForm, ambassador_form, coordinator_form
from outreach.outcomes.models import Rating
from outreach.outcomes.queries import (
    find_outcome,
    find_rating,
    get_assignment,
    list_audiences,
    list_expected,
    list_who_attended,
    version_of,
)
from outreach.outcomes.rules import ON_IT, SCORES, check_rateable, check_recordable
from outreach.web.door import Purpose, Role, actor, allow, link
from outreach.web.filters import plural, say_clock, say_date
from outreach.web.forms import show
from outreach.web.limits import limited

bp = Blueprint("outcomes", __name__)


@bp.route("/outcomes/<token>", methods=["GET", "POST"])
@bp.route("/ambassador/<token>/visits/<reference>/outcome", methods=["GET", "POST"])
@allow(Purpose.OUTCOME, Purpose.OWN)
@limited("outcome", 60, 60)
def by_link(token: str, reference: str | None = None) -> Response:
    """An ambassador records what happened, by the link in a mail or from their own page."""
    own = _own(reference)
    outcome = find_outcome(own.event)
    form = ambassador_form(request.form, list_audiences(own.event, outcome), outcome, own)
    if form.sent():
        with form.refusing():
            record_by_ambassador(
                actor(), own, form.happened.data, form.report(), form.hours.data, version=form.version.data or ""
            )
            return redirect(url_for("outcomes.thanks", token=token, reference=reference), 303)
    own = _own(reference)
    outcome = find_outcome(own.event)
    return show(
        "outcomes/by_link.html",
        form,
        event=own.event,
        own=own,
        outcome=outcome,
        version=version_of(outcome, [own]),
        closed=_closed(own.event) or ("" if own.status in ON_IT else "You are no longer down for this event."),
    )


@bp.route("/outcomes/<token>/thanks")
@bp.route("/ambassador/<token>/visits/<reference>/outcome/thanks")
@allow(Purpose.OUTCOME, Purpose.OWN)
def thanks(token: str, reference: str | None = None) -> Response:
    """What an ambassador has recorded."""
    own = _own(reference)
    return show(
        "outcomes/thanks.html",
        event=own.event,
        own=own,
        outcome=find_outcome(own.event),
        leaving=is_waited_for(own.status, own.starts_at, own.checked_out_at) and is_alone(own),
        token=token,
        reference=reference,
    )


@bp.route("/manage/events/<reference>/outcome", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def by_coordinator(reference: str) -> Response:
    """A coordinator records what happened and who was there, and reads how the visit was rated."""
    event = get_event(reference)
    outcome, people = find_outcome(event), list_expected(event)
    form = coordinator_form(request.form, list_audiences(event, outcome), outcome, people)
    if form.sent():
        with form.refusing():
            record_by_coordinator(actor(), event, form.report(), form.attendances(), version=form.version.data or "")
            flash("What happened is recorded.", "success")
            return redirect(url_for("outcomes.by_coordinator", reference=event.reference), 303)
    event = get_event(reference)
    outcome, people = find_outcome(event), list_expected(event)
    return show(
        "outcomes/by_coordinator.html",
        form,
        event=event,
        outcome=outcome,
        version=version_of(outcome, people),
        closed=_closed(event),
        rating=find_rating(event),
        scores=SCORES,
        back=url_for("events.show", reference=event.reference),
    )


@bp.route("/rate/<token>", methods=["GET", "POST"])
@allow(Purpose.FOLLOW)
@limited("rate", 60, 60)
def rate(token: str) -> Response:
    """The requester says how the visit was."""
    event = _rated_event()
    rating = find_rating(event)
    form = RatingForm(request.form, data=_given(rating))
    if form.sent():
        with form.refusing():
            rate_visit(actor(), event, link().subject_id, form.opinion())
            return redirect(url_for("outcomes.rated", token=token), 303)
    event = _rated_event()
    return show("outcomes/rate.html", form, event=event, closed=_not_rateable(event), again=rating is not None)


@bp.route("/rate/<token>/thanks")
@allow(Purpose.FOLLOW)
def rated(token: str) -> Response:
    """What the requester has said."""
    event = _rated_event()
    return show("outcomes/rated.html", event=event, rating=find_rating(event), scores=SCORES, token=token)


@bp.route("/rate/<token>/thank", methods=["GET", "POST"])
@allow(Purpose.FOLLOW)
@limited("thank", 20, 60)
def thank(token: str) -> Response:
    """The requester thanks who came; nobody is named to a contact whom no one has verified."""
    event = _rated_event()
    contact = event.contact
    known = contact is not None and contact.id == actor().id and contact.verified_at is not None
    people = list_who_attended(event) if known else []
    _check_anybody(people)
    form = ThanksForm(request.form)
    form.offer(people, lambda one: f"{shown_name(one.name)}, {one.job_title}")
    if form.sent():
        with form.refusing():
            thank_by_host(actor(), event, link().subject_id, form.people.data, form.words.data)
            flash("Your thanks are on their way. Thank you for taking the time.", "success")
            return redirect(url_for("outcomes.rated", token=token), 303)
    return show("outcomes/thank.html", form, event=event, known=known, people=people, token=token)


@bp.route("/manage/events/<reference>/thank", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def thank_people(reference: str) -> Response:
    """The coordinator thanks who was there."""
    event = get_event(reference)
    people = list_who_attended(event)
    _check_anybody(people)
    form = ThanksForm(request.form)
    form.offer(people, lambda one: one.name)
    back = url_for("events.show", reference=event.reference)
    if form.sent():
        with form.refusing():
            given = thank_by_coordinator(actor(), event, form.people.data, form.words.data)
            flash(f"We are emailing your thanks to {plural(len(given), 'ambassador')}.", "success")
            return redirect(back, 303)
    return show("outcomes/thank_people.html", form, event=event, people=people, back=back)


def _check_anybody(people: list[Ambassador]) -> None:
    """Thanks without anybody whom this person may thank come from no form of ours. Raises NotFound."""
    if request.method == "POST" and not people:
        raise NotFound


def _own(reference: str | None) -> Assignment:
    """The assignment of the link, or of the event that somebody chose on their own page."""
    if (link().purpose is Purpose.OWN) is (reference is None):
        raise NotFound
    if reference is None:
        return get_assignment(link().subject_id)
    return get_assignment_of(link().subject_id, reference)


def _given(rating: Rating | None) -> dict[str, Any]:
    """A rating as its form shows it."""
    if rating is None:
        return {}
    return {"score": rating.score, "ask_again": "yes" if rating.ask_again else "no", "words": rating.words}


def _rated_event() -> Event:
    """The event that the request of this link became. Raises NotFound while there is none."""
    event = find_event_of_request(link().subject_id)
    if event is None:
        raise NotFound
    return event


def _closed(event: Event) -> str:
    """Why nothing can be recorded now; empty when something can."""
    begins = f"{say_clock(event.starts_at)} on {say_date(event.starts_at)}"
    try:
        check_recordable(event.status, event.starts_at, clock.now(), begins)
    except Conflict as conflict:
        return conflict.message
    return ""


def _not_rateable(event: Event) -> str:
    """Why the visit cannot be rated now; empty when it can."""
    outcome = find_outcome(event)
    ends = f"{say_clock(event.ends_at)} on {say_date(event.ends_at)}"
    try:
        check_rateable(event.status, event.ends_at, clock.now(), ends, outcome.took_place if outcome else None)
    except Conflict as conflict:
        return conflict.message
    return ""
