"""Who can come now: for an event that is on, or begins within a day."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.errors import NotFound
from outreach.events import queries
from outreach.events.actions.today import ask_today, show_numbers, take_today
from outreach.events.forms import NowAct, person_of, pressed
from outreach.events.models import Event, Opening
from outreach.events.queries.today import (
    MOST_SHOWN,
    SHOWN_FIRST,
    find_last_drop_out,
    has_seen_numbers,
    list_asked,
    list_now,
)
from outreach.events.rules import EventStep, next_event_status
from outreach.events.rules.today import is_now
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.forms import Form, show


@bp.route("/manage/events/<reference>/now", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def now(reference: str) -> Response:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.REOPEN)
    opening = _opening(event)
    if request.method == "GET" and len(event.openings) > 1 and not request.args.get("opening"):
        # Named from here on: who said yes to this one must not be put on the next, once somebody has filled it.
        return redirect(url_for("events.now", reference=event.reference, opening=opening.id), 303)
    form = Form(request.form)
    if form.sent():
        with form.refusing():
            return redirect(_do(pressed(NowAct, request.form), event, opening), 303)
    more = request.args.get("more") == "yes"
    fits = is_now(opening.starts_at, opening.ends_at, clock.now())
    left = next(one.left for one in queries.list_places([opening]))
    return show(
        "events/now.html",
        form,
        event=event,
        opening=opening,
        fits=fits,
        over=opening.ends_at <= clock.now(),
        begun=opening.starts_at <= clock.now(),
        more=more,
        left=left,
        asked=list_asked(opening) if fits else [],
        found=list_now(opening, MOST_SHOWN if more else SHOWN_FIRST) if fits and left else None,
        last=find_last_drop_out(event),
        numbers=has_seen_numbers(actor(), event),
    )


def _do(act: NowAct, event: Event, opening: Opening) -> str:
    """Do what the button says; the address of the page to go to."""
    if act is NowAct.NUMBERS:
        show_numbers(actor(), event)
    elif act is NowAct.YES:
        taken = take_today(actor(), opening, person_of(request.form))
        flash(f"{taken.ambassador.name} is coming, and has been mailed what they need.", "success")
    else:
        asked = ask_today(actor(), opening, person_of(request.form))
        flash(f"{asked.ambassador.name} asked by email.", "success")
    return url_for("events.now", reference=event.reference, opening=opening.id)


def _opening(event: Event) -> Opening:
    """The opening that is asked for; without one the first that lacks somebody and is not over, or the first."""
    wanted = request.args.get("opening", "")
    if wanted:
        found = next((one for one in event.openings if str(one.id) == wanted), None)
        if found is None:
            raise NotFound
        return found
    places = zip(event.openings, queries.list_places(event.openings), strict=True)
    lacking = (one for one, place in places if place.left and one.ends_at > clock.now())
    return next(lacking, event.openings[0])
