"""Moving an event and calling it off, each with a page that says who will hear of it."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.events import actions, queries
from outreach.events.forms import CancelForm, ConfirmMoveForm, MoveForm, offer_terms, wished
from outreach.events.models import Assignment, Event
from outreach.events.queries.changing import foresee, spans_after
from outreach.events.queries.openings import is_whole
from outreach.events.rules import HOST_CANCELLED, AssignmentStep, EventStep, may_step, next_event_status
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.fields import clean_text
from outreach.web.forms import show

LONGEST_PLACE = 300


@bp.route("/manage/events/<reference>/move", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def move(reference: str) -> Response:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.REOPEN)
    form = MoveForm(request.form, data=_held(event) | wished(request.args, event))
    form.past = event.starts_at <= clock.now()
    if form.sent() and form.times is not None:
        with form.refusing():
            starts, ends = form.times.starts_at, form.times.ends_at
            actions.check_move(event, starts, ends, form.place.data, form.online.data)
            target = url_for(
                "events.confirm_move",
                reference=event.reference,
                starts=_written(starts),
                ends=_written(ends),
                place=form.place.data,
                online="yes" if form.online.data else None,
                version=form.version.data,
            )
            return redirect(target, 303)
    return show("events/move.html", form, event=event)


def _held(event: Event) -> dict[str, object]:
    start, end = clock.local(event.starts_at), clock.local(event.ends_at)
    return {
        "day": start.date(),
        "starts": start.time(),
        "last_day": end.date() if end.date() != start.date() else None,
        "ends": end.time(),
        "place": event.place,
        "online": event.online,
        "version": event.version,
    }


@bp.route("/manage/events/<reference>/move/confirm", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def confirm_move(reference: str) -> Response:
    event = queries.get_event(reference)
    starts, ends = _read("starts"), _read("ends")
    place, online = clean_text(request.args.get("place", ""))[:LONGEST_PLACE], request.args.get("online") == "yes"
    if starts is None or ends is None or not (request.method == "POST" or _fits(event, starts, ends, place, online)):
        return redirect(url_for("events.move", reference=event.reference), 303)
    form = ConfirmMoveForm(request.form, data={"version": request.args.get("version", "")})
    same_place = (place, online) == (event.place, event.online)
    shorter = same_place and event.starts_at <= starts and ends <= event.ends_at
    if form.sent():
        with form.refusing():
            actions.move_event(
                actor(),
                event,
                starts_at=starts,
                ends_at=ends,
                place=place,
                online=online,
                words=form.words.data,
                version=form.version.data,
            )
            flash("The event is shorter." if shorter else "The event has moved.", "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    spans = spans_after(event, (starts, ends))
    return show(
        "events/confirm_move.html",
        form,
        event=event,
        starts=starts,
        ends=ends,
        place=place,
        online=online,
        shorter=shorter,
        stale=bool(form.errors)
        and (form.version.data != str(event.version) or not _fits(event, starts, ends, place, online)),
        openings=[(one, *spans[one.id]) for one in event.openings if not is_whole(one)],
        seen=foresee(queries.list_assignments(event), spans, same_place=same_place),
    )


def _fits(event: Event, starts: datetime, ends: datetime, place: str, online: bool) -> bool:
    """Whether the event can be moved so: the address of the page may say anything, and it may have been moved since."""
    try:
        actions.check_move(event, starts, ends, place, online)
    except Conflict:
        return False
    return True


def _written(moment: datetime) -> str:
    """A London clock time for the address: '2026-11-24T09:30'."""
    return clock.local(moment).replace(tzinfo=None).isoformat(timespec="minutes")


def _read(name: str) -> datetime | None:
    """The instant of a clock time in the address; None where it is none, or where the clocks change."""
    try:
        given = datetime.fromisoformat(request.args.get(name, ""))
        real = given.tzinfo is None and 1 < given.year < 9999
        return clock.to_utc(given.date(), given.time()) if real else None
    except (ValueError, OverflowError):
        return None


@bp.route("/manage/events/<reference>/cancel", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def cancel(reference: str) -> Response:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.CANCEL)
    form = CancelForm(request.form)
    offer_terms(form.reason, list_terms(Vocabulary.CANCEL_REASON))
    if form.sent():
        with form.refusing():
            reason = form.reason.data
            by_requester = event.visit_request_id is not None and reason.code == HOST_CANCELLED
            actions.cancel_event(actor(), event, reason=reason, words=form.words.data, by_requester=by_requester)
            flash("The event is cancelled.", "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    return show("events/cancel.html", form, event=event, people=_told(event))


def _told(event: Event) -> list[Assignment]:
    """Who is mailed that an event is off: nobody once it is over, and nobody who waits to be asked."""
    if event.ends_at <= clock.now():
        return []
    return [one for one in queries.list_assignments(event) if may_step(one.status, AssignmentStep.DECLINE)]
