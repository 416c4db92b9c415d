"""Reading a county file into what it says, or a sentence about what is wrong with it."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from datetime import date, datetime
from typing import Any, TypeVar, cast

from outreach.districts.rules.checking import check_county
from outreach.districts.rules.entries import (
    LONGEST_ASSURANCE,
    CountyEntry,
    CountyFile,
    DistrictEntry,
    EmployerEntry,
    InstitutionEntry,
    RequirementEntry,
    SchoolTermEntry,
    SiteEntry,
    TermEntry,
    TravelEntry,
    Vocabulary,
)
from outreach.errors import Conflict

# The longest text of an entry's key, where it is not the longest of all: what the columns hold.
LONGEST = {
    "slug": 64,
    "code": 64,
    "ons_code": 16,
    "contact_email": 320,
    "contact_phone": 40,
    "postcode": 10,
    "assurance": LONGEST_ASSURANCE,
}
LONGEST_TEXT = 200

Entry = TypeVar("Entry")


def read_county(text: str) -> CountyFile:
    """Parse a county file. Raises Conflict with a sentence that names the entry that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Conflict(f"The county file is not TOML: {error}") from None
    vocabularies = {vocabulary.value: vocabulary for vocabulary in Vocabulary}
    terms = []
    for name, entries in _table(raw, "terms").items():
        if name not in vocabularies:
            raise Conflict(f"The county file has terms for {name!r}, which is no vocabulary.")
        for at, one in enumerate(_list(entries, f"terms.{name}"), start=1):
            terms.append(_entry(TermEntry, one, f"terms.{name} {at}", vocabulary=vocabularies[name]))
    found = CountyFile(
        county=_entry(CountyEntry, _table(raw, "county"), "county"),
        employer=_entry(EmployerEntry, _table(raw, "employer"), "employer"),
        districts=tuple(
            _entry(DistrictEntry, one, f"district {at}")
            for at, one in enumerate(_list(raw.get("district", []), "district"), start=1)
        ),
        terms=tuple(terms),
        institutions=tuple(
            _institution(one, f"institution {at}")
            for at, one in enumerate(_list(raw.get("institution", []), "institution"), start=1)
        ),
        requirements=tuple(
            _entry(RequirementEntry, one, f"requirement {at}")
            for at, one in enumerate(_list(raw.get("requirement", []), "requirement"), start=1)
        ),
        travel=_travel(raw.get("travel", {})),
        school_terms=tuple(
            _entry(SchoolTermEntry, one, f"school term {at}")
            for at, one in enumerate(_list(raw.get("school_term", []), "school_term"), start=1)
        ),
    )
    check_county(found)
    return found


def _table(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name)
    if not isinstance(found, dict):
        raise Conflict(f"The county file has no [{name}].")
    return found


def _list(found: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Conflict(f"The county file’s {name} must be a list of tables, each headed [[{name}]].")
    return found


def _institution(raw: dict[str, Any], where: str) -> InstitutionEntry:
    sites = _list(raw.get("sites", []), f"{where}, sites")
    if not sites:
        raise Conflict(f"The county file’s {where} has no sites.")
    read = tuple(_entry(SiteEntry, one, f"{where}, site {at}") for at, one in enumerate(sites, start=1))
    return _entry(InstitutionEntry, {k: v for k, v in raw.items() if k != "sites"}, where, sites=read)


def _travel(raw: object) -> tuple[TravelEntry, ...]:
    """A table for each town, with the minutes to others: a pair is written once, from either end."""
    if not isinstance(raw, dict) or not all(isinstance(one, dict) for one in raw.values()):
        raise Conflict("The county file’s travel must be a table for each town, headed [travel.Town].")
    found = []
    for town, others in raw.items():
        for other, minutes in others.items():
            problem = _problem("int", minutes, 0)
            if problem:
                raise Conflict(f"The county file’s travel time from {town} to {other} {problem}.")
            found.append(TravelEntry(town, other, minutes))
    return tuple(found)


def _entry(kind: type[Entry], raw: dict[str, Any], where: str, **given: Any) -> Entry:
    """An entry with exactly the keys of its kind, each of its type and of a length that the database holds."""
    expected = {one.name: one for one in fields(kind) if one.name not in given}  # type: ignore[arg-type]
    for name, value in raw.items():
        if name not in expected:
            raise Conflict(f"The county file’s {where} has {name!r}, which is not known.")
        problem = _problem(str(expected[name].type), value, LONGEST.get(name, LONGEST_TEXT))
        if problem:
            raise Conflict(f"The county file’s {where} has a {name!r} that {problem}.")
    for name, one in expected.items():
        if name not in raw and one.default is MISSING:
            raise Conflict(f"The county file’s {where} has no {name!r}.")
    return kind(**raw, **given)


def _problem(type_: str, value: object, longest: int) -> str:
    if type_ == "str":
        if not isinstance(value, str):
            return "is not text"
        return f"is longer than {longest} characters" if len(value) > longest else ""
    if type_ == "int":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return "" if whole and 0 <= cast(int, value) <= 1_000_000 else "is not a whole number of 0 or more"
    if type_ == "date":
        day = isinstance(value, date) and not isinstance(value, datetime)
        return "" if day else "is not a day like 2026-09-01"
    if type_ == "bool":
        return "" if isinstance(value, bool) else "is neither true nor false"
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "" if texts else "is not a list of texts"
