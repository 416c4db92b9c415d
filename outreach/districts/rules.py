"""Reading a county file into what it says, or a sentence about what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from typing import Any, TypeVar, cast

from outreach.errors import Conflict

WITHDREW = "withdrew"  # how an application ends that the friend withdrew by their link


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
    CANDIDATE_OUTCOME = "candidate_outcome"
    LANGUAGE = "language"
    QUALIFICATION = "qualification"


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
    under_16: bool = False  # no contact data of theirs is ever taken


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
class RequirementEntry:
    """An item of the checklist that makes an ambassador ready. `months_valid` of 0: it does not expire."""

    code: str
    label: str
    words: str
    kind: str = "plain"
    required: bool = True
    months_valid: int = 0


@dataclass(frozen=True)
class CountyFile:
    county: CountyEntry
    employer: str
    districts: tuple[DistrictEntry, ...]
    terms: tuple[TermEntry, ...]
    institutions: tuple[InstitutionEntry, ...]
    requirements: tuple[RequirementEntry, ...] = ()


# What a county file may leave out: the county then has no such words.
OPTIONAL_VOCABULARIES = frozenset({Vocabulary.QUALIFICATION})

# Codes that the application enters by itself; what they are called is the county's.
NEEDED_TERMS = ((Vocabulary.CANDIDATE_OUTCOME, WITHDREW),)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset({"county"})
MAP_SIDE = 3  # the map of tiles is three by three

# The longest text of an entry's key, where it is not the longest of all: what the columns hold.
LONGEST = {"slug": 64, "code": 64, "ons_code": 16, "contact_email": 320, "contact_phone": 40, "postcode": 10}
LONGEST_TEXT = 200

# What an item of the checklist is to the product: ambassadors.rules.RequirementKind has the same.
REQUIREMENT_KINDS = frozenset({"plain", "manager", "consent", "child_check"})
LONGEST_VALID = 120  # months

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
        employer=_entry(_EmployerEntry, _table(raw, "employer"), "employer").name,
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
    )
    _check(found)
    return found


@dataclass(frozen=True)
class _EmployerEntry:
    name: str


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
    if type_ == "bool":
        return "" if isinstance(value, bool) else "is neither true nor false"
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "" if texts else "is not a list of texts"


def _check(found: CountyFile) -> None:
    _check_districts(found)
    _check_terms(found)
    _check_institutions(found)
    _check_requirements(found)


def _check_districts(found: CountyFile) -> None:
    if not found.districts:
        raise Conflict("The county file has no districts.")
    for district in found.districts:
        if not SLUG.fullmatch(district.slug) or district.slug in RESERVED_SLUGS:
            raise Conflict(
                f"The slug {district.slug!r} must be lower-case letters, digits and hyphens, and not 'county'."
            )
        if not (1 <= district.row <= MAP_SIDE and 1 <= district.column <= MAP_SIDE):
            raise Conflict(f"{district.name} must stand in a row and a column from 1 to {MAP_SIDE} of the map.")
    for called, values in (
        ("slug", [district.slug for district in found.districts]),
        ("name", [district.name for district in found.districts]),
        ("ONS code", [district.ons_code for district in found.districts]),
    ):
        if len(set(values)) != len(values):
            raise Conflict(f"Two districts have the same {called}.")
    places = [(district.row, district.column) for district in found.districts]
    if len(set(places)) != len(places):
        raise Conflict("Two districts stand on the same tile of the map.")


def _check_terms(found: CountyFile) -> None:
    codes = [(term.vocabulary, term.code) for term in found.terms]
    if len(set(codes)) != len(codes):
        raise Conflict("Two terms of one vocabulary have the same code.")
    for vocabulary in Vocabulary:
        if vocabulary not in OPTIONAL_VOCABULARIES and not any(term.vocabulary is vocabulary for term in found.terms):
            raise Conflict(f"The county file has no terms for {vocabulary.value!r}.")
    for vocabulary, code in NEEDED_TERMS:
        if (vocabulary, code) not in codes:
            raise Conflict(f"The county file’s terms for {vocabulary.value!r} must have the code {code!r}.")


def _check_institutions(found: CountyFile) -> None:
    slugs = {district.slug for district in found.districts}
    kinds = {term.code for term in found.terms if term.vocabulary is Vocabulary.INSTITUTION_KIND}
    names = [institution.name for institution in found.institutions]
    if len(set(names)) != len(names):
        raise Conflict("Two institutions have the same name.")
    for institution in found.institutions:
        if institution.kind not in kinds:
            raise Conflict(f"{institution.name} is of an unknown kind: {institution.kind!r}.")
        if len({site.name for site in institution.sites}) != len(institution.sites):
            raise Conflict(f"{institution.name} has two sites of the same name.")
        for site in institution.sites:
            if site.district not in slugs:
                raise Conflict(f"{institution.name} has a site in an unknown district: {site.district!r}.")


def _check_requirements(found: CountyFile) -> None:
    codes = [one.code for one in found.requirements]
    if len(set(codes)) != len(codes):
        raise Conflict("Two requirements have the same code.")
    for one in found.requirements:
        if one.kind not in REQUIREMENT_KINDS:
            raise Conflict(f"The requirement {one.code!r} is of an unknown kind: {one.kind!r}.")
        if one.months_valid > LONGEST_VALID:
            raise Conflict(f"The requirement {one.code!r} must be valid for {LONGEST_VALID} months or fewer.")
        if one.kind == "consent" and one.required:
            raise Conflict(f"The requirement {one.code!r} is a consent, and a consent is never required.")
    for kind in ("manager", "consent"):
        if sum(one.kind == kind for one in found.requirements) > 1:
            raise Conflict(f"Only one requirement may be of the kind {kind!r}.")
