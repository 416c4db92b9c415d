"""Finding ambassadors in public: only the ready, and only what `rules/searching.py` lets be said of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from outreach import clock
from outreach.ambassadors.models import Ambassador, AmbassadorDistrict, AmbassadorTerm
from outreach.ambassadors.queries.readiness import holds, ready_on
from outreach.ambassadors.rules import RequirementKind
from outreach.db import db
from outreach.districts.models import District, Term


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; what is left out does not narrow it."""

    district: District | None = None
    activity: Term | None = None
    audience: Term | None = None
    role_family: Term | None = None
    language: Term | None = None

    def columns(self) -> dict[str, int | None]:
        """The same as numbers, as a row of unmet demand has them."""
        return {
            "district_id": self.district.id if self.district else None,
            "activity_id": self.activity.id if self.activity else None,
            "audience_id": self.audience.id if self.audience else None,
            "role_family_id": self.role_family.id if self.role_family else None,
            "language_id": self.language.id if self.language else None,
        }


@dataclass(frozen=True)
class Unshown:
    """How many of one role family in one home district offer it and have not agreed to be shown."""

    count: int
    role_family: str
    position: int
    district: str


def select_shown(wanted: Wanted) -> Select[Ambassador]:
    """Those who agreed to be shown, by name."""
    return (
        select(Ambassador)
        .where(*_fits(wanted), _shown())
        .options(
            joinedload(Ambassador.employer),
            joinedload(Ambassador.role_family),
            joinedload(Ambassador.home_district),
            selectinload(Ambassador.travels_to),
            selectinload(Ambassador.terms),
        )
        .order_by(Ambassador.name, Ambassador.id)
    )


def list_unshown(wanted: Wanted) -> list[Unshown]:
    """How many others offer it, by home district and role family. Nothing where a language is asked for."""
    if wanted.language is not None:
        return []
    return [
        Unshown(count, role, position, home)
        for home, role, position, count in db.session.execute(
            select(District.name, Term.label, Term.position, func.count(Ambassador.id))
            .join(Ambassador.home_district)
            .join(Ambassador.role_family)
            .where(*_fits(wanted), ~_shown())
            .group_by(District.name, Term.label, Term.position)
            .order_by(District.name, Term.position)
        )
    ]


def others_speak(wanted: Wanted) -> bool:
    """Whether somebody who is not shown speaks the language, in a district; asked without their role family."""
    if wanted.language is None or wanted.district is None:
        return False
    return _any(*_fits(replace(wanted, role_family=None)), ~_shown())


def is_offered(wanted: Wanted) -> bool:
    """Whether anybody who is ready offers it, shown or not.

    Where a language is asked for, the role family of people who are not shown is left aside: that nobody of a family
    speaks it would tell, by its absence, who does.
    """
    if wanted.language is None:
        return _any(*_fits(wanted))
    return _any(*_fits(wanted), _shown()) or _any(*_fits(replace(wanted, role_family=None)), ~_shown())


def count_by_district(wanted: Wanted) -> Counter[int]:
    """How many could be asked for each district, by its number: those who work there and those who travel there.

    Where a language is asked for, only those who are shown.
    """
    wanted = replace(wanted, district=None)
    fits = [*_fits(wanted), _shown()] if wanted.language else _fits(wanted)
    found: Counter[int] = Counter()
    at_home = select(Ambassador.home_district_id, func.count()).where(*fits).group_by(Ambassador.home_district_id)
    travelling = (
        select(AmbassadorDistrict.district_id, func.count())
        .join(Ambassador, Ambassador.id == AmbassadorDistrict.ambassador_id)
        .where(*fits, AmbassadorDistrict.district_id != Ambassador.home_district_id)
        .group_by(AmbassadorDistrict.district_id)
    )
    for query in (at_home, travelling):
        for district_id, count in db.session.execute(query):
            found[district_id] += count
    return found


def _any(*conditions: ColumnElement[bool]) -> bool:
    return db.session.scalar(select(Ambassador.id).where(*conditions).limit(1)) is not None


def _shown() -> ColumnElement[bool]:
    return holds(RequirementKind.CONSENT, clock.today())


def _fits(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [ready_on(clock.today())]
    if wanted.district is not None:
        travels = exists().where(
            AmbassadorDistrict.ambassador_id == Ambassador.id, AmbassadorDistrict.district_id == wanted.district.id
        )
        conditions.append(or_(Ambassador.home_district_id == wanted.district.id, travels))
    if wanted.role_family is not None:
        conditions.append(Ambassador.role_family_id == wanted.role_family.id)
    return conditions + [
        exists().where(AmbassadorTerm.ambassador_id == Ambassador.id, AmbassadorTerm.term_id == term.id)
        for term in (wanted.activity, wanted.audience, wanted.language)
        if term is not None
    ]
