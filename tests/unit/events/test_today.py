"""Who can come now: near and free, and how they can still be reached; what was said of days ahead is a remark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.ambassadors.rules.availability import Availability, PartOfDay, Span
from outreach.clock import LONDON
from outreach.events.rules.considering import Held, Person, Place, Surroundings
from outreach.events.rules.gone import Gone
from outreach.events.rules.states import AssignmentStatus
from outreach.events.rules.today import NEAR, READ_WITHIN, find_nearby, is_now, say_soon
from outreach.events.rules.weights import points_of

NOW = datetime(2026, 11, 24, 8, tzinfo=LONDON)
STARTS, ENDS = NOW.replace(hour=10), NOW.replace(hour=12)
HOUR = timedelta(hours=1)
PLACE = Place(
    opening_id=1,
    event_id=1,
    district_id=1,
    town="worcester",
    starts=STARTS,
    ends=ENDS,
    activity_id=1,
    audience_id=None,
    child_facing=False,
    qualification_id=None,
    left=1,
    qualified_left=0,
    online=False,
    district="Worcester",
)
AROUND = Surroundings(
    now=NOW,
    travel={("droitwich", "worcester"): 20, ("evesham", "worcester"): NEAR, ("tenbury", "worcester"): NEAR + 1},
    points=points_of({}),
)
PERSON = Person(id=1, ready=True, home_district_id=1, base_town="worcester")


EVERYBODY = range(1, 99)
TOWNS = ("worcester", "droitwich", "evesham")


def found(*people: Person, place: Place = PLACE) -> list[int]:
    return [one.ambassador_id for one in find_nearby(people, place, AROUND, EVERYBODY)]


def test_whoever_can_be_rung_comes_first_and_of_those_the_nearest() -> None:
    people = [replace(PERSON, id=id, base_town=town) for id, town in enumerate((*TOWNS, *reversed(TOWNS)), start=1)]
    listed = find_nearby(people, PLACE, AROUND, {3, 5})
    assert [one.ambassador_id for one in listed] == [5, 3, 1, 6, 2, 4]
    assert [one.by_phone for one in listed] == [True] * 2 + [False] * 4


@pytest.mark.parametrize(
    ("minutes", "reached"),
    [
        # How long before it begins; of the same town, 20 and 60 minutes away: by (m)ail, (t)elephone, or not at all.
        (90, "mt mt mt"),
        (89, "mt mt t"),
        (49, "mt t t, 11 minutes late"),
        (29, "t t t, 31 minutes late"),
        (20, "t t t, 40 minutes late"),
        (19, "t t, 1 minute late t, 41 minutes late"),
        (0, "t t t"),  # two hours are left, and everybody is late
        (-1, "t t -"),
        (-80, "t t -"),
        (-81, "t - -"),
        (-119, "t - -"),
    ],
)
def test_who_is_too_far_or_cannot_be_reached_in_time(minutes: int, reached: str) -> None:
    around = replace(AROUND, now=STARTS - timedelta(minutes=minutes))
    people = [replace(PERSON, id=id, base_town=town) for id, town in enumerate(TOWNS, start=1)]
    listed = find_nearby(people, PLACE, around, EVERYBODY)
    said = [
        ("m" * one.by_mail + "t" * one.by_phone if one.is_worth_asking else "-")
        + "".join(f", {words.removeprefix('would be ')}" for words in one.remarks)
        for one in listed
    ]
    assert " ".join(said) == reached
    silent = find_nearby(people, PLACE, around, ())
    assert [one.is_worth_asking for one in silent] == [one.by_mail for one in listed], "who can be reached by nothing"


@given(
    before=st.integers(-24 * 60, 24 * 60),
    lasts=st.integers(1, 24 * 60),
    travels=st.lists(st.tuples(st.sampled_from(TOWNS), st.booleans()), max_size=6),
)
def test_nobody_is_shown_for_nothing(before: int, lasts: int, travels: list[tuple[str, bool]]) -> None:
    now = NOW - timedelta(minutes=before)
    place = replace(PLACE, starts=NOW, ends=NOW + timedelta(minutes=lasts))
    people = [replace(PERSON, id=id, base_town=town) for id, (town, _) in enumerate(travels, start=1)]
    ringable = {id for id, (_, known) in enumerate(travels, start=1) if known}
    shown = [one for one in find_nearby(people, place, replace(AROUND, now=now), ringable) if one.is_worth_asking]
    for one in shown:
        arrives = now + timedelta(minutes=one.minutes or 0)
        assert arrives <= place.ends or now >= place.ends
        assert one.by_phone or one.by_mail
        assert not one.by_mail or arrives + READ_WITHIN <= place.starts
        assert (arrives > place.starts > now) == any("late" in words for words in one.remarks)
    assert [one.by_phone for one in shown] == sorted((one.by_phone for one in shown), reverse=True)


def test_nearest_first_and_nobody_beyond_an_hour_or_from_nowhere() -> None:
    towns = {1: "evesham", 2: "worcester", 3: "tenbury", 4: "droitwich", 5: "nowhere", 6: "droitwich", 7: ""}
    people = [replace(PERSON, id=id, base_town=town) for id, town in towns.items()]
    assert found(*reversed(people)) == [2, 4, 6, 1]


def test_online_distance_is_nothing() -> None:
    online = replace(PLACE, online=True, town="")
    one = replace(PERSON, base_town="nowhere", home_district_id=9)
    (nearby,) = find_nearby([one], online, AROUND, EVERYBODY)
    assert (nearby.minutes, nearby.remarks) == (None, ())


def test_what_was_said_of_days_ahead_is_a_remark() -> None:
    unwilling = replace(
        PERSON,
        home_district_id=2,
        notice_days=14,
        availability=Availability(pattern=frozenset({(5, PartOfDay.EVENING)})),
    )
    (nearby,) = find_nearby([unwilling], PLACE, AROUND, EVERYBODY)
    assert nearby.remarks == (
        "not in their usual week",
        "asks for 14 days’ notice",
        "does not usually travel to Worcester",
    )


def test_who_is_not_ready_away_busy_or_on_it_is_not_found() -> None:
    busy = Held(2, "EV-1, Fair", ENDS - HOUR, ENDS + HOUR, "worcester", 120)
    too_close = Held(2, "EV-1, Fair", ENDS, ENDS + HOUR, "droitwich", 60)
    today = date(2026, 11, 24)
    assert found(
        replace(PERSON, id=1, ready=False),
        replace(PERSON, id=2, availability=Availability(away=(Span(today, today),))),
        replace(PERSON, id=3, held=(busy,)),
        replace(PERSON, id=4, held=(too_close,)),
        replace(PERSON, id=5, here={1: AssignmentStatus.INVITED}),
        replace(PERSON, id=6, here={1: AssignmentStatus.DECLINED}),
        replace(PERSON, id=7, here={1: AssignmentStatus.WITHDRAWN}),
        replace(PERSON, id=8, agreed_minutes=60),
        replace(PERSON, id=9, here={1: AssignmentStatus.LAPSED, 2: AssignmentStatus.DECLINED}),
        replace(PERSON, id=10, here={1: AssignmentStatus.WITHDRAWN}, gone={1: Gone.STOPPED}),
    ) == [9, 10], "who was never asked has not said no"


def test_it_is_now_from_a_day_before_until_it_ends() -> None:
    tick = timedelta(microseconds=1)
    assert not is_now(STARTS, ENDS, STARTS - timedelta(hours=24) - tick)
    assert is_now(STARTS, ENDS, STARTS - timedelta(hours=24))
    assert is_now(STARTS, ENDS, ENDS - tick)
    assert not is_now(STARTS, ENDS, ENDS)


def test_a_mail_says_today_or_tomorrow_by_london_days() -> None:
    assert say_soon(STARTS, NOW) == "TODAY"
    assert say_soon(STARTS, NOW - timedelta(hours=12)) == "TOMORROW"
    assert say_soon(STARTS, NOW - timedelta(hours=23)) == ""
    assert say_soon(STARTS, STARTS + HOUR) == "TODAY"
