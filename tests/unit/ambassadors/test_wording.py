"""What the board and the search say."""

from __future__ import annotations

from datetime import date

import pytest

from outreach.ambassadors.rules.board import Member, board_of
from outreach.ambassadors.rules.searching import shown_name
from outreach.ambassadors.rules.wording import say_cell, say_demand, say_kept, say_why

TODAY = date(2026, 11, 25)


def test_a_cell_in_words_names_nobody_and_says_every_reason() -> None:
    only = board_of([1, 2], [Member(1, 1, ready_until=TODAY)], TODAY)[1][0]
    assert say_why(only) == "only one person, something expires"
    assert say_cell(only, "Redditch") == [
        "1 council-employed ambassador who works in Redditch can be sent.",
        "If that one person drops out, the district is dark.",
        "Something on the checklist of 1 person expires in this week.",
    ]
    near = board_of([1, 2], [Member(1, 2, frozenset({1})), Member(2, 2, frozenset({1}))], TODAY)[1][0]
    assert say_cell(near, "Redditch") == [
        "Nobody who works in Redditch can be sent: only a neighbour covers it.",
        "2 council-employed ambassadors from other districts travel here.",
    ]
    assert say_cell(board_of([1], [], TODAY)[1][0], "Redditch") == [
        "No council-employed ambassador who is ready can be sent in Redditch in this week."
    ]


def test_how_many_are_kept() -> None:
    assert say_kept(6, 6) == "Six of six districts kept for the next 12 weeks"
    assert say_kept(0, 14) == "None of 14 districts kept for the next 12 weeks"


def test_what_was_looked_for() -> None:
    assert say_demand("Mock interviews", "People looking for work", "Direct care", "Polish") == (
        "Mock interviews, for people looking for work, by somebody in direct care, in Polish"
    )
    assert say_demand(None, "Job seekers", None, None) == "For job seekers"
    assert say_demand(None, None, None, None) == "Any ambassador"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Amina Yusuf", "Amina"),
        ("Dr. Amina Yusuf", "Amina"),
        ("Mrs O’Neill", "O’Neill"),
        ("José", "José"),
        ("  ", "An ambassador"),
        ("Dr", "An ambassador"),
    ],
)
def test_the_name_that_is_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown
