"""Who can come now: near and free; what was said of days ahead is a remark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from outreach.ambassadors.rules.availability import Availability, PartOfDay, Span
from outreach.clock import LONDON
from outreach.events.rules.considering import Held, Person, Place, Surroundings
from outreach.events.rules.gone import Gone
from outreach.events.rules.states import AssignmentStatus
from outreach.events.rules.today import NEAR, find_nearby, is_now, say_soon
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


def found(*people: Person, place: Place = PLACE) -> list[int]:
    return [one.ambassador_id for one in find_nearby(people, place, AROUND)]


def test_nearest_first_and_nobody_beyond_an_hour_or_from_nowhere() -> None:
    towns = {1: "evesham", 2: "worcester", 3: "tenbury", 4: "droitwich", 5: "nowhere", 6: "droitwich", 7: ""}
    people = [replace(PERSON, id=id, base_town=town) for id, town in towns.items()]
    assert found(*reversed(people)) == [2, 4, 6, 1]


def test_online_distance_is_nothing() -> None:
    online = replace(PLACE, online=True, town="")
    one = replace(PERSON, base_town="nowhere", home_district_id=9)
    (nearby,) = find_nearby([one], online, AROUND)
    assert (nearby.minutes, nearby.remarks) == (None, ())


def test_what_was_said_of_days_ahead_is_a_remark() -> None:
    unwilling = replace(
        PERSON,
        home_district_id=2,
        notice_days=14,
        availability=Availability(pattern=frozenset({(5, PartOfDay.EVENING)})),
    )
    (nearby,) = find_nearby([unwilling], PLACE, AROUND)
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
