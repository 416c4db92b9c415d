"""Reading a county file into what it says, or a sentence about what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import Enum
from typing import Any

from outreach.errors import Conflict


class Vocabulary(Enum):
    """The lists of words that a county brings."""

    ROLE_FAMILY = "role_family"
    ACTIVITY = "activity"
    AUDIENCE = "audience"
    INSTITUTION_KIND = "institution_kind"
    DECLINE_REASON = "decline_reason"
    CANNOT_COME_REASON = "cannot_come_reason"
    CANCEL_REASON = "cancel_reason"
    LEAVING_REASON = "leaving_reason"
    VERIFIED_HOW = "verified_how"


@dataclass(frozen=True)
class CountyEntry:
    name: str
    council: str
    service: str
    scheme: str
    strap_line: str
    contact_email: str
    contact_phone: str
    commitment: int
    answer_within_working_days: int


@dataclass(frozen=True)
class DistrictEntry:
    slug: str
    name: str
    ons_code: str
    towns: list[str]
    row: int
    column: int


@dataclass(frozen=True)
class TermEntry:
    vocabulary: Vocabulary
    code: str
    label: str
    under_18: bool = False


@dataclass(frozen=True)
class SiteEntry:
    name: str
    town: str
    district: str
    address: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class InstitutionEntry:
    name: str
    kind: str
    sites: tuple[SiteEntry, ...]


@dataclass(frozen=True)
class CountyFile:
    county: CountyEntry
    employer: str
    districts: tuple[DistrictEntry, ...]
    terms: tuple[TermEntry, ...]
    institutions: tuple[InstitutionEntry, ...]


SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset({"county"})


def read_county(text: str) -> CountyFile:
    """Parse a county file. Raises Conflict with a sentence that names the entry that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Conflict(f"The county file is not TOML: {error}") from None
    try:
        found = CountyFile(
            county=CountyEntry(**raw["county"]),
            employer=str(raw["employer"]["name"]),
            districts=tuple(DistrictEntry(**one) for one in raw["district"]),
            terms=tuple(
                TermEntry(Vocabulary(name), **one) for name, entries in raw["terms"].items() for one in entries
            ),
            institutions=tuple(_institution(one) for one in raw.get("institution", [])),
        )
    except KeyError as error:
        raise Conflict(f"The county file has no {error.args[0]!r}.") from None
    except (TypeError, ValueError) as error:
        raise Conflict(f"The county file has an entry that does not fit: {error}") from None
    _check(found)
    return found


def _institution(raw: dict[str, Any]) -> InstitutionEntry:
    return InstitutionEntry(raw["name"], raw["kind"], tuple(SiteEntry(**one) for one in raw["sites"]))


def _check(found: CountyFile) -> None:
    slugs = [district.slug for district in found.districts]
    if not slugs:
        raise Conflict("The county file has no districts.")
    for slug in slugs:
        if not SLUG.fullmatch(slug) or slug in RESERVED_SLUGS:
            raise Conflict(f"The slug {slug!r} must be lower-case letters, digits and hyphens, and not 'county'.")
    if len(set(slugs)) != len(slugs):
        raise Conflict("Two districts have the same slug.")
    places = [(district.row, district.column) for district in found.districts]
    if len(set(places)) != len(places):
        raise Conflict("Two districts stand on the same tile of the map.")
    codes = [(term.vocabulary, term.code) for term in found.terms]
    if len(set(codes)) != len(codes):
        raise Conflict("Two terms of one vocabulary have the same code.")
    for vocabulary in Vocabulary:
        if not any(term.vocabulary is vocabulary for term in found.terms):
            raise Conflict(f"The county file has no terms for {vocabulary.value!r}.")
    kinds = {term.code for term in found.terms if term.vocabulary is Vocabulary.INSTITUTION_KIND}
    for institution in found.institutions:
        if institution.kind not in kinds:
            raise Conflict(f"{institution.name} is of an unknown kind: {institution.kind!r}.")
        for site in institution.sites:
            if site.district not in slugs:
                raise Conflict(f"{institution.name} has a site in an unknown district: {site.district!r}.")
