"""What a county file may say, and the sentence about what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from config import DEFAULT_COUNTY
from outreach.districts.rules import Vocabulary, read_county
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
    assert (found.county.name, found.county.commitment, found.employer) == ("Fenmarch", 4, "Fenmarch Borough Council")
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
