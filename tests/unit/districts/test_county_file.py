"""What a county file may say, and the sentence about what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from config import DEFAULT_COUNTY
from outreach.districts.rules import Vocabulary, minutes_between, read_county
from outreach.errors import Conflict

FENMARCH = (Path(__file__).resolve().parents[2] / "integration" / "districts" / "fenmarch.toml").read_text("utf-8")


def replaced(old: str, new: str) -> Callable[[], str]:
    assert old in FENMARCH
    return lambda: FENMARCH.replace(old, new, 1)


def refusal(text: str) -> str:
    with pytest.raises(Conflict) as refused:
        read_county(text)
    return refused.value.message


def test_the_county_that_comes_with_the_product_is_whole() -> None:
    found = read_county(DEFAULT_COUNTY.read_text(encoding="utf-8"))
    assert len(found.districts) == 6
    assert {term.vocabulary for term in found.terms} == set(Vocabulary)
    assert any(term.under_18 for term in found.terms)


def test_another_county_is_read() -> None:
    found = read_county(FENMARCH)
    assert (found.county.name, found.county.commitment, found.employer.name) == (
        "Fenmarch",
        4,
        "Fenmarch Borough Council",
    )
    assert [district.slug for district in found.districts] == ["upper-fen", "lower-fen", "saltmarsh", "the-holms"]
    assert found.institutions[0].sites[0].town == "Reedham Cross"


BAD = [
    (lambda: "not toml", "is not TOML"),
    (lambda: "", "has no [terms]"),
    (replaced("[employer]", "[employee]"), "has no [employer]"),
    (replaced('scheme = "Care Heroes"\n', ""), "county has no 'scheme'"),
    (replaced('scheme = "Care Heroes"', 'scheme = "Care Heroes"\nmotto = "Row"'), "county has 'motto', which is not"),
    (replaced("commitment = 4", 'commitment = "four"'), "county has a 'commitment' that is not a whole number"),
    (replaced("commitment = 4", "commitment = -1"), "'commitment' that is not a whole number"),
    (replaced("commitment = 4", "commitment = true"), "'commitment' that is not a whole number"),
    (replaced('name = "Fenmarch"', f'name = "{"F" * 201}"'), "county has a 'name' that is longer than 200 characters"),
    (replaced('"01632 960 001"', f'"{"0" * 41}"'), "'contact_phone' that is longer than 40"),
    (replaced('slug = "lower-fen"', 'slug = "Lower Fen"'), "The slug 'Lower Fen' must be lower-case letters"),
    (replaced('slug = "lower-fen"', 'slug = "county"'), "The slug 'county' must be"),
    (replaced('slug = "lower-fen"', 'slug = "saltmarsh"'), "Two districts have the same slug"),
    (replaced('name = "Lower Fen"', 'name = "Saltmarsh"'), "Two districts have the same name"),
    (replaced("X07000002", "X07000003"), "Two districts have the same ONS code"),
    (replaced("row = 2", "row = 1"), "Two districts stand on the same tile"),
    (replaced("row = 2", "row = 4"), "Lower Fen must stand in a row and a column from 1 to 3"),
    (replaced("row = 2", "row = 0"), "Lower Fen must stand in a row"),
    (replaced("row = 2", 'row = "two"'), "district 2 has a 'row' that is not a whole number"),
    (replaced('["Sluice"]', '"Sluice"'), "district 2 has a 'towns' that is not a list of texts"),
    (replaced('["Sluice"]', "[1]"), "district 2 has a 'towns' that is not a list of texts"),
    (lambda: re.sub(r"\[\[district\]\]\n(\w+ = .*\n)+", "", FENMARCH), "has no districts"),
    (replaced("role_family = [", "role_families = ["), "terms for 'role_families', which is no vocabulary"),
    (
        replaced('verified_how = [{ code = "rowed", label = "Rowed over and asked" }]', ""),
        "no terms for 'verified_how'",
    ),
    (replaced('code = "withdrew"', 'code = "swam"'), "'candidate_outcome' must have the code 'withdrew'"),
    (replaced('code = "stall"', 'code = "tea"'), "Two terms of one vocabulary have the same code"),
    (replaced('activity = [{ code = "tea", label', 'activity = [{ code = "tea", name'), "activity 1 has 'name', which"),
    (replaced("under_18 = true", 'under_18 = "yes"'), "audience 1 has a 'under_18' that is neither true nor false"),
    (replaced('[{ code = "hall", label = "Village hall" }]', '"hall"'), "institution_kind must be a list of tables"),
    (replaced('kind = "hall"', 'kind = "castle"'), "Reedham Cross Hall is of an unknown kind: 'castle'"),
    (replaced('district = "upper-fen"', 'district = "atlantis"'), "a site in an unknown district: 'atlantis'"),
    (replaced('town = "Reedham Cross"\n', ""), "institution 1, site 1 has no 'town'"),
    (lambda: FENMARCH.split("[[institution.sites]]")[0], "institution 1 has no sites"),
    (lambda: FENMARCH + FENMARCH[FENMARCH.index("[[institution]]") :], "Two institutions have the same name"),
    (
        lambda: FENMARCH + FENMARCH[FENMARCH.index("[[institution.sites]]") :],
        "Reedham Cross Hall has two sites of the same name",
    ),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=[said for _, said in BAD])
def test_a_bad_county_file_gets_a_sentence(text: Callable[[], str], said: str) -> None:
    message = refusal(text())
    assert said in message
    # A sentence for the person who wrote the file, not Python's.
    assert message[0].isupper()
    for word in ("__init__", "NoneType", "argument", "KeyError", "object"):
        assert word not in message


# What a county may add to its file: how far its towns are, and its school terms.
TRAVEL = '[travel.Mere]\nSluice = 25\n"Reedham Cross" = 5\n[travel.Sluice]\n"Reedham Cross" = 30\n'
TERMS = """
[[school_term]]
name = "Eels"
first_day = 2026-09-01
last_day = 2026-12-18
[[school_term]]
name = "Reeds"
first_day = 2027-01-04
last_day = 2027-03-25
"""


def test_a_county_may_leave_out_travel_school_terms_and_qualifications() -> None:
    found = read_county(FENMARCH)
    assert (found.travel, found.school_terms) == ((), ())
    assert not any(term.vocabulary is Vocabulary.QUALIFICATION for term in found.terms)
    assert (found.employer.assurance, found.employer.contact_name, found.employer.contact_phone) == ("", "", "")


def test_travel_and_school_terms_are_read() -> None:
    found = read_county(FENMARCH + TRAVEL + TERMS)
    assert [(one.from_town, one.to_town, one.minutes) for one in found.travel] == [
        ("Mere", "Sluice", 25),
        ("Mere", "Reedham Cross", 5),
        ("Sluice", "Reedham Cross", 30),
    ]
    assert [(one.name, one.first_day, one.last_day) for one in found.school_terms] == [
        ("Eels", date(2026, 9, 1), date(2026, 12, 18)),
        ("Reeds", date(2027, 1, 4), date(2027, 3, 25)),
    ]


def test_every_pair_of_towns_of_the_county_that_comes_with_the_product_has_a_time() -> None:
    found = read_county(DEFAULT_COUNTY.read_text(encoding="utf-8"))
    towns = [town for district in found.districts for town in district.towns]
    pairs = {frozenset({one.from_town, one.to_town}) for one in found.travel}
    assert pairs == {frozenset(pair) for pair in combinations(towns, 2)}


def test_how_far_it_is() -> None:
    minutes = {("mere", "sluice"): 25, ("sluice", "mere"): 25}
    assert minutes_between(minutes, "Mere", " SLUICE ") == 25
    assert minutes_between(minutes, "Sluice", "mere") == 25
    assert minutes_between(minutes, "Great Holm", "great holm") == 0  # a town that the table does not name
    assert minutes_between(minutes, "Mere", "Great Holm") is None
    assert minutes_between(minutes, "", "") is None


BAD_ADDITIONS = [
    ("[travel.Atlantis]\nSluice = 25\n", "a travel time for 'Atlantis', which is a town of no district"),
    ("[travel.Sluice]\nAtlantis = 25\n", "a travel time for 'Atlantis', which is a town of no district"),
    ("[travel.Sluice]\nSluice = 0\n", "a travel time from Sluice to itself"),
    ("[travel.Sluice]\nMere = 25\n[travel.Mere]\nSluice = 26\n", "says twice how far Mere and Sluice are"),
    ("[travel.Sluice]\nMere = 301\n", "From Sluice to Mere it must take 300 minutes or fewer"),
    ("[travel.Sluice]\nMere = -1\n", "travel time from Sluice to Mere is not a whole number of 0 or more"),
    ('[travel.Sluice]\nMere = "far"\n', "travel time from Sluice to Mere is not a whole number"),
    ("[travel]\nSluice = 25\n", "travel must be a table for each town"),
    ("[[travel]]\nSluice = 25\n", "travel must be a table for each town"),
    (TERMS.replace('"Reeds"', '"Eels"'), "Two school terms have the same name"),
    (TERMS.replace('"Reeds"', '" "'), "A school term has no name"),
    (TERMS.replace("2026-12-18", "2026-08-31"), "The school term 'Eels' ends before it begins"),
    (TERMS.replace("2026-12-18", "2027-01-04"), "The school terms 'Eels' and 'Reeds' have days in common"),
    (TERMS.replace("2027-03-25", "2028-03-25"), "The school term 'Reeds' is longer than a year"),
    (TERMS.replace("2026-12-18", '"Christmas"'), "school term 1 has a 'last_day' that is not a day like 2026-09-01"),
    (TERMS.replace("2026-12-18", "2026-12-18T10:00:00"), "school term 1 has a 'last_day' that is not a day"),
    (TERMS.replace("last_day = 2027-03-25\n", ""), "school term 2 has no 'last_day'"),
    ('school_term = "all year"\n', "school_term must be a list of tables"),
]


@pytest.mark.parametrize(("added", "said"), BAD_ADDITIONS, ids=[said for _, said in BAD_ADDITIONS])
def test_a_bad_addition_gets_a_sentence(added: str, said: str) -> None:
    # A key of the file itself must stand before its first table.
    text = added + FENMARCH if added.startswith("school_term") else FENMARCH + added
    assert said in refusal(text)


CHECK = '[[requirement]]\ncode = "{}"\nlabel = "Check"\nwords = ""\nkind = "child_check"\nrequired = {}\n'


def test_a_check_for_work_with_children_is_never_required_and_stands_once() -> None:
    read_county(FENMARCH + CHECK.format("seen", "false"))
    assert "a check for work with children is never required" in refusal(FENMARCH + CHECK.format("seen", "true"))
    twice = FENMARCH + CHECK.format("seen", "false") + CHECK.format("again", "false")
    assert "Only one requirement may be of the kind 'child_check'" in refusal(twice)


def test_a_town_has_a_name_of_a_length_that_the_register_holds() -> None:
    for town in ("", " ", "S" * 101):
        assert "Lower Fen has a town whose name is not 1 to 100 characters long" in refusal(
            replaced('["Sluice"]', f'["{town}"]')()
        )


def test_an_assurance_is_held_to_what_its_page_takes() -> None:
    assert "employer has a 'assurance' that is longer than 1000 characters" in refusal(
        replaced("[employer]\nname", f'[employer]\nassurance = "{"a" * 1001}"\nname')()
    )
