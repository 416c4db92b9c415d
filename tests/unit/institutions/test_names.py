"""When two institutions have one name, and how a postcode is read."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from outreach.institutions.forms import PostcodeField
from outreach.institutions.rules import same_name
from outreach.web.forms import Form


class Postcodes(Form):
    postcode = PostcodeField("Postcode")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Evesham College", "evesham  college ", True),
        ("ÉCOLE ÉTÉ", "École été", True),
        ("Straße", "STRASSE", True),
        ("Evesham College", "Evesham Colleges", False),
        ("Evesham College", "EveshamCollege", False),
    ],
)
def test_capitals_and_spacing_do_not_tell_names_apart(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("wr1 3hz", "WR1 3HZ"), ("B98-8aa", "B98 8AA"), (" w r 5 2 n p ", "WR5 2NP"), ("EC1A1BB", "EC1A 1BB")],
)
def test_a_postcode_is_read_in_any_spelling(typed: str, kept: str) -> None:
    form = Postcodes(MultiDict({"postcode": typed}))
    assert form.validate()
    assert form.postcode.data == kept


@pytest.mark.parametrize("typed", ["WR1", "12345", "WR1 3HZZ", "W" * 5000, "WR1 3H\u0131", "=1+1"])
def test_what_is_no_postcode_is_said_to_be_none(typed: str) -> None:
    form = Postcodes(MultiDict({"postcode": typed}))
    assert not form.validate()
    assert form.postcode.errors == ["Enter a full UK postcode, like WR5 2NP"]
