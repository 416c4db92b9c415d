"""The openings of an event: adding one, changing it, and taking one away."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.events import actions, queries
from outreach.events.forms.changing import OpeningForm
from outreach.events.models import Event, Opening
from outreach.events.queries.changing import Foreseen, foresee
from outreach.events.queries.openings import get_opening
from outreach.events.rules import EventStep, next_event_status
from outreach.events.rules.changing import Fate
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.forms import Form, show

# What somebody may have to be, and how it is told apart in one list.
QUALIFYING = (
    ("role", Vocabulary.ROLE_FAMILY),
    ("qualification", Vocabulary.QUALIFICATION),
    ("language", Vocabulary.LANGUAGE),
)


@bp.route("/manage/events/<reference>/openings/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def add_opening(reference: str) -> Response:
    event = _open_event(reference)
    form = _form(event, None)
    if form.sent():
        with form.refusing():
            opening = actions.add_opening(actor(), event, form.details(), version=form.version.data)
            flash("The opening is added. Choose who goes.", "success")
            return redirect(url_for("events.assign", reference=event.reference, opening=opening.id), 303)
    return show("events/change_opening.html", form, event=event, opening=None, seen=[])


@bp.route("/manage/events/<reference>/openings/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def change_opening(reference: str, id: int) -> Response:
    event = _open_event(reference)
    opening = get_opening(event, id)
    form = _form(event, opening)
    seen: list[Foreseen] = []
    if form.sent():
        with form.refusing():
            seen = _concerned(event, opening, form)
            if not seen or form.was_seen():
                words, version = form.words.data, form.version.data
                actions.change_opening(actor(), opening, form.details(), words=words, version=version)
                flash("The opening is changed.", "success")
                return redirect(url_for("events.show", reference=event.reference), 303)
    return show("events/change_opening.html", form, event=event, opening=opening, seen=seen)


@bp.route("/manage/events/<reference>/openings/<int(max=2147483647):id>/remove", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def remove_opening(reference: str, id: int) -> Response:
    event = _open_event(reference)
    opening = get_opening(event, id)
    form = Form(request.form)
    if form.sent():
        with form.refusing():
            actions.remove_opening(actor(), opening)
            flash("The opening is removed.", "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    return show("events/remove_opening.html", form, event=event, opening=opening, held=_held_by(opening))


def _open_event(reference: str) -> Event:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.REOPEN)
    return event


def _form(event: Event, opening: Opening | None) -> OpeningForm:
    form = OpeningForm(request.form, data=_filled(event, opening))
    form.fit(event, [(kind, list_terms(vocabulary)) for kind, vocabulary in QUALIFYING], opening)
    return form


def _filled(event: Event, opening: Opening | None) -> dict[str, object]:
    times = opening or event
    start, end = clock.local(times.starts_at), clock.local(times.ends_at)
    return {
        "needed": opening.needed if opening else 1,
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "last_day": end.date() if end.date() != start.date() else None,
        "qualified": opening.qualified_needed or None if opening else None,
        "qualification": opening.qualification_id if opening else None,
        "offers": opening.open_to_offers if opening else False,
        "version": event.version,
    }


def _concerned(event: Event, opening: Opening, form: OpeningForm) -> list[Foreseen]:
    """Who hears of it that the time is another."""
    people = [one for one in queries.list_assignments(event) if one.opening_id == opening.id]
    seen = foresee(people, {opening.id: form.details().times}, same_place=True)
    return [one for one in seen if one.fate is not Fate.UNTOUCHED]


def _held_by(opening: Opening) -> str:
    """Why the opening cannot be taken away; empty when it can."""
    try:
        actions.check_removable(opening)
    except Conflict as conflict:
        return conflict.message
    return ""
