"""Terms as data: read, written back, and refused with a sentence when they do not fit."""

from __future__ import annotations

import copy
import json
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from outreach.errors import Conflict
from outreach.referrals.rules.checking import check_terms
from outreach.referrals.rules.first import read_first_version
from outreach.referrals.rules.terms import Terms, dump_terms, read_terms
from outreach.referrals.rules.versions import check_dates, check_publisher

FILE = Path(__file__).parents[3] / "outreach" / "data" / "scheme.toml"
FIRST = FILE.read_text(encoding="utf-8")
RAW: dict[str, Any] = tomllib.loads(FIRST)["terms"]


@pytest.fixture
def terms() -> Terms:
    return read_terms(RAW)


def changed(path: str, value: object) -> dict[str, Any]:
    """The first terms with one value changed; a path such as `milestones.0.pence`."""
    raw = copy.deepcopy(RAW)
    *way, last = path.split(".")
    at: Any = raw
    for name in way:
        at = at[int(name)] if name.isdigit() else at[name]
    at[int(last) if last.isdigit() else last] = value
    return raw


def test_the_first_terms_hold_together(terms: Terms) -> None:
    assert check_terms(terms) == []
    assert [one.code for one in terms.stages][-3:] == ["months_3", "months_6", "months_12"]


def test_terms_survive_json(terms: Terms) -> None:
    assert read_terms(json.loads(json.dumps(dump_terms(terms)))) == terms


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("milestones.0.pence", -1, "milestones.0.pence must be a sum in whole pence"),
        ("milestones.0.pence", 250.5, "whole pence"),
        ("milestones.0.pence", True, "whole pence"),
        pytest.param("milestones.0.pence", 10**5000, "whole pence", id="huge"),
        ("milestones.0.months", "six", "whole number from 0 to 120"),
        ("milestones.0.label", "   ", "must not be empty"),
        ("milestones.0.label", "x" * 10_000, "100 characters or fewer"),
        ("milestones.0.code", "Start!", "lower-case letters"),
        ("milestones.0.code", "a" * 41, "lower-case letters"),
        ("milestones", "all", "must be a list"),
        ("milestones", [{}] * 51, "50 entries or fewer"),
        ("milestones.0", None, "must be a table"),
        ("friends.least_age", 13, "from 16 to 100"),
        ("friends.in_process", 0, "true or false"),
        ("leavers.referrer", "sometimes", "must be one of: paid, employed, not_under_notice"),
        ("caps", [], "must be a table"),
    ],
)
def test_what_does_not_fit_is_named(path: str, value: object, words: str) -> None:
    with pytest.raises(Conflict) as refused:
        read_terms(changed(path, value))
    assert words in refused.value.message
    assert str(refused.value.field).startswith(path.split(".", maxsplit=1)[0])


@pytest.mark.parametrize("name", list(RAW))
def test_every_part_is_needed(name: str) -> None:
    raw = {key: value for key, value in RAW.items() if key != name}
    if name == "budget_pence":
        assert read_terms(raw).budget_pence == 0
    elif name == "tax_note":
        assert read_terms(raw).tax_note == ""
    else:
        with pytest.raises(Conflict, match=f"{name} is missing"):
            read_terms(raw)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("milestones", [], "Add a milestone"),
        ("posts", [], "Enter the posts that qualify"),
        ("referrers.employment", [], "Enter the kinds of employment"),
        ("milestones.1.code", "start", "Two of the milestones have the code “start”"),
        ("start_stage", "hired", "must be one of the stages"),
        ("stages.5.limits", [{"since": "months_3", "days": 3}], "must count from an earlier stage"),
        ("stages.5.limits", [{"since": "nowhere", "days": 3}], "must count from an earlier stage"),
        ("stages.0.months", 3, "must come after it"),
        ("stages.8.months", 3, "in the order of their months"),
        ("milestones.0.stage", "nowhere", "needs a stage"),
        ("milestones.0.kind", "gold", "needs a kind"),
        ("milestones.0.pence", 0, "Enter how much"),
        ("milestones.2.words", "", "Enter what"),
        ("milestones.2.new_to_care_pence", 1, "not worth money"),
    ],
)
def test_what_does_not_hold_together_keeps_terms_from_being_published(path: str, value: object, words: str) -> None:
    assert any(words in problem.words for problem in check_terms(read_terms(changed(path, value))))


def test_position_of_an_unknown_stage(terms: Terms) -> None:
    assert terms.position("started") == 5
    with pytest.raises(KeyError):
        terms.position("nowhere")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "is not TOML"),
        ("effective_from = 2024-04-01", "needs a name"),
        ("name = 'x'", "needs the day"),
        ("name = 'x'\neffective_from = 2024-04-01T10:00:00", "needs the day"),
        ("name = 'x'\neffective_from = 2024-04-01", "is missing"),
        (FIRST.replace("[[terms.milestones]]", "[[terms.others]]"), "milestones is missing"),
    ],
)
def test_a_scheme_file_that_does_not_fit(text: str, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        read_first_version(text)


def test_a_version_may_not_begin_in_the_past_nor_overlap() -> None:
    today, published = date(2026, 11, 22), [(1, date(2024, 4, 1)), (2, date(2027, 1, 1))]
    for day, words in (
        (date(2026, 11, 21), "after today"),
        (today, "after today"),
        (date(2027, 1, 1), "Version 2 takes effect on that day"),
        (date(2026, 12, 1), "may not overlap"),
    ):
        with pytest.raises(Conflict, match=words) as refused:
            check_dates(day, today, published)
        assert refused.value.field == "effective_from"
    check_dates(date(2027, 1, 2), today, published)


def test_nobody_publishes_their_own_draft() -> None:
    check_publisher(1, 2)
    for publisher in (1, None):
        with pytest.raises(Conflict, match="somebody else"):
            check_publisher(1, publisher)


def test_other_terms_are_other_terms(terms: Terms) -> None:
    assert replace(terms, budget_pence=1) != terms
