"""What must hold in a county file as a whole: every refusal is a sentence for the person who wrote it."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

from outreach.districts.rules.entries import WITHDREW, CountyFile, Vocabulary
from outreach.districts.rules.towns import LONGEST_TOWN, LONGEST_TRAVEL
from outreach.errors import Conflict

# What a county file may leave out: the county then has no such words.
OPTIONAL_VOCABULARIES = frozenset({Vocabulary.QUALIFICATION})

# Codes that the application enters by itself; what they are called is the county's.
NEEDED_TERMS = ((Vocabulary.CANDIDATE_OUTCOME, WITHDREW),)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset({"county"})
MAP_SIDE = 3  # the map of tiles is three by three

# What an item of the checklist is to the product: ambassadors.rules.RequirementKind has the same.
REQUIREMENT_KINDS = frozenset({"plain", "manager", "consent", "child_check"})
NEVER_REQUIRED = {"consent": "a consent", "child_check": "a check for work with children"}
LONGEST_TERM = timedelta(days=366)
LONGEST_VALID = 120  # months


def check_county(found: CountyFile) -> None:
    """Refuse a file whose parts do not fit together. Raises Conflict."""
    _check_districts(found)
    _check_terms(found)
    _check_institutions(found)
    _check_requirements(found)
    _check_travel(found)
    _check_school_terms(found)


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
        for town in district.towns:
            if not town.strip() or len(town) > LONGEST_TOWN:
                raise Conflict(f"{district.name} has a town whose name is not 1 to {LONGEST_TOWN} characters long.")
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
        if one.kind in NEVER_REQUIRED and one.required:
            what = NEVER_REQUIRED[one.kind]
            raise Conflict(f"The requirement {one.code!r} is {what}, and {what} is never required.")
    for kind in sorted(REQUIREMENT_KINDS - {"plain"}):
        if sum(one.kind == kind for one in found.requirements) > 1:
            raise Conflict(f"Only one requirement may be of the kind {kind!r}.")


def _check_travel(found: CountyFile) -> None:
    towns = {town for district in found.districts for town in district.towns}
    seen = set()
    for one in found.travel:
        for town in (one.from_town, one.to_town):
            if town not in towns:
                raise Conflict(f"The county file has a travel time for {town!r}, which is a town of no district.")
        pair = frozenset({one.from_town.casefold(), one.to_town.casefold()})
        if len(pair) == 1:
            raise Conflict(f"The county file has a travel time from {one.from_town} to itself.")
        if pair in seen:
            raise Conflict(f"The county file says twice how far {one.from_town} and {one.to_town} are from each other.")
        if one.minutes > LONGEST_TRAVEL:
            raise Conflict(f"From {one.from_town} to {one.to_town} it must take {LONGEST_TRAVEL} minutes or fewer.")
        seen.add(pair)


def _check_school_terms(found: CountyFile) -> None:
    names = [one.name for one in found.school_terms]
    if len(set(names)) != len(names):
        raise Conflict("Two school terms have the same name.")
    for one in found.school_terms:
        if not one.name.strip():
            raise Conflict("A school term has no name.")
        if one.last_day < one.first_day:
            raise Conflict(f"The school term {one.name!r} ends before it begins.")
        if one.last_day - one.first_day > LONGEST_TERM:
            raise Conflict(f"The school term {one.name!r} is longer than a year.")
    for before, after in pairwise(sorted(found.school_terms, key=lambda one: one.first_day)):
        if after.first_day <= before.last_day:
            raise Conflict(f"The school terms {before.name!r} and {after.name!r} have days in common.")
