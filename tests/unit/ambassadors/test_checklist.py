"""The rules of the checklist: how an item stands, when it can have been done, and when to tell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.ambassadors.rules import Done, ItemState, check_done_on, expires_on, reminder_due, standing_of
from outreach.errors import Conflict

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("done", "state", "words"),
    [
        (None, ItemState.MISSING, "Missing"),
        (Done(TODAY + timedelta(days=1)), ItemState.MISSING, "Missing"),
        (Done(TODAY), ItemState.DONE, "Done"),
        (Done(TODAY, TODAY + timedelta(days=31)), ItemState.DONE, "Done"),
        (Done(TODAY, TODAY + timedelta(days=30)), ItemState.EXPIRES, "Expires in 30 days"),
        (Done(TODAY, TODAY + timedelta(days=1)), ItemState.EXPIRES, "Expires tomorrow"),
        (Done(TODAY, TODAY), ItemState.EXPIRES, "Expires today"),
        (Done(TODAY - timedelta(days=9), TODAY - timedelta(days=1)), ItemState.EXPIRED, "Expired"),
    ],
)
def test_how_an_item_stands(done: Done | None, state: ItemState, words: str) -> None:
    standing = standing_of(done, TODAY)
    assert (standing.state, standing.words) == (state, words)


def test_what_nobody_has_to_do_is_not_missing() -> None:
    assert standing_of(None, TODAY, required=False).words == "Not recorded"


@given(ago=st.integers(-400, 4000), months=st.none() | st.integers(1, 120))
def test_an_item_can_be_recorded_just_when_it_would_count(ago: int, months: int | None) -> None:
    done_on = TODAY - timedelta(days=ago)
    counts = Done(done_on, expires_on(done_on, months)).counts_on(TODAY) and ago <= 3650
    if counts:
        check_done_on(done_on, months, TODAY)
        return
    with pytest.raises(Conflict) as refused:
        check_done_on(done_on, months, TODAY)
    assert refused.value.field == "done_on"


@given(days=st.integers(-60, 60))
def test_each_telling_is_due_in_its_own_span(days: int) -> None:
    expected = None if days > 30 or days < -14 else 0 if days < 0 else 7 if days <= 7 else 30
    assert reminder_due(TODAY + timedelta(days=days), TODAY) == expected
