"""Finding ambassadors, and what is known of whole districts."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.ambassadors.models import Ambassador, AmbassadorDistrict, AmbassadorTerm, Employer
from outreach.ambassadors.queries.readiness import ready_on
from outreach.ambassadors.rules import ACTS, AmbassadorStatus, Person
from outreach.audit.queries import list_entries_of
from outreach.db import db
from outreach.districts.models import District, Term
from outreach.errors import NotFound
from outreach.web.door import ActorKind


def get_ambassador(ambassador_id: int) -> Ambassador:
    ambassador = db.session.scalar(
        select(Ambassador)
        .where(Ambassador.id == ambassador_id)
        .options(
            joinedload(Ambassador.employer),
            joinedload(Ambassador.role_family),
            joinedload(Ambassador.home_district),
            selectinload(Ambassador.travels_to),
            selectinload(Ambassador.terms),
        )
    )
    if ambassador is None:
        raise NotFound
    return ambassador


def find_not_left(email: str) -> Ambassador | None:
    """Whoever has this address in the register and has not left; an unconfirmed applicant, too."""
    return db.session.scalar(
        select(Ambassador).where(Ambassador.email == email, Ambassador.status != AmbassadorStatus.LEFT)
    )


def select_ambassadors(
    *,
    words: str = "",
    district: District | None = None,
    status: AmbassadorStatus | None = None,
    role_family: Term | None = None,
    terms: tuple[Term, ...] = (),
    council: bool | None = None,
) -> Select[Ambassador]:
    """Ambassadors by name. Without a status, everybody who has not left; `terms` are activities and audiences.

    Whoever has not confirmed their application is in no list: anybody could have typed it.
    """
    query = (
        select(Ambassador)
        .join(Ambassador.employer)
        .options(
            joinedload(Ambassador.employer), joinedload(Ambassador.role_family), joinedload(Ambassador.home_district)
        )
        .order_by(Ambassador.name, Ambassador.id)
    )
    query = query.where(Ambassador.unconfirmed_since.is_(None))
    query = query.where(Ambassador.status == status if status else Ambassador.status != AmbassadorStatus.LEFT)
    if words:
        columns = (Ambassador.name, Ambassador.email, Ambassador.job_title, Employer.name)
        query = query.where(or_(*[column.icontains(words, autoescape=True) for column in columns]))
    if district is not None:
        query = query.where(Ambassador.home_district_id == district.id)
    if role_family is not None:
        query = query.where(Ambassador.role_family_id == role_family.id)
    for term in terms:
        held = exists().where(AmbassadorTerm.ambassador_id == Ambassador.id, AmbassadorTerm.term_id == term.id)
        query = query.where(held)
    if council is not None:
        query = query.where(Employer.is_council.is_(council))
    return query


def list_people() -> list[Person]:
    """What coverage needs to know of everybody who is ready, in two queries and without a name."""
    ready = ready_on(clock.today())
    travels: dict[int, set[int]] = defaultdict(set)
    for ambassador_id, district_id in db.session.execute(
        select(AmbassadorDistrict.ambassador_id, AmbassadorDistrict.district_id)
        .join(Ambassador, Ambassador.id == AmbassadorDistrict.ambassador_id)
        .where(ready)
    ):
        travels[ambassador_id].add(district_id)
    people = db.session.execute(
        select(Ambassador.id, Ambassador.home_district_id, Employer.is_council)
        .join(Ambassador.employer)
        .where(ready)
        .order_by(Ambassador.id)
    )
    return [Person(home, frozenset(travels[id]), is_council, ready=True) for id, home, is_council in people]


def list_at_home_in(district: District) -> list[Ambassador]:
    """Who can be invited and works from a district, by name."""
    return [one for one in _list_serving(district) if one.home_district_id == district.id]


def list_travelling_to(district: District) -> list[Ambassador]:
    """Who can be invited and travels to a district from another, by name."""
    return [one for one in _list_serving(district) if one.home_district_id != district.id]


def _list_serving(district: District) -> list[Ambassador]:
    travels = exists().where(
        AmbassadorDistrict.ambassador_id == Ambassador.id, AmbassadorDistrict.district_id == district.id
    )
    serving = db.session.scalars(
        select(Ambassador)
        .where(or_(Ambassador.home_district_id == district.id, travels), ready_on(clock.today()))
        .options(joinedload(Ambassador.employer), joinedload(Ambassador.home_district))
        .order_by(Ambassador.name, Ambassador.id)
    )
    return list(serving)


def list_employers() -> list[Employer]:
    return list(db.session.scalars(select(Employer).order_by(Employer.name, Employer.id)))


def find_employer(name: str) -> Employer | None:
    """The employer of this name, whatever its capitals."""
    # Compared here, not in SQL: the databases differ about the capitals of letters beyond ASCII.
    return next((one for one in list_employers() if one.name.casefold() == name.casefold()), None)


def list_history(ambassador: Ambassador) -> list[dict[str, object]]:
    """What was done to an ambassador's record, newest first, in words."""
    entries = list_entries_of("ambassador", ambassador.id)
    names = list_account_names(
        {one.actor_id for one in entries if one.actor_kind is ActorKind.ACCOUNT and one.actor_id}
    )
    return [
        {
            "title": ACTS.get(one.action, "Changed"),
            "when": one.at,
            "by": names.get(one.actor_id or 0, "") if one.actor_kind is ActorKind.ACCOUNT else "",
            "text": "",
        }
        for one in reversed(entries)
    ]
