"""Pages of outcomes: for the ambassador by link, for the coordinator, and for the requester who rates a visit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.errors import Conflict, NotFound
from outreach.events.models import Event
from outreach.events.queries import find_event_of_request, get_event
from outreach.outcomes.actions import rate_visit, record_by_ambassador, record_by_coordinator
from outreach.outcomes.forms import RatingForm, ambassador_form, coordinator_form
from outreach.outcomes.models import Rating
from outreach.outcomes.queries import (
    find_outcome,
    find_rating,
    get_assignment,
    list_audiences,
    list_expected,
    version_of,
)
from outreach.outcomes.rules import ON_IT, SCORES, check_rateable, check_recordable
from outreach.web.door import Purpose, Role, actor, allow, link
from outreach.web.filters import say_clock, say_date
from outreach.web.forms import show
from outreach.web.limits import limited

bp = Blueprint("outcomes", __name__)


@bp.route("/outcomes/<token>", methods=["GET", "POST"])
@allow(Purpose.OUTCOME)
@limited("outcome", 60, 60)
def by_link(token: str) -> Response:
    """An ambassador records what happened."""
    own = get_assignment(link().subject_id)
    outcome = find_outcome(own.event)
    form = ambassador_form(request.form, list_audiences(own.event, outcome), outcome, own)
    if form.sent():
        with form.refusing():
            record_by_ambassador(
                actor(), own, form.happened.data, form.report(), form.hours.data, version=form.version.data or ""
            )
            return redirect(url_for("outcomes.thanks", token=token), 303)
    own = get_assignment(link().subject_id)
    outcome = find_outcome(own.event)
    return show(
        "outcomes/by_link.html",
        form,
        event=own.event,
        outcome=outcome,
        version=version_of(outcome, [own]),
        closed=_closed(own.event) or ("" if own.status in ON_IT else "You are no longer down for this event."),
    )


@bp.route("/outcomes/<token>/thanks")
@allow(Purpose.OUTCOME)
def thanks(token: str) -> Response:
    """What an ambassador has recorded."""
    own = get_assignment(link().subject_id)
    return show("outcomes/thanks.html", event=own.event, own=own, outcome=find_outcome(own.event), token=token)


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
