"""What a host agrees to, and what a visit with under-18s waits for."""

from __future__ import annotations

import itertools

import pytest

from outreach.events.rules.arranging import HOST_POINTS, HostPoint, agrees, points_of, say_unconfirmed

LEAD = ("Sal Safe", "01905 555 0133")


@pytest.mark.parametrize("online", [False, True])
def test_only_all_of_the_points_that_are_asked_agree(online: bool) -> None:
    asked = set(points_of(online))
    for size in range(len(HostPoint) + 1):
        for ticked in itertools.combinations(HostPoint, size):
            assert agrees(ticked, online) is (asked <= set(ticked))


def test_online_nobody_signs_in_and_somebody_stays_with_the_group() -> None:
    assert set(points_of(False)) == set(HostPoint) == set(HOST_POINTS)
    assert set(points_of(True)) == {HostPoint.ADULT, HostPoint.PHOTOGRAPHS}


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("lead", [LEAD, ("Sal Safe", ""), ("", "01905 555 0133"), ("", "")])
def test_with_under_18s_it_waits_for_the_points_and_the_lead(agreed: bool, lead: tuple[str, str]) -> None:
    said = say_unconfirmed(True, agreed, lead)
    assert bool(said) is not (agreed and lead == LEAD)
    assert ("kept safe" in said) is (not agreed)
    assert ("safeguarding lead" in said) is (lead != LEAD)
    assert say_unconfirmed(False, agreed, lead) == ""
