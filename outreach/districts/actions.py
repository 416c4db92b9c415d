"""Loading a county file: what it names is upserted, what it no longer names is no longer offered."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from outreach.db import db
from outreach.districts.models import County, District, Term
from outreach.districts.rules import CountyFile


def load_reference(found: CountyFile) -> None:
    """Upsert the county, districts (by slug) and terms (by code). Districts are never removed: rows point at them."""
    county = db.session.get(County, 1)
    if county is None:
        county = County(id=1)
        db.session.add(county)
    for name, value in asdict(found.county).items():
        setattr(county, name, value)
    _load_districts(found)
    _load_terms(found)
    db.session.flush()


def _load_districts(found: CountyFile) -> None:
    known = {district.slug: district for district in db.session.scalars(select(District))}
    for entry in found.districts:
        district = known.get(entry.slug)
        if district is None:
            district = District(slug=entry.slug)
            db.session.add(district)
        district.name = entry.name
        district.ons_code = entry.ons_code
        district.towns = entry.towns
        district.row = entry.row
        district.column = entry.column


def _load_terms(found: CountyFile) -> None:
    known = {(term.vocabulary, term.code): term for term in db.session.scalars(select(Term))}
    for term in known.values():
        term.offered = False
    for position, entry in enumerate(found.terms):
        term = known.get((entry.vocabulary, entry.code)) or Term(vocabulary=entry.vocabulary, code=entry.code)
        db.session.add(term)
        term.label = entry.label
        term.position = position
        term.under_18 = entry.under_18
        term.offered = True
