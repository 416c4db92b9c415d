"""People, places and what is around them, for tests of the shortlist."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as some

from outreach.ambassadors.rules import Done
from outreach.ambassadors.rules.availability import Availability, PartOfDay, Span
from outreach.clock import LONDON
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.considering import Held, Person, Place, Surroundings
from outreach.events.rules.weights import DEFAULT_POINTS, Criterion

HERE, THERE, ELSEWHERE = 1, 2, 3
TALK, FAIR, PUPILS, ADULTS, NURSE = 10, 11, 20, 21, 30
EVENT = 100
TOWNS = ("eastham", "norton", "westbury")
_ONE_WAY = {("eastham", "norton"): 25, ("eastham", "westbury"): 70, ("norton", "westbury"): 40}
TRAVEL = _ONE_WAY | {(there, here): minutes for (here, there), minutes in _ONE_WAY.items()}


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


NOW = at(2026, 11, 23, 9)
TUESDAY = at(2026, 12, 15, 10)


def make_place(**given: Any) -> Place:
    """A talk for two hours on a Tuesday morning, three weeks ahead, for whom anybody may go."""
    starts = given.get("starts", TUESDAY)
    return Place(
        **{
            "opening_id": 1,
            "event_id": EVENT,
            "district_id": HERE,
            "town": "eastham",
            "starts": starts,
            "ends": starts + timedelta(hours=2),
            "activity_id": TALK,
            "audience_id": PUPILS,
            "child_facing": True,
            "qualification_id": None,
            "left": 2,
            "qualified_left": 0,
            "online": False,
            "district": "Eastshire",
            "qualification": "",
        }
        | given
    )


def make_person(**given: Any) -> Person:
    """Somebody whom nothing rules out, and for whom little speaks."""
    return Person(**{"id": 1, "ready": True, "home_district_id": HERE} | given)


def make_held(starts: datetime, hours: float = 2, **given: Any) -> Held:
    ends = starts + timedelta(hours=hours)
    return Held(
        **{"event_id": 7, "words": "EV-2222-2222, A fair", "starts": starts, "ends": ends, "town": "norton"}
        | {"minutes": round(hours * 60)}
        | given
    )


def make_around(**given: Any) -> Surroundings:
    return Surroundings(**{"now": NOW, "travel": TRAVEL, "points": DEFAULT_POINTS, "outings": 14, "people": 10} | given)


DAYS = some.dates(date(2026, 11, 1), date(2027, 1, 31))
MOMENTS = some.integers(0, 10 * 24 * 12).map(lambda steps: at(2026, 12, 10) + timedelta(minutes=5 * steps))
HELD = some.builds(make_held, MOMENTS, some.integers(1, 30), town=some.sampled_from(("", *TOWNS)))
SPANS = some.builds(lambda first, days: Span(first, first + timedelta(days=days)), DAYS, some.integers(0, 20))
PATTERNS = some.frozensets(some.tuples(some.integers(0, 6), some.sampled_from(PartOfDay)))
DISTRICTS = some.sampled_from((HERE, THERE, ELSEWHERE))

PEOPLE = some.builds(
    Person,
    id=some.integers(1, 10_000),
    ready=some.booleans(),
    home_district_id=DISTRICTS,
    travels_to=some.frozensets(DISTRICTS),
    base_town=some.sampled_from(("", "nowhere", *TOWNS)),
    term_ids=some.frozensets(some.sampled_from((TALK, FAIR, PUPILS, ADULTS, NURSE))),
    availability=some.builds(Availability, PATTERNS, some.lists(SPANS, max_size=2).map(tuple)),
    held=some.lists(HELD, max_size=3).map(tuple),
    agreed_minutes=some.none() | some.integers(30, 6000),
    notice_days=some.none() | some.integers(0, 60),
    visits_a_month=some.none() | some.integers(1, 5),
    child_days=some.frozensets(DAYS, max_size=5),
    child_check=some.none() | some.builds(Done, DAYS),
    last_outing=some.none() | some.dates(date(2025, 1, 1), date(2026, 11, 22)),
    outings=some.integers(0, 14),
    here=some.dictionaries(some.just(EVENT), some.sampled_from(AssignmentStatus)),
)
# Nothing but their own wishes rules these out: enough of them are ranked for an order to be seen.
WILLING = some.builds(
    Person,
    id=some.integers(1, 10_000),
    ready=some.just(True),
    home_district_id=some.just(HERE),
    base_town=some.sampled_from(("", *TOWNS)),
    term_ids=some.frozensets(some.sampled_from((TALK, PUPILS, NURSE))),
    last_outing=some.none() | some.dates(date(2026, 11, 1), date(2026, 11, 4)),
    outings=some.integers(0, 2),
    here=some.dictionaries(some.just(EVENT), some.sampled_from((AssignmentStatus.DECLINED, AssignmentStatus.LAPSED))),
)
CROWDS = some.lists(WILLING | PEOPLE, max_size=8, unique_by=lambda one: one.id)
PLACES = some.builds(
    make_place,
    starts=MOMENTS,
    town=some.sampled_from(("", *TOWNS)),
    district_id=DISTRICTS,
    child_facing=some.booleans(),
    online=some.booleans(),
    audience_id=some.sampled_from((None, PUPILS)),
    left=some.integers(0, 3),
) | some.builds(
    make_place,
    starts=MOMENTS,
    qualification_id=some.just(NURSE),
    qualification=some.just("Nurse"),
    left=some.integers(0, 2),
    qualified_left=some.integers(0, 2),
)
POINTS = some.fixed_dictionaries({one: some.integers(0, 100) for one in Criterion})
AROUND = some.builds(make_around, points=POINTS, outings=some.integers(0, 40), people=some.integers(0, 20))
