"""Reading reference data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam, func, or_, select

from outreach.db import db
from outreach.districts.models import County, District, SchoolTerm, Term, TravelTime
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound


def find_county() -> County | None:
    return db.session.get(County, 1)


def get_county() -> County:
    county = find_county()
    if county is None:
        raise NotFound
    return county


def list_districts() -> list[District]:
    return list(db.session.scalars(select(District).order_by(District.name, District.id)))


def find_district(slug: str) -> District | None:
    return db.session.scalar(select(District).where(District.slug == slug))


def get_district(slug: str) -> District:
    district = find_district(slug)
    if district is None:
        raise NotFound
    return district


def list_terms(vocabulary: Vocabulary) -> list[Term]:
    """The words offered now, in the county's order."""
    return list(
        db.session.scalars(
            select(Term).where(Term.vocabulary == vocabulary, Term.offered.is_(True)).order_by(Term.position, Term.id)
        )
    )


def get_term(vocabulary: Vocabulary, code: str) -> Term:
    term = db.session.scalar(select(Term).where(Term.vocabulary == vocabulary, Term.code == code))
    if term is None:
        raise NotFound
    return term


def list_terms_by_code(vocabulary: Vocabulary, codes: list[str]) -> list[Term]:
    """The words of these codes, in the county's order; unknown codes are left out."""
    return list(
        db.session.scalars(
            select(Term).where(Term.vocabulary == vocabulary, Term.code.in_(codes)).order_by(Term.position, Term.id)
        )
    )


def list_towns() -> list[str]:
    """The towns of all districts, district by district; a town of two stands once."""
    return list(dict.fromkeys(town for district in list_districts() for town in district.towns))


_TRAVEL = select(TravelTime.from_town, TravelTime.to_town, TravelTime.minutes)
_TRAVEL_TO = _TRAVEL.where(
    or_(func.lower(TravelTime.from_town) == bindparam("town"), func.lower(TravelTime.to_town) == bindparam("town"))
)


def travel_minutes(town: str | None = None) -> Mapping[tuple[str, str], int]:
    """How long it takes between towns, or to one of them; in small letters, there and back; 0 within a town. One query.

    Ask it by rules.minutes_between, which knows towns that the table does not name, too.
    """
    rows = db.session.execute(_TRAVEL) if town is None else db.session.execute(_TRAVEL_TO, {"town": town})
    found: dict[tuple[str, str], int] = {}
    for one, other, minutes in rows:
        here, there = one.casefold(), other.casefold()
        found |= {(here, there): minutes, (there, here): minutes, (here, here): 0, (there, there): 0}
    return found


def list_school_terms() -> list[SchoolTerm]:
    """The school terms, the earliest first."""
    return list(db.session.scalars(select(SchoolTerm).order_by(SchoolTerm.first_day, SchoolTerm.id)))


def find_school_term(day: date) -> SchoolTerm | None:
    """The school term in which a day lies; none in the holidays."""
    return db.session.scalar(select(SchoolTerm).where(SchoolTerm.first_day <= day, SchoolTerm.last_day >= day))
