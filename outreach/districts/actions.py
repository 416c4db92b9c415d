"""Loading a county file: what it names is upserted, what it no longer names is no longer offered."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from outreach.db import db
from outreach.districts.models import County, District, SchoolTerm, Term, TravelTime
from outreach.districts.rules import CountyFile, DistrictEntry
from outreach.errors import Conflict


def load_reference(found: CountyFile) -> None:
    """Upsert the county, districts (by slug) and terms (by code). Districts are never removed: rows point at them.

    Travel times and school terms, at which nothing points, are afterwards those of the file and no others.
    """
    county = db.session.get(County, 1)
    if county is None:
        county = County(id=1)
        db.session.add(county)
    for name, value in asdict(found.county).items():
        setattr(county, name, value)
    _load_districts(found)
    _load_terms(found)
    _load_travel(found)
    _load_school_terms(found)
    db.session.flush()


def _load_districts(found: CountyFile) -> None:
    """Raises Conflict where a district that the file no longer names stands in the way of one that it does."""
    known = {district.slug: district for district in db.session.scalars(select(District))}
    named = {entry.slug for entry in found.districts}
    for entry in found.districts:
        for slug, district in known.items():
            if slug not in named and _takes_from(entry, district):
                raise Conflict(
                    f"{district.name} is no longer in the county file but still in the database, "
                    f"and {entry.name} has its tile, name or ONS code."
                )
        if entry.slug in known and _takes_from(entry, known[entry.slug]):
            # Two districts may swap places or names: whoever changes lets go of what is unique first.
            district = known[entry.slug]
            district.row = district.column = -district.id
            district.name = district.ons_code = f"~{district.id}"
    db.session.flush()
    for entry in found.districts:
        district = known.get(entry.slug) or District(slug=entry.slug)
        district.name = entry.name
        district.ons_code = entry.ons_code
        district.towns = entry.towns
        district.row = entry.row
        district.column = entry.column
        db.session.add(district)


def _takes_from(entry: DistrictEntry, district: District) -> bool:
    """Whether an entry and a district of another slug cannot both stand; for one slug, whether it changes."""
    same = (
        entry.name == district.name,
        entry.ons_code == district.ons_code,
        (entry.row, entry.column) == (district.row, district.column),
    )
    return any(same) if entry.slug != district.slug else not all(same)


def _load_terms(found: CountyFile) -> None:
    known = {(term.vocabulary, term.code): term for term in db.session.scalars(select(Term))}
    for term in known.values():
        term.offered = False
    for position, entry in enumerate(found.terms):
        term = known.get((entry.vocabulary, entry.code)) or Term(vocabulary=entry.vocabulary, code=entry.code)
        db.session.add(term)
        term.label = entry.label
        term.position = position
        term.under_18, term.under_16 = entry.under_18, entry.under_16
        term.offered = True


def _load_travel(found: CountyFile) -> None:
    known = {(one.from_town, one.to_town): one for one in db.session.scalars(select(TravelTime))}
    for entry in found.travel:
        # Whichever end the file names first, the pair is one row.
        here, there = sorted((entry.from_town, entry.to_town))
        row = known.pop((here, there), None) or TravelTime(from_town=here, to_town=there)
        row.minutes = entry.minutes
        db.session.add(row)
    for row in known.values():
        db.session.delete(row)


def _load_school_terms(found: CountyFile) -> None:
    known = {one.name: one for one in db.session.scalars(select(SchoolTerm))}
    for entry in found.school_terms:
        row = known.pop(entry.name, None) or SchoolTerm(name=entry.name)
        row.first_day, row.last_day = entry.first_day, entry.last_day
        db.session.add(row)
    for row in known.values():
        db.session.delete(row)
