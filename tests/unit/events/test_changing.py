"""What becomes of openings and of the people on them when times or the place change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Conflict
from outreach.events.actions.settling import ELSEWHERE, OTHER_HOST, say_change
from outreach.events.rules import Times
from outreach.events.rules.changing import Fate, OpeningDetails, check_opening, fate_of, fitted, is_within

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=100)


def at(first: float, last: float, days: int = 0) -> Times:
    """A span in hours of one day."""
    day = datetime(2027, 3, 2, tzinfo=UTC) + timedelta(days=days)
    return day + timedelta(hours=first), day + timedelta(hours=last)


@pytest.mark.parametrize(
    ("after", "same_place", "fate"),
    [
        (at(10, 16), True, Fate.UNTOUCHED),
        (at(10, 15), True, Fate.STAYS),
        (at(11, 16), True, Fate.STAYS),
        (at(11, 15), True, Fate.STAYS),
        (at(10, 17), True, Fate.ASKED),
        (at(9, 16), True, Fate.ASKED),
        (at(11, 17), True, Fate.ASKED),
        (at(10, 16, days=1), True, Fate.ASKED),
        (at(10, 16), False, Fate.ASKED),
        (at(11, 15), False, Fate.ASKED),
    ],
)
def test_who_keeps_a_part_of_the_time_stays_and_everybody_else_is_asked(
    after: Times, same_place: bool, fate: Fate
) -> None:
    assert fate_of(at(10, 16), after, same_place=same_place, now=LONG_AGO) is fate


@pytest.mark.parametrize(
    ("before", "after", "fate"),
    [
        (at(8, 10), at(7, 9), Fate.UNTOUCHED),  # it is over, and was at another time
        (at(8, 10), at(8, 14), Fate.UNTOUCHED),  # it goes on for longer than was planned
        (at(8, 16), at(8, 14), Fate.STAYS),  # it goes on, and ends sooner
        (at(8, 10), at(13, 15), Fate.ASKED),  # it was put off after all
    ],
)
def test_what_has_begun_is_put_right_without_asking(before: Times, after: Times, fate: Fate) -> None:
    assert fate_of(before, after, same_place=True, now=NOON) is fate


@pytest.mark.parametrize(
    ("opening", "after", "expected"),
    [
        (at(10, 16), at(9, 18), at(9, 18)),  # the whole of it stays the whole
        (at(13, 15), at(10, 16, days=3), at(13, 15, days=3)),  # as far into it as before
        (at(13, 15), at(12, 18), at(15, 17)),
        (at(13, 16), at(10, 14, days=1), at(13, 14, days=1)),  # cut at its end
        (at(13, 15), at(11, 16), at(13, 15)),  # shortened: what is left of its own time
        (at(10, 12), at(11, 16), at(11, 12)),
        (at(10, 11), at(12, 16), at(12, 13)),  # nothing is left: at the nearest end
        (at(15, 16), at(10, 14), at(13, 14)),
        (at(10, 13), at(14, 15), at(14, 15)),
    ],
)
def test_an_opening_follows_its_event(opening: Times, after: Times, expected: Times) -> None:
    assert fitted(opening, at(10, 16), after) == expected


minutes = st.integers(min_value=0, max_value=3000)


@st.composite
def spans(draw: st.DrawFn) -> Times:
    first, length = draw(minutes), draw(st.integers(min_value=1, max_value=3000))
    start = datetime(2027, 3, 2, tzinfo=UTC) + timedelta(minutes=first)
    return start, start + timedelta(minutes=length)


@given(st.data(), spans(), spans())
def test_an_opening_always_lies_within_its_event_and_shortening_never_moves_who_can_stay(
    data: st.DataObject, before: Times, after: Times
) -> None:
    length = int((before[1] - before[0]).total_seconds()) // 60
    first = data.draw(st.integers(min_value=0, max_value=length - 1))
    last = data.draw(st.integers(min_value=first + 1, max_value=length))
    opening = before[0] + timedelta(minutes=first), before[0] + timedelta(minutes=last)
    found = fitted(opening, before, after)
    assert found[0] < found[1]
    assert is_within(found, after)
    if is_within(after, before) and opening[0] < after[1] and after[0] < opening[1]:
        assert is_within(found, opening) or opening == before
        assert fate_of(opening, found, same_place=True, now=LONG_AGO) in (Fate.UNTOUCHED, Fate.STAYS)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (OpeningDetails(*at(9, 12), 1), "starts"),
        (OpeningDetails(*at(16, 17), 1), "starts"),
        (OpeningDetails(*at(12, 17), 1), "ends"),
        (OpeningDetails(*at(12, 13), 41), "needed"),
        (OpeningDetails(*at(12, 13), 2, None, 1), "qualification"),
        (OpeningDetails(*at(12, 13), 2, 7, 0), "qualified"),
        (OpeningDetails(*at(12, 13), 2, 7, 3), "qualified"),
    ],
)
def test_an_opening_that_does_not_fit_is_refused_beside_its_field(details: OpeningDetails, field: str) -> None:
    with pytest.raises(Conflict) as refused:
        check_opening(details, at(10, 16), 10, "on Tuesday")
    assert refused.value.field == field


def test_an_opening_that_fits_is_not() -> None:
    check_opening(OpeningDetails(*at(10, 16), 40, 7, 40), at(10, 16), 10, "on Tuesday")


@pytest.mark.parametrize(
    ("after", "elsewhere", "said"),
    [
        (at(10, 16), ELSEWHERE, "is at another place"),
        (at(10, 16), OTHER_HOST, "has another host"),
        (at(10, 16, days=1), "", "has moved to Wednesday 3 March 2027"),
        (at(11, 17), "", "is at another time on Tuesday 2 March 2027"),
        (at(11, 15), "", "is shorter on Tuesday 2 March 2027"),
        (at(10, 16, days=1), ELSEWHERE, "has moved to Wednesday 3 March 2027 and is at another place"),
    ],
)
def test_what_has_changed_is_said_and_nothing_else(after: Times, elsewhere: str, said: str) -> None:
    assert say_change(at(10, 16), after, elsewhere) == said
