"""The visit pack: what each side needs on the day, on one page. What is not in these classes is on no pack.

The pages draw nothing but these words, so that nobody can be told more by a template. Decision 0018.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from outreach.accounts.rules import first_name
from outreach.ambassadors.models import Ambassador
from outreach.events.models import Arrangements, Assignment, Event
from outreach.events.queries.arrangements import must_agree, unconfirmed_of, under_18s_may_come
from outreach.events.queries.assignments import list_coming_with_times
from outreach.events.queries.entries import place_of
from outreach.events.queries.leaving import is_alone
from outreach.events.rules.arranging import CODE_OF_CONDUCT, STANDARD_NEEDS, points_of
from outreach.web.filters import plural


@dataclass(frozen=True)
class Told:
    """Somebody to ask for or to ring: a name and a telephone number."""

    name: str
    phone: str


@dataclass(frozen=True)
class Day:
    """What both sides are told alike."""

    reference: str
    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    place: str
    online: bool
    audience: str
    room: str
    access: str
    parking: str
    contact: Told
    supervisor: str
    safeguarding: Told
    needs: str
    under_18: bool
    unconfirmed: str  # what the host has still to do, as a sentence


@dataclass(frozen=True)
class AmbassadorPack:
    day: Day
    notes: str
    slides: str
    others: tuple[str, ...]  # first names
    conduct: tuple[str, ...]
    alone: bool  # they tell us when they leave


@dataclass(frozen=True)
class Comer:
    """Somebody who is coming, as their host may know them. Their times only where they are not the whole visit's."""

    first_name: str
    job_title: str
    employer: str
    times: tuple[datetime, datetime] | None


@dataclass(frozen=True)
class HostPack:
    day: Day
    coming: int
    comers: tuple[Comer, ...]  # nobody, until somebody has verified the contact
    assurances: tuple[tuple[str, str], ...]  # employer, and what it says of its checks
    agreed: tuple[str, ...]  # the points the host has agreed to
    named: bool
    by_link: bool  # they say what the day is like by their link, as they asked for the visit; else by telephone


def ambassador_pack(event: Event, assignment: Assignment | None = None) -> AmbassadorPack:
    """The pack of somebody who is coming; without an assignment, as the coordinator looks at it.

    Whoever goes by themselves has nobody beside them: so the coordinator sees it too.
    """
    coming = list_coming_with_times(event)
    own = assignment.id if assignment else coming[0].id if len(coming) == 1 else None
    day = day_of(event, (assignment.starts_at, assignment.ends_at) if assignment else None)
    return AmbassadorPack(
        day=day,
        notes=event.notes,
        slides=event.arrangements.slides if event.arrangements else "",
        others=tuple(first_name(one.ambassador.name) for one in coming if one.id != own),
        conduct=CODE_OF_CONDUCT if day.under_18 else (),
        alone=assignment is not None and is_alone(assignment),
    )


def host_pack(event: Event) -> HostPack:
    """The pack of the event's contact. It names nobody, and no employer, to a contact whom no one has verified."""
    named = event.contact is not None and event.contact.verified_at is not None
    coming = list_coming_with_times(event)
    people = [one.ambassador for one in coming] if named else []
    whole = (event.starts_at, event.ends_at)
    row = event.arrangements
    return HostPack(
        day=day_of(event),
        coming=len(coming),
        comers=tuple(_comer(one, whole) for one in coming) if named else (),
        assurances=_assurances(people),
        agreed=tuple(points_of(event.online).values()) if must_agree(event) and row and row.host_agreed_at else (),
        named=named,
        by_link=event.visit_request_id is not None,
    )


def day_of(event: Event, times: tuple[datetime, datetime] | None = None) -> Day:
    """What is known of the day, at the times of the event or of one opening in it."""
    starts_at, ends_at = times or (event.starts_at, event.ends_at)
    row, contact = event.arrangements, event.contact
    size = f"about {plural(event.audience_size, 'person', 'people')}" if event.audience_size else ""
    under_18 = under_18s_may_come(event)
    told = _contact(row) or Told(contact.name if contact else "", contact.phone if contact else "")
    return Day(
        reference=event.reference,
        title=event.title,
        kind=event.activity.label,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place_of(event),
        online=event.online,
        audience=", ".join(filter(None, (event.audience.label if event.audience else "", size))),
        room=row.room if row and not event.online else "",
        access=row.access if row else "",
        parking=row.parking if row and not event.online else "",
        contact=told,
        supervisor=event.supervisor,
        safeguarding=Told(row.safeguarding_name, row.safeguarding_phone) if row and under_18 else Told("", ""),
        needs=(row.needs if row else "") or ("" if event.online else STANDARD_NEEDS),
        under_18=under_18,
        unconfirmed=unconfirmed_of(event),
    )


def _contact(row: Arrangements | None) -> Told | None:
    return Told(row.contact_name, row.contact_phone) if row and row.contact_name else None


def _comer(assignment: Assignment, whole: tuple[datetime, datetime]) -> Comer:
    person, times = assignment.ambassador, (assignment.starts_at, assignment.ends_at)
    return Comer(first_name(person.name), person.job_title, person.employer.name, times if times != whole else None)


def _assurances(people: list[Ambassador]) -> tuple[tuple[str, str], ...]:
    """What the employers say of their checks, each once, by name."""
    employers = {one.employer.name: one.employer.assurance for one in people}
    return tuple((name, words) for name, words in sorted(employers.items()) if words)
