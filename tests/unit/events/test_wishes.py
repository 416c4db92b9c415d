"""What somebody has said that speaks against asking them to an event: told to the coordinator, barring nothing."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.ambassadors.rules.availability import Availability, PartOfDay, Span
from outreach.events.rules import say_wishes

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 22)
TUESDAY = (datetime(2026, 12, 1, 9, tzinfo=LONDON), datetime(2026, 12, 1, 11, tzinfo=LONDON))
NOBODY_SAID = (None, None, 5)
AWAY = Span(date(2026, 11, 28), date(2026, 12, 1))


def test_who_has_said_nothing_is_asked_for_any_time() -> None:
    assert say_wishes(Availability(), TUESDAY, TODAY, NOBODY_SAID) == ()


@pytest.mark.parametrize(
    ("availability", "said"),
    [
        (Availability(frozenset({(1, PartOfDay.MORNING)})), ()),
        (Availability(frozenset({(1, PartOfDay.EVENING)})), ("does not usually come at that time",)),
        (Availability(away=(AWAY,)), ("away then",)),
        (Availability(frozenset({(1, PartOfDay.EVENING)}), (AWAY,)), ("away then",)),
        (Availability(away=(Span(date(2026, 12, 2), date(2026, 12, 9)),)), ()),
    ],
)
def test_days_and_times(availability: Availability, said: tuple[str, ...]) -> None:
    assert say_wishes(availability, TUESDAY, TODAY, NOBODY_SAID) == said


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((9, None, 0), ()),
        ((10, None, 0), ("asks for 10 days’ notice",)),
        ((None, 2, 1), ()),
        ((None, 2, 2), ("has 2 that month and wants at most 2",)),
        ((14, 1, 3), ("asks for 14 days’ notice", "has 3 that month and wants at most 1")),
    ],
)
def test_notice_and_how_many(limits: tuple[int | None, int | None, int], said: tuple[str, ...]) -> None:
    assert say_wishes(Availability(), TUESDAY, TODAY, limits) == said
