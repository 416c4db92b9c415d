"""Reading reference data."""

from __future__ import annotations

from sqlalchemy import select

from outreach.db import db
from outreach.districts.models import County, District, Term
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
