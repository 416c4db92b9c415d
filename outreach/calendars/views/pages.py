"""The public pages: the events to come, a month of them, one of them, and how to subscribe."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.calendars.forms import EventFilter
from outreach.calendars.queries import (
    get_public_event,
    list_public_events,
    select_public_events,
)
from outreach.calendars.rules import (
    month_after,
    read_month,
    weeks_of,
    write_month,
)
from outreach.calendars.views import bp
from outreach.db import db
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.events.models import Event
from outreach.events.queries import venue_of
from outreach.events.rules import EventStatus
from outreach.web.door import EVERYONE, allow
from outreach.web.filters import say_clock
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate


@bp.route("/events")
@allow(EVERYONE)
def events() -> Response:
    """The public events to come, or those of one month."""
    form = EventFilter(request.args)
    form.offer(list_districts(), list_terms(Vocabulary.ACTIVITY), clock.today())
    wanted = form.wanted()
    since, until = clock.now(), None
    if wanted.month is not None:
        since, until = clock.start_of(wanted.month), clock.start_of(month_after(wanted.month))
    rows = select_public_events(since, until, district=wanted.district, activity=wanted.activity)
    page = paginate(db.session(), rows, number=page_number(request.args))
    return show(
        "calendars/events.html",
        filter=form,
        page=page,
        venues={event.id: _venue(event) for event in page.items},
        this_month=write_month(wanted.month or clock.today()),
        cancelled=EventStatus.CANCELLED,
    )


@bp.route("/events/month/<month>")
@allow(EVERYONE)
def month(month: str) -> Response:
    """One month as a calendar."""
    first = read_month(month)
    if first is None:
        raise NotFound
    districts = list_districts()
    district = next((one for one in districts if one.slug == request.args.get("district")), None)
    weeks = weeks_of(first)
    start, end = clock.start_of(weeks[0][0]), clock.start_of(weeks[-1][-1] + timedelta(days=1))
    found = list_public_events(start, end, district=district.slug if district else "")
    return show(
        "calendars/month.html",
        first=first,
        weeks=[[_day(day, first, found) for day in week] for week in weeks],
        district=district,
        offered=[{"value": one.slug, "text": one.name} for one in districts],
        previous=_step(month_after(first, -1), district.slug if district else None),
        next=_step(month_after(first), district.slug if district else None),
    )


@bp.route("/events/<reference>")
@allow(EVERYONE)
def event(reference: str) -> Response:
    """One public event."""
    found = get_public_event(reference)
    return show(
        "calendars/event.html",
        event=found,
        venue=_venue(found),
        cancelled=found.status is EventStatus.CANCELLED,
        over=found.ends_at <= clock.now(),
        month=write_month(clock.local(found.starts_at).date()),
    )


def _venue(event: Event) -> str:
    return venue_of(event, event.site, event.institution.name if event.institution else None)


def _step(first: date, district: str | None) -> dict[str, str] | None:
    """The link to a neighbouring month; None past the years that addresses know."""
    text = write_month(first)
    if read_month(text) is None:
        return None
    return {"href": url_for("calendars.month", month=text, district=district), "text": f"{first:%B %Y}"}


def _day(day: date, first: date, found: list[Event]) -> dict[str, Any]:
    """One square of the month; an event over several days stands on each of them."""
    start, end = clock.start_of(day), clock.start_of(day + timedelta(days=1))
    entries = [_entry(event, start, end) for event in found if event.starts_at < end and event.ends_at > start]
    return {"day": day, "in_month": day.month == first.month, "today": day == clock.today(), "entries": entries}


def _entry(event: Event, start: datetime, end: datetime) -> dict[str, str]:
    """An event in the square of the day from `start` to `end`."""
    cancelled = event.status is EventStatus.CANCELLED
    if event.starts_at >= start:
        time = say_clock(event.starts_at)
    else:
        time = "All day" if event.ends_at >= end else f"Until {say_clock(event.ends_at)}"
    return {
        "href": url_for("calendars.event", reference=event.reference),
        "time": time,
        "text": event.title,
        "status": "Cancelled" if cancelled else "",
        "kind": "cancelled" if cancelled else "confirmed",
    }
