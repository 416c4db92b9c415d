"""The names, days and references of the demonstration."""

from __future__ import annotations

import random
from datetime import date

from outreach.demo.rules import FIRST_NAMES, PERSONAS, SURNAMES, Names, next_weekday, reference, school_day


def test_names_are_all_different_and_the_same_for_the_same_seed() -> None:
    one, other = Names(random.Random(5)), Names(random.Random(5))
    drawn = [one.next() for _ in range(300)]
    assert drawn == [other.next() for _ in range(300)]
    assert drawn != [Names(random.Random(6)).next() for _ in range(300)]
    assert len(set(drawn)) == 300
    assert all(name.split()[1] in SURNAMES for name in drawn)


def test_there_are_names_enough() -> None:
    assert len(FIRST_NAMES.split()) * len(SURNAMES) > 400


def test_school_days_avoid_weekends_august_and_christmas() -> None:
    chance = random.Random(1)
    for _ in range(300):
        day = school_day(chance, date(2026, 7, 1), date(2027, 1, 31))
        assert date(2026, 7, 1) <= day <= date(2027, 1, 31)
        assert day.weekday() < 5
        assert day.month != 8
        assert not date(2026, 12, 20) <= day <= date(2027, 1, 4)


def test_a_weekend_gives_way_to_monday() -> None:
    assert next_weekday(date(2026, 11, 21)) == date(2026, 11, 23)
    assert next_weekday(date(2026, 11, 22)) == date(2026, 11, 23)
    assert next_weekday(date(2026, 11, 25)) == date(2026, 11, 25)


def test_references_look_like_the_real_ones() -> None:
    assert reference(random.Random(1), "VR", "ABC")[:3] == "VR-"
    assert len(reference(random.Random(1), "VR", "ABC")) == 12


def test_there_is_one_of_every_role_and_one_without() -> None:
    roles = {role for persona in PERSONAS for role in persona.roles}
    assert roles == {"coordinator", "recruitment_officer", "viewer", "administrator"}
    assert any(not persona.roles for persona in PERSONAS)
