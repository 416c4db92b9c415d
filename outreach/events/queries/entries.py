"""An event as an entry of somebody's own calendar: what that person's pages show, and nothing that lets anybody in.

These entries are for private eyes and mails, and carry the staff UID; the public ones are made by the calendars.
None of them reads the clock, so the same rows give the same entry always. A private link is never in one: calendars
are shared, printed and synchronised to places that nobody thinks of.
"""

from __future__ import annotations

from collections.abc import Iterable

from outreach.accounts.links import address
from outreach.accounts.rules import first_name
from outreach.ambassadors.models import Ambassador
from outreach.events.models import Event
from outreach.events.queries.arrangements import unconfirmed_of
from outreach.events.rules import (
    ASSIGNMENT_WORDS,
    COMING,
    EVENT_WORDS,
    AssignmentStatus,
    EventStatus,
    Times,
)
from outreach.ical import CalendarEvent, Classification
from outreach.ical import EventStatus as Written
from outreach.institutions.models import Site
from outreach.web.filters import plural

SHOWN_TO_STAFF = (
    AssignmentStatus.QUEUED,
    AssignmentStatus.INVITED,
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.DECLINED,
    AssignmentStatus.LAPSED,
    AssignmentStatus.ATTENDED,
    AssignmentStatus.DID_NOT_ATTEND,
)


def venue_of(event: Event, site: Site | None, host: str | None) -> str:
    """Where the public goes. How to join an online event stands in the public words, if it is for everybody."""
    if event.online:
        return "Online"
    parts = [event.place] if event.place or site is None else [host, site.address, site.town, site.postcode]
    return ", ".join(part for part in parts if part)


def place_of(event: Event) -> str:
    """Where somebody who takes part goes, or how they join."""
    if event.online:
        return f"Online: {event.place}" if event.place else "Online"
    return venue_of(event, event.site, event.institution.name if event.institution else None)


def entry_for_ambassador(
    event: Event, status: AssignmentStatus, times: Times | None = None, *, in_feed: bool = False
) -> CalendarEvent:
    """The event for somebody asked to it, or coming: held while they have not answered, taken once they said yes.

    Whom to telephone on the day is told to those who are coming, as on their page. The coordinator's message to one
    of them is not in it: all who stand alike have one text. `in_feed` leaves people, figures and notes out: an
    address of a feed may get about.
    """
    coming = status in COMING
    cancelled = event.status is EventStatus.CANCELLED
    written = Written.CANCELLED if cancelled else Written.CONFIRMED if coming else Written.TENTATIVE
    if in_feed:
        return _entry(
            event, [*_what(event), _audience(event), "Whom you meet: see your invitation."], written, times, busy=True
        )
    lines = [*_what(event), _whom(event)]
    if coming and not cancelled and event.contact:
        lines.append(_line("Contact on the day", ", ".join(filter(None, (event.contact.name, event.contact.phone)))))
    if not cancelled:
        lines += [_line("With you on the day", event.supervisor), _line("Notes", event.notes)]
    return _entry(event, lines, written, times, busy=True)


def entry_for_host(event: Event, *, named: bool) -> CalendarEvent:
    """The visit for whoever asked for it: arranged once somebody is coming, and they have said how it is kept safe.

    With `named`, says who: only for a contact whom somebody has verified.
    """
    coming = _coming(event)
    cancelled = event.status is EventStatus.CANCELLED
    lines = [_audience(event), _line("With them on the day", event.supervisor)]
    if not cancelled:
        if named and coming:
            told = [f"{first_name(one.name)}, {one.job_title}, {one.employer.name}" for one in coming]
            lines.append(_line("Who is coming", "; ".join(told)))
        elif coming:
            lines.append("An ambassador has agreed to come.")
        else:
            lines.append("We are still looking for an ambassador.")
    written = Written.CONFIRMED if coming and not unconfirmed_of(event) else Written.TENTATIVE
    return _entry(event, lines, Written.CANCELLED if cancelled else written, busy=False)


def entry_for_staff(event: Event) -> CalendarEvent:
    """The event for coordinators: how it stands in the title, who is on it, and what is missing.

    Telephone numbers, figures and notes are behind its link, for who is signed in.
    """
    lines = [
        *_what(event),
        f"State: {_standing(event)}",
        *(
            f"{one.ambassador.name}: {ASSIGNMENT_WORDS[one.status]}"
            for one in event.assignments
            if one.status in SHOWN_TO_STAFF
        ),
        *_missing(event),
        _audience(event),
        _line("Contact", event.contact.name if event.contact else ""),
    ]
    written = {
        EventStatus.PLANNED: Written.TENTATIVE,
        EventStatus.CONFIRMED: Written.CONFIRMED,
        EventStatus.DONE: Written.CONFIRMED,
        EventStatus.CANCELLED: Written.CANCELLED,
    }
    cancelled = event.status is EventStatus.CANCELLED
    summary = event.title if cancelled else f"{event.title} ({_standing(event)})"
    url = address(f"/manage/events/{event.reference}")
    return _entry(event, lines, written[event.status], busy=False, summary=summary, url=url)


def _entry(
    event: Event,
    lines: Iterable[str],
    status: Written,
    times: Times | None = None,
    *,
    busy: bool,
    summary: str = "",
    url: str = "",
) -> CalendarEvent:
    told = [line for line in lines if line]
    starts, ends = times or (event.starts_at, event.ends_at)
    return CalendarEvent(
        uid=event.uid_staff,
        sequence=event.sequence,
        created=event.created_at,
        changed=event.changed_at,
        starts=starts,
        ends=ends,
        summary=summary or event.title,
        description="\n".join([*told, f"Reference {event.reference}"]),
        location=place_of(event),
        url=url,
        categories=(event.activity.label, event.district.name),
        status=status,
        busy=busy,
        classification=Classification.PRIVATE,
    )


def _what(event: Event) -> list[str]:
    """The kind and the host, where the title and the place do not say them already."""
    activity = event.activity.label
    host = event.institution.name if event.institution else ""
    return [
        "" if activity.lower() in event.title.lower() else _line("Kind", activity),
        "" if host in event.place else _line("Host", host),
    ]


def _whom(event: Event) -> str:
    size = f"about {plural(event.audience_size, 'person', 'people')}" if event.audience_size else ""
    return _line("Audience", ", ".join(filter(None, (event.audience.label if event.audience else "", size))))


def _audience(event: Event) -> str:
    """The audience without its number: pupils are not counted where an address may get about."""
    return _line("Audience", event.audience.label if event.audience else "")


def _line(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _coming(event: Event) -> list[Ambassador]:
    people = [one.ambassador for one in event.assignments if one.status in COMING]
    return sorted(people, key=lambda one: (one.name, one.id))


def _standing(event: Event) -> str:
    """'planned, 1 of 2 people, 1 not answered'."""
    open_still = event.status in (EventStatus.PLANNED, EventStatus.CONFIRMED)
    asked = _count(event, AssignmentStatus.INVITED)
    parts = [
        EVENT_WORDS[event.status],
        f"{_count(event, *COMING)} of {plural(event.needed, 'person', 'people')}" if open_still else "",
        f"{asked} not answered" if open_still and asked else "",
    ]
    return ", ".join(filter(None, parts))


def _missing(event: Event) -> list[str]:
    if event.status not in (EventStatus.PLANNED, EventStatus.CONFIRMED):
        return []
    short = event.needed - _count(event, *COMING)
    unverified = event.contact is not None and event.contact.verified_at is None
    return [
        f"Missing: {plural(short, 'more ambassador')}" if short > 0 else "",
        "Missing: nobody has verified the contact yet" if unverified else "",
    ]


def _count(event: Event, *statuses: AssignmentStatus) -> int:
    return sum(one.status in statuses for one in event.assignments)
