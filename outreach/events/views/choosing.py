"""The shortlist of an opening, asking somebody whom it rules out, and why somebody was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.ambassadors.queries import find_child_requirement
from outreach.errors import Conflict, NotFound
from outreach.events import actions, queries
from outreach.events.forms import AskAllTheSameForm, AssignFilters, AssignForm
from outreach.events.models import Event, Opening
from outreach.events.queries import Shortlist
from outreach.events.rules import CHOICE_WORDS, EventStep, next_event_status
from outreach.events.rules.bars import BAR_WORDS, BarCode
from outreach.events.rules.reasons import FITTING, Reason, say_points
from outreach.events.rules.shortlist import Considered
from outreach.events.rules.today import NEAR
from outreach.events.views import bp
from outreach.events.views.assigning import assignment_on, say_child_days
from outreach.events.views.orders import show_order
from outreach.web.door import Role, actor, allow
from outreach.web.fields import Choice
from outreach.web.filters import plural
from outreach.web.forms import show
from outreach.web.paging import page_number, page_of

AT_FIRST = 10  # shown before "Show more", and as many more each time: whoever fits best is among them
OTHERS = 20


@dataclass(frozen=True)
class Line:
    """One person on the list as the page shows them: what fits, what is fair, and what to bear in mind."""

    id: int
    name: str
    position: int | None = None
    score: int = 0
    fits: str = ""
    fair: str = ""
    remarks: tuple[str, ...] = ()


@bp.route("/manage/events/<reference>/assign", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def assign(reference: str) -> Response:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.REOPEN)
    opening = _opening(event)
    if request.method == "GET" and len(event.openings) > 1 and not request.args.get("opening"):
        # Named from here on: who is ticked for this one must not be asked to the next, once somebody has filled it.
        return redirect(url_for("events.assign", reference=event.reference, opening=opening.id), 303)
    past = opening.starts_at <= clock.now()
    shortlist = queries.list_shortlist(opening)
    filters = AssignFilters(request.args)
    filters.read()
    form = AssignForm(request.form, starts_at=opening.starts_at)
    # Whoever cannot be picked stays an answer: they may have become so just now, and the act says why.
    form.ambassadors.choices = [Choice(str(id), name) for id, name in shortlist.names.items()] if request.form else []
    form.ambassadors.coerce = int
    if form.sent():
        with form.refusing():
            if form.in_order and not past:
                ids = [one.ambassador_id for one in shortlist.ranked if one.ambassador_id in set(form.ambassadors.data)]
                ids += [one for one in form.ambassadors.data if one not in ids]
                return show_order(shortlist, ids, form)
            asked = actions.ask_from_shortlist(
                actor(),
                opening,
                form.ambassadors.data,
                words=form.words.data,
                within=form.answer_within,
                more=form.more.data,
            )
            people = plural(len(asked), "ambassador")
            done = f"{people} put on the event." if past else f"{people} asked by email."
            flash(done + say_child_days(event, asked), "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    ranked = [(number, one) for number, one in enumerate(shortlist.ranked, start=1)]
    listed = _named(shortlist, _to_log(shortlist) if past else ranked, filters.find.data)
    shown = _how_many([str(one.ambassador_id) for _, one in listed], form.ambassadors.sent)
    why = next((one for one in BarCode if one.value == request.args.get("why")), None)
    others = [one for one in shortlist.ruled_out if why in (None, one.barred)]
    return show(
        "events/assign.html",
        form,
        event=event,
        opening=opening,
        shortlist=shortlist,
        filters=filters,
        lines=[_line(shortlist, number, one) for number, one in listed[:shown]],
        found=len(listed),
        shown=shown,
        more=min(AT_FIRST, len(listed) - shown),
        counts=[(one, BAR_WORDS[one], number) for one, number in shortlist.counts()],
        why=why,
        others=page_of(
            [one for _, one in _named(shortlist, ((None, one) for one in others), filters.find.data)],
            number=page_number(request.args),
            per_page=OTHERS,
        ),
        past=past,
        check=find_child_requirement() if any(one.barred is BarCode.CHILDREN for one in others) else None,
    )


def _opening(event: Event) -> Opening:
    """The opening that is asked for; without one the first that still has a place, or the first."""
    asked = request.args.get("opening", "")
    if asked:
        found = next((one for one in event.openings if str(one.id) == asked), None)
        if found is None:
            raise NotFound
        return found
    places = queries.list_places(event.openings) if len(event.openings) > 1 else []
    return next((one for one, place in zip(event.openings, places, strict=False) if place.left), event.openings[0])


def _to_log(shortlist: Shortlist) -> list[tuple[int | None, Considered]]:
    """Everybody who is not on it, by name: what has been is only written down, and nothing rules them out."""
    names = shortlist.names
    people = [one for one in (*shortlist.ranked, *shortlist.ruled_out) if one.barred is not BarCode.ON_IT]
    people.sort(key=lambda one: (names[one.ambassador_id].casefold(), one.ambassador_id))
    return [(None, one) for one in people]


def _named(
    shortlist: Shortlist, people: Iterable[tuple[int | None, Considered]], words: str
) -> list[tuple[int | None, Considered]]:
    """Those whose name has these words in it; they keep their position."""
    wanted = words.casefold()
    return [one for one in people if not wanted or wanted in shortlist.names[one[1].ambassador_id].casefold()]


def _how_many(ids: Sequence[str], ticked: Sequence[str]) -> int:
    """How many of the list are shown: ten, or as many as were asked for, and never fewer than were ticked."""
    asked = request.args.get("show", "")
    wanted = int(asked) if re.fullmatch("[0-9]{1,6}", asked) else AT_FIRST
    chosen = set(ticked)
    last = max((place for place, id in enumerate(ids, start=1) if id in chosen), default=0)
    return min(len(ids), max(AT_FIRST, wanted, last))


def _line(shortlist: Shortlist, position: int | None, found: Considered) -> Line:
    name = shortlist.names[found.ambassador_id]
    if position is None:
        return Line(found.ambassador_id, name)
    reasons = found.reasons
    return Line(
        found.ambassador_id,
        name,
        position,
        found.score,
        _joined(one for one in reasons if one.code in FITTING),
        _joined(one for one in reasons if one.code not in FITTING),
        tuple(words for words in (*(one.words for one in found.remarks), found.instead) if words),
    )


def _joined(reasons: Iterable[Reason]) -> str:
    """'In this district (20), offers this kind of visit (15)': what gave no points has none beside it."""
    said = ", ".join(f"{one.words} ({say_points(one.points)})" if one.points else one.words for one in reasons)
    return said[:1].upper() + said[1:]


@bp.route("/manage/events/<reference>/assign/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def assign_anyway(reference: str, id: int) -> Response:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.REOPEN)
    opening = _opening(event)
    form = AskAllTheSameForm(request.form, starts_at=opening.starts_at)
    if form.sent():
        with form.refusing():
            asked = actions.ask_all_the_same(
                actor(),
                opening,
                id,
                override=form.override.data,
                seen=form.bars_seen,
                words=form.words.data,
                within=form.answer_within,
            )
            flash(f"{asked.ambassador.name} asked by email.", "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    shortlist = queries.list_shortlist(opening)  # after the act, which may have met what came since the page was opened
    found = shortlist.find(id)
    if found is None:
        raise NotFound
    name, bar = shortlist.names[id], found.bar
    if request.method == "GET" and (bar is None or bar.hard):
        said = bar.said_of(name) if bar else f"Nothing rules {name} out: choose them from the list."
        to_list = url_for("events.assign", reference=event.reference, opening=opening.id)
        raise Conflict(said, ways_out=[("Back to choosing ambassadors", to_list)])
    return show(
        "events/assign_anyway.html", form, event=event, opening=opening, place=shortlist.place, found=found, name=name
    )


@bp.get("/manage/events/<reference>/ambassadors/<int(max=2147483647):id>")
@allow(Role.COORDINATOR)
def assignment(reference: str, id: int) -> Response:
    found = assignment_on(reference, id)
    return show(
        "events/assignment.html",
        event=found.event,
        assignment=found,
        choices=queries.list_choices(found),
        reordered=queries.find_reordered(found),
        gone=queries.list_gone([found]).get(found.id),
        near=NEAR,
        other_dates=queries.list_other_dates(found),
        stand_in=queries.find_stand_in(found),
        history=queries.list_history(found.event, only=found),
        ways=CHOICE_WORDS,
    )
