"""Which column is what, and the verdict on each row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.ambassadors.forms.importing import read_rows
from outreach.ambassadors.rules.importing import (
    FIELD_WORDS,
    Entry,
    Fate,
    Field,
    Held,
    Row,
    Verdict,
    Words,
    guess_columns,
    judge,
    missing_for_new,
    problem_of_columns,
    stamp_of,
)
from outreach.sheets import Line, Sheet

F = Field
PLACES = {"worcester": "worcester", "wyre forest": "wyre-forest", "wyre-forest": "wyre-forest"}
WORDS = Words(
    meaning={
        F.HOME_DISTRICT: PLACES,
        F.TRAVELS_TO: PLACES,
        F.ROLE_FAMILY: {"direct care": "direct", "direct": "direct"},
        F.ACTIVITIES: {"talk": "talk", "careers fair, or show": "fair"},
        F.AUDIENCES: {"students": "students"},
        F.LANGUAGES: {"polish": "pl"},
    },
    labels={
        F.HOME_DISTRICT: {"worcester": "Worcester", "wyre-forest": "Wyre Forest"},
        F.TRAVELS_TO: {"worcester": "Worcester", "wyre-forest": "Wyre Forest"},
        F.ACTIVITIES: {"talk": "Talk", "fair": "Careers fair, or show", "old": "Old way"},
    },
    no_longer={F.ACTIVITIES: {"old way": "old"}},
)
ANN = Entry("Ann", "", "Fernlea Care", "Nurse", "direct", "worcester", activities=frozenset({"old"}))
HELD = {"ann@care.example": Held(7, 3, ANN)}
NEW = {
    F.EMAIL: "new@care.example",
    F.NAME: "Bo",
    F.EMPLOYER: "Fernlea Care",
    F.JOB_TITLE: "Nurse",
    F.ROLE_FAMILY: "Direct  CARE",
    F.HOME_DISTRICT: "WORCESTER",
}


def one(given: dict[Field, str], problem: str = "") -> Verdict:
    return judge([Row(2, given, problem)], HELD, WORDS)[0]


def test_headings_are_guessed_whatever_their_capitals_and_signs() -> None:
    theirs = ["CONTACT NAME", "E-mail:", "Mobile", "Membership no.", "Area", "area", "Job_title"]
    assert guess_columns(theirs) == [F.NAME, F.EMAIL, F.PHONE, None, F.HOME_DISTRICT, None, F.JOB_TITLE]
    assert guess_columns(["First name", "Surname"]) == [F.FIRST_NAME, F.LAST_NAME]
    assert guess_columns(["Name", "First name"]) == [F.NAME, None]


def test_our_own_words_are_known() -> None:
    ours = [each for each in Field if each not in (F.FIRST_NAME, F.LAST_NAME)]
    assert guess_columns([FIELD_WORDS[each] for each in ours]) == ours


def test_what_is_wrong_with_a_choice_of_columns() -> None:
    assert problem_of_columns([F.NAME, F.EMAIL, None, None]) is None
    assert problem_of_columns([F.NAME]) == (0, "Select which column holds the email address")
    assert problem_of_columns([F.EMAIL, F.EMAIL]) == (1, "Email address is chosen for two columns")
    found = problem_of_columns([F.EMAIL, F.NAME, F.LAST_NAME])
    assert found is not None
    assert found[0] == 2


def test_what_nobody_new_can_be_without() -> None:
    assert missing_for_new([F.EMAIL, F.LAST_NAME, F.EMPLOYER, F.JOB_TITLE]) == [F.ROLE_FAMILY, F.HOME_DISTRICT]


def test_somebody_new() -> None:
    verdict = one(NEW | {F.TRAVELS_TO: "Wyre Forest; worcester", F.ACTIVITIES: "talk;Careers fair, or show\nTALK"})
    assert verdict.fate is Fate.NEW
    # The home district is not one they travel to.
    assert (verdict.entry.home_district, verdict.entry.travels_to) == ("worcester", {"wyre-forest"})
    assert verdict.entry.activities == {"talk", "fair"}


def test_commas_separate_too_when_the_whole_is_no_word() -> None:
    assert one(NEW | {F.TRAVELS_TO: "wyre forest, worcester"}).entry.travels_to == {"wyre-forest"}
    assert one(NEW | {F.ACTIVITIES: "Careers fair, or show"}).entry.activities == {"fair"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({F.NAME: "Bo"}, "No email address is given"),
        ({F.EMAIL: "new@care.example", F.NAME: "Bo"}, "Not given: Employer, Job role, Role family, Home district"),
        (NEW | {F.HOME_DISTRICT: "Atlantis"}, "Home district: “Atlantis” is not known"),
        (NEW | {F.ACTIVITIES: "talk; dance"}, "Activities: “dance” is not known"),
        # Nobody takes up what is no longer offered.
        (NEW | {F.ACTIVITIES: "Old way"}, "Activities: “Old way” is not known"),
    ],
)
def test_why_a_row_is_refused(given: dict[Field, str], said: str) -> None:
    verdict = one(given)
    assert (verdict.fate, verdict.words) == (Fate.REFUSED, said)


def test_a_row_that_cannot_be_read_is_refused_for_that() -> None:
    assert one(NEW, "Enter a telephone number").words == "Enter a telephone number"


def test_an_address_counts_once_and_a_refused_row_does_not_take_it() -> None:
    rows = [Row(2, NEW | {F.HOME_DISTRICT: "Atlantis"}), Row(3, NEW), Row(4, NEW)]
    verdicts = judge(rows, HELD, WORDS)
    assert [each.fate for each in verdicts] == [Fate.REFUSED, Fate.NEW, Fate.REFUSED]
    assert verdicts[2].words == "Row 3 has the same email address"


def test_what_a_row_leaves_blank_stays_and_other_capitals_are_the_same_employer() -> None:
    same = {F.EMAIL: "ann@care.example", F.EMPLOYER: "FERNLEA CARE", F.ACTIVITIES: "old way"}
    assert one(same).fate is Fate.SAME
    changed = one(same | {F.HOME_DISTRICT: "Wyre Forest", F.ACTIVITIES: "talk; old way"})
    assert changed.fate is Fate.CHANGED
    assert [(each.field, each.before, each.after) for each in changed.changes] == [
        (F.HOME_DISTRICT, "Worcester", "Wyre Forest"),
        (F.ACTIVITIES, "Old way", "Talk; Old way"),
    ]
    assert changed.entry.name == "Ann"


def test_an_unconfirmed_application_is_nobody() -> None:
    register = {"new@care.example": Held(9, 1, ANN, unconfirmed=True)}
    assert judge([Row(2, NEW)], register, WORDS)[0].fate is Fate.NEW
    assert judge([Row(2, {F.EMAIL: "new@care.example"})], register, WORDS)[0].fate is Fate.REFUSED


def test_the_stamp_tells_decisions_apart() -> None:
    row = [Row(2, NEW)]
    moved = {"new@care.example": Held(9, 1, replace(ANN, name="Bo"))}
    stamps = {stamp_of(judge(row, register, WORDS)) for register in ({}, moved)}
    assert len(stamps) == 2
    assert stamp_of(judge(row, HELD, WORDS)) in stamps


CELL = st.one_of(st.text(max_size=15), st.sampled_from(["ann@care.example", "worcester", "talk", "'=1+1", "=1", ";"]))


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=5), st.permutations(list(Field)))
def test_any_cells_get_a_verdict_and_again_the_same(cells: list[list[str]], fields: list[Field]) -> None:
    chosen = [F.EMAIL, *(each for each in fields if each is not F.EMAIL)][:3]
    lines = tuple(Line(number, tuple(row)) for number, row in enumerate(cells, start=2))
    rows = read_rows(Sheet(("a", "b", "c"), lines), chosen)
    verdicts = judge(rows, HELD, WORDS)
    assert [each.row.number for each in verdicts] == [line.number for line in lines]
    assert all(each.words for each in verdicts if each.fate is Fate.REFUSED)
    # Once taken in, the same rows change nothing.
    register = HELD | {each.email: Held(1, 1, each.entry) for each in verdicts if each.fate in (Fate.NEW, Fate.CHANGED)}
    again = judge(rows, register, WORDS)
    assert {each.fate for each in again} <= {Fate.SAME, Fate.REFUSED}
