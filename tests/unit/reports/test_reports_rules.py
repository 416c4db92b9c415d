"""References in any spelling, what is late, and what went wrong in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.reports.rules import SOON, Group, Item, is_overdue, is_soon, read_reference, say_missing, say_problem

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    ["VR-7K3M-9QTX", "vr-7k3m-9qtx", "VR7K3M9QTX", " vr 7k3m 9qtx ", "VR–7K3M–9QTX", "vr_7k3m.9qtx", "VR/7K3M/9QTX\t"],
)
def test_a_reference_in_any_spelling(typed: str) -> None:
    assert read_reference(typed) == "VR-7K3M-9QTX"


@pytest.mark.parametrize(
    "typed", ["", "VR", "VR-7K3M-9QT", "XX-7K3M-9QTX", "7K3M-9QTX", "VR-7K3M-9QTX-1", "college", "VR" * 5000, "٣" * 10]
)
def test_what_is_no_reference(typed: str) -> None:
    assert read_reference(typed) is None


def test_an_event_has_a_reference_too() -> None:
    assert read_reference("ev7k3m9qtx") == "EV-7K3M-9QTX"


def test_late_is_the_day_after_the_answer_was_due() -> None:
    assert not is_overdue(date(2026, 11, 22), date(2026, 11, 22))
    assert is_overdue(date(2026, 11, 21), date(2026, 11, 22))


def test_soon_is_within_a_fortnight() -> None:
    assert is_soon(NOW + SOON, NOW)
    assert not is_soon(NOW + SOON + timedelta(seconds=1), NOW)


def test_why_an_event_lacks_ambassadors() -> None:
    assert say_missing(1, [], anybody=False) == "1 ambassador is missing: nobody has been asked"
    assert say_missing(2, [], anybody=True) == "2 ambassadors are missing: nobody else has been asked"
    assert say_missing(1, ["Ann declined"], anybody=True) == "1 ambassador is missing: Ann declined"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("refused: 550 no such mailbox", "The address was refused: 550 no such mailbox"),
        ("deferred: 451 later", "The other side asked us to try again later: 451 later"),
        ("unreachable: TimeoutError", "The mail server could not be reached"),
        (None, ""),
    ],
)
def test_what_went_wrong_with_a_mail(error: str | None, words: str) -> None:
    assert say_problem(error) == words


@pytest.mark.parametrize(
    ("late", "whole", "first"),
    [
        ("", False, ""),
        ("0110", False, "0123"),
        ("00000", False, "012"),
        ("00011", False, "340"),
        ("11111", False, "012"),
        ("00011", True, "01234"),
    ],
)
def test_a_group_shows_its_first_few_and_what_is_late_before_what_is_not(late: str, whole: bool, first: str) -> None:
    items = [Item(str(number), "", NOW, "", {}, urgent=one == "1") for number, one in enumerate(late)]
    group = Group("short", "Short", items, whole)
    assert "".join(one.title for one in group.first) == first
    assert group.late == late.count("1")
