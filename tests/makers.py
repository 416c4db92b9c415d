"""Makers of rows for tests. Each makes a plausible row, committed, and takes what the test cares about.

Call them inside `with app.app_context():`. The county file is loaded already; people are invented.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlalchemy import select

from outreach import clock
from outreach.accounts.links import mint_link
from outreach.accounts.models import Account, AccountRole, SignedIn
from outreach.ambassadors.actions import add_items
from outreach.ambassadors.models import Ambassador, Employer
from outreach.ambassadors.queries import list_requirements
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.districts.models import District, Term
from outreach.districts.queries import get_district, get_term
from outreach.districts.rules import Vocabulary
from outreach.events.models import Arrangements, Assignment, Event, Opening
from outreach.events.rules import AssignmentStatus, EventStatus, answer_by
from outreach.institutions.models import Contact, Institution, Site
from outreach.visits.models import PreferredTime, VisitRequest
from outreach.visits.rules import RequestStatus, answer_due
from outreach.web.door import ActorKind, Purpose, Role
from outreach.web.keys import digest, new_reference, new_token

Row = TypeVar("Row")

_numbers = itertools.count(1)

COUNCIL = "Worcestershire County Council"
PROVIDER = "Riverside Care (invented)"


def in_days(days: int, hour: int = 10, minute: int = 0) -> datetime:
    """An instant so many days from today, at a London clock time; the UTC datetime."""
    return clock.to_utc(clock.today() + timedelta(days=days), datetime(2000, 1, 1, hour, minute).time())  # noqa: DTZ001


def term(vocabulary: Vocabulary, code: str) -> Term:
    return get_term(vocabulary, code)


def audience(code: str = "students_16_to_18") -> Term:
    return term(Vocabulary.AUDIENCE, code)


def activity(code: str = "talk") -> Term:
    return term(Vocabulary.ACTIVITY, code)


def district(slug: str = "worcester") -> District:
    return get_district(slug)


def make_account(*roles: Role, name: str = "", email: str = "", **more: Any) -> Account:
    number = next(_numbers)
    account = Account(
        email=email or f"person{number}@county.example",
        name=name or f"Person {number}",
        created_at=clock.now(),
        roles=[AccountRole(role=role) for role in roles],
        **more,
    )
    return _saved(account)


def sign_in(client: FlaskClient, account: Account, *, second_step: bool = True) -> None:
    """Sign a test client in as an account, without the mail; with the second step done unless told otherwise."""
    token = new_token()
    _saved(
        SignedIn(
            digest=digest(token),
            account_id=account.id,
            started_at=clock.now(),
            last_seen_at=clock.now(),
            second_step_at=clock.now() if second_step else None,
            council_sign_in=False,
            device="a test",
        )
    )
    client.set_cookie("outreach", token, domain="localhost")


def employer(name: str = COUNCIL) -> Employer:
    found = db.session.scalar(select(Employer).where(Employer.name == name))
    return found or _saved(Employer(name=name, is_council=name == COUNCIL))


def make_ambassador(
    name: str = "",
    *,
    home: str = "worcester",
    travels_to: Iterable[str] = (),
    council: bool = True,
    status: AmbassadorStatus = AmbassadorStatus.ACTIVE,
    activities: Iterable[str] = ("talk",),
    audiences: Iterable[str] = ("students_16_to_18",),
    ready: bool = True,
    **more: Any,
) -> Ambassador:
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": name or f"Ambassador {number}",
        "email": f"ambassador{number}@care.example",
        "phone": None,
        "employer": employer(COUNCIL if council else PROVIDER),
        "job_title": "Care worker",
        "role_family": term(Vocabulary.ROLE_FAMILY, "direct_care"),
        "home_district": district(home),
        "status": status,
        "notes": "",
        "registered_at": clock.now(),
        "status_since": clock.now(),
        "travels_to": [district(slug) for slug in travels_to],
        "terms": [activity(code) for code in activities] + [audience(code) for code in audiences],
    }
    ambassador = _saved(Ambassador(**(values | more)))
    if ready and status in (AmbassadorStatus.ACTIVE, AmbassadorStatus.PAUSED, AmbassadorStatus.SUSPENDED):
        tick_checklist(ambassador)
    return ambassador


def tick_checklist(ambassador: Ambassador, done_on: date | None = None) -> None:
    """Have somebody done everything that is required, today or on another day."""
    add_items(ambassador, [one for one in list_requirements() if one.required], done_on or clock.today())
    db.session.commit()


def institution(name: str = "Heart of Worcestershire College") -> Institution:
    return db.session.scalars(select(Institution).where(Institution.name == name)).one()


def make_institution(name: str = "", *, listed: bool = True, home: str = "worcester", town: str = "") -> Institution:
    number = next(_numbers)
    return _saved(
        Institution(
            name=name or f"Invented School {number}",
            kind=term(Vocabulary.INSTITUTION_KIND, "school"),
            listed_at=clock.now() if listed else None,
            created_at=clock.now(),
            sites=[
                Site(
                    name="Main site",
                    address="1 Invented Road",
                    town=town or "Worcester",
                    postcode="WR1 1AA",
                    district=district(home),
                )
            ],
        )
    )


def make_contact(at: Institution | None = None, *, verified: bool = True, **more: Any) -> Contact:
    number = next(_numbers)
    values: dict[str, Any] = {
        "institution": at or institution(),
        "name": f"Contact {number}",
        "email": f"contact{number}@college.example",
        "phone": "01905 555 0111",
        "job_title": "Careers leader",
        "created_at": clock.now(),
        "last_used_at": clock.now(),
    }
    if verified:
        values |= {
            "verified_at": clock.now(),
            "verified_by_id": make_account(Role.COORDINATOR).id,
            "verified_how": term(Vocabulary.VERIFIED_HOW, "telephoned"),
        }
    return _saved(Contact(**(values | more)))


def make_request(
    contact: Contact | None = None,
    *,
    status: RequestStatus = RequestStatus.NEW,
    times: Iterable[tuple[datetime, datetime]] = (),
    site: Site | None = None,
    **more: Any,
) -> VisitRequest:
    contact = contact or make_contact()
    spans = list(times) or [(in_days(21), in_days(21, 11)), (in_days(22, 14), in_days(22, 15))]
    values: dict[str, Any] = {
        "reference": new_reference("VR"),
        "status": status,
        "institution": contact.institution,
        "site": site or contact.institution.sites[0],
        "contact": contact,
        "activity": activity(),
        "audience": audience(),
        "audience_size": 30,
        "online": False,
        "topic_notes": "A day in the life of a care worker",
        "access_notes": "Step-free from reception",
        "supervisor": "Mr Invented, careers leader",
        "created_at": clock.now(),
        "answer_by": answer_due(clock.today(), 10),
        "decline_words": "",
        "times": [PreferredTime(position=n, starts_at=a, ends_at=b) for n, (a, b) in enumerate(spans, start=1)],
    }
    return _saved(VisitRequest(**(values | more)))


def make_event(
    *,
    starts: datetime | None = None,
    ends: datetime | None = None,
    request: VisitRequest | None = None,
    home: str = "worcester",
    status: EventStatus = EventStatus.PLANNED,
    published: bool = False,
    **more: Any,
) -> Event:
    number = next(_numbers)
    starts = starts or in_days(21)
    values: dict[str, Any] = {
        "reference": new_reference("EV"),
        "title": f"Careers in care talk {number}",
        "status": status,
        "activity": activity(),
        "district": request.site.district if request else district(home),
        "institution": request.institution if request else None,
        "site": request.site if request else None,
        "contact": request.contact if request else None,
        "visit_request_id": request.id if request else None,
        "online": False,
        "place": "The Guildhall, Worcester",
        "starts_at": starts,
        "ends_at": ends or starts + timedelta(hours=1),
        "needed": 1,
        "audience": audience(),
        "audience_size": 30,
        "supervisor": "Mr Invented, careers leader",
        "notes": "",
        "public_words": "",
        "published_at": clock.now() if published else None,
        "uid_public": f"{new_token()}@county.example",
        "uid_staff": f"{new_token()}@county.example",
        "sequence": 0,
        "created_at": clock.now(),
        "changed_at": clock.now(),
    }
    event = Event(**(values | more))
    if not event.openings:
        event.openings.append(make_opening(event.starts_at, event.ends_at, event.needed))
    return _saved(event)


def make_arrangements(event: Event, *, agreed: bool = True, **more: Any) -> Arrangements:
    """What the host has said of the day of an event, all of it."""
    values: dict[str, Any] = {
        "event": event,
        "room": "Main reception, then B12",
        "access": "The gates close at 9am",
        "parking": "Behind the sports hall",
        "contact_name": "Dee Daytime",
        "contact_phone": "01905 555 0122",
        "safeguarding_name": "Sal Safe",
        "safeguarding_phone": "01905 555 0133",
        "host_agreed_at": clock.now() if agreed else None,
        "changed_at": clock.now(),
    }
    return _saved(Arrangements(**(values | more)))


def make_opening(starts: datetime, ends: datetime, needed: int = 1, **more: Any) -> Opening:
    """An opening that is in no event so far."""
    return Opening(starts_at=starts, ends_at=ends, needed=needed, created_at=clock.now(), **more)


def make_assignment(
    event: Event | None = None,
    ambassador: Ambassador | None = None,
    *,
    status: AssignmentStatus = AssignmentStatus.INVITED,
    **more: Any,
) -> Assignment:
    event = event or make_event()
    opening = more.pop("opening", None) or event.openings[0]
    values: dict[str, Any] = {
        "event": event,
        "opening_id": opening.id,
        "starts_at": opening.starts_at,
        "ends_at": opening.ends_at,
        "ambassador": ambassador or make_ambassador(),
        "status": status,
        "invited_at": clock.now(),
        "answer_by": answer_by(clock.local(clock.now()), clock.local(opening.starts_at)),
        "words": "",
        "created_at": clock.now(),
    }
    return _saved(Assignment(**(values | more)))


def link_to(row: Assignment | VisitRequest, purpose: Purpose | None = None, *, days: int | None = None) -> str:
    """The path of a fresh private link: an invitation to an assignment until its event ends, or to follow a request."""
    if isinstance(row, VisitRequest):
        purpose, kind, holder = purpose or Purpose.FOLLOW, ActorKind.CONTACT, row.contact_id
    else:
        purpose, kind, holder = purpose or Purpose.INVITATION, ActorKind.AMBASSADOR, row.ambassador_id
    ends = clock.now() + timedelta(days=365 if days is None else days)
    if purpose is Purpose.INVITATION and days is None:
        ends = row.event.ends_at
    url = mint_link(purpose, row.id, kind, holder, ends)
    db.session.commit()
    return "/" + url.split("/", 3)[3]


def _saved(row: Row) -> Row:
    db.session.add(row)
    db.session.commit()
    return row
