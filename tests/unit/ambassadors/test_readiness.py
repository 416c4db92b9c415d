"""Who is ready: every required item done and none expired."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.ambassadors.rules import AmbassadorStatus, Done, Needed, expires_on, readiness_of

DAY = date(2026, 11, 23)
NEEDED = [Needed(1, "Manager’s agreement"), Needed(2, "Induction"), Needed(3, "Safeguarding briefing")]
ALL = {one.id: Done(DAY - timedelta(days=10)) for one in NEEDED}

days = st.dates(date(2024, 1, 1), date(2030, 1, 1))
done = st.builds(
    lambda first, extra: Done(first, None if extra is None else first + timedelta(days=extra)),
    days,
    st.none() | st.integers(0, 1000),
)


def test_everything_done_is_ready() -> None:
    found = readiness_of(AmbassadorStatus.ACTIVE, NEEDED, ALL, DAY)
    assert (found.ready, found.missing, found.expired, found.until) == (True, (), (), None)


def test_what_is_missing_and_what_has_expired_are_told_apart_in_the_order_of_the_checklist() -> None:
    held = {3: Done(DAY - timedelta(days=800), DAY - timedelta(days=1))}
    found = readiness_of(AmbassadorStatus.ACTIVE, NEEDED, held, DAY)
    assert not found.ready
    assert found.missing == ("Manager’s agreement", "Induction")
    assert found.expired == ("Safeguarding briefing",)


def test_an_item_counts_on_its_last_day_and_not_on_the_next() -> None:
    held = ALL | {2: Done(DAY - timedelta(days=10), DAY)}
    assert readiness_of(AmbassadorStatus.ACTIVE, NEEDED, held, DAY).until == DAY
    assert not readiness_of(AmbassadorStatus.ACTIVE, NEEDED, held, DAY + timedelta(days=1)).ready


@pytest.mark.parametrize("status", [one for one in AmbassadorStatus if one is not AmbassadorStatus.ACTIVE])
def test_only_the_active_are_ready(status: AmbassadorStatus) -> None:
    assert not readiness_of(status, NEEDED, ALL, DAY).ready


@given(st.dictionaries(st.integers(1, 3), done), days, st.dictionaries(st.integers(4, 9), done))
def test_what_is_not_required_never_decides(held: dict[int, Done], day: date, others: dict[int, Done]) -> None:
    assert readiness_of(AmbassadorStatus.ACTIVE, NEEDED, held | others, day) == readiness_of(
        AmbassadorStatus.ACTIVE, NEEDED, held, day
    )


@given(st.dictionaries(st.integers(1, 3), done), days)
def test_ready_until_is_the_last_ready_day(held: dict[int, Done], day: date) -> None:
    found = readiness_of(AmbassadorStatus.ACTIVE, NEEDED, held, day)
    assert found.ready is (len(held) == 3 and all(one.counts_on(day) for one in held.values()))
    if found.until is not None:
        assert readiness_of(AmbassadorStatus.ACTIVE, NEEDED, held, found.until).ready
        assert not readiness_of(AmbassadorStatus.ACTIVE, NEEDED, held, found.until + timedelta(days=1)).ready


@pytest.mark.parametrize(
    ("done_on", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_end_on_the_last_day_of_a_shorter_month(done_on: date, months: int, last: date) -> None:
    assert expires_on(done_on, months) == last


def test_without_months_nothing_expires() -> None:
    assert expires_on(DAY, None) is None
