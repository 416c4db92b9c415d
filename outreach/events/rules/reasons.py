"""What speaks for somebody: each criterion with the points it gives and its own line of words. Pure.

A criterion reads only what it is about, so that no line ever depends on another. Its measure is in thousandths of its
points, with a number or two for the words, which are made only for those who are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from outreach.events.rules.considering import Person, Place, Surroundings
from outreach.events.rules.states import AssignmentStatus
from outreach.events.rules.weights import WEIGHINGS, Criterion

WHOLE = 1000
TOO_LONG = 60  # minutes of travel that earn nothing any more
RESTED = 12 * 7  # days after which somebody is as rested as who has never been out
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# The codes that say whether somebody fits the place; the others are about being fair to them.
FITTING = frozenset(
    one.value
    for one in (
        Criterion.DISTRICT,
        Criterion.TRAVEL,
        Criterion.AUDIENCE,
        Criterion.ACTIVITY,
        Criterion.QUALIFICATION,
        Criterion.FREE,
    )
)

# Thousandths of the points, and the number that the words need. None: this says nothing of them.
Measure = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the explanation, and the points it gave or took."""

    code: str
    words: str
    points: int


def _district(person: Person, place: Place, _around: Surroundings) -> Measure:
    if place.online:
        return None
    if person.home_district_id == place.district_id:
        return WHOLE, 1
    return (WHOLE // 2, 0) if place.district_id in person.travels_to else None


def _travel(person: Person, place: Place, around: Surroundings) -> Measure:
    if place.online:
        return None
    minutes = around.minutes_between(person.base_town, place.town)
    return None if minutes is None else (WHOLE * max(0, TOO_LONG - minutes) // TOO_LONG, minutes)


def _audience(person: Person, place: Place, _around: Surroundings) -> Measure:
    return (WHOLE, 0) if place.audience_id in person.term_ids else None


def _activity(person: Person, place: Place, _around: Surroundings) -> Measure:
    return (WHOLE, 0) if place.activity_id in person.term_ids else None


def _qualification(person: Person, place: Place, _around: Surroundings) -> Measure:
    return (WHOLE, 0) if place.qualification_id in person.term_ids else None


def _free(person: Person, place: Place, _around: Surroundings) -> Measure:
    pattern = person.availability.pattern
    if not pattern:
        return 0, 0
    return (WHOLE, 1) if place.slots <= pattern else None


def _hours(person: Person, place: Place, _around: Surroundings) -> Measure:
    agreed = person.agreed_minutes
    if not agreed:
        return None
    left = max(0, agreed - person.spent_in(place.month)[0])
    return WHOLE * left // agreed, left


def _rest(person: Person, _place: Place, around: Surroundings) -> Measure:
    if person.last_outing is None:
        return WHOLE, -1
    days = max(0, (around.today - person.last_outing).days)
    return WHOLE * min(days, RESTED) // RESTED, days


def _share(person: Person, _place: Place, around: Surroundings) -> Measure:
    if not around.outings:
        return None
    # Half of the points at the average, none from twice the average.
    return max(0, WHOLE - WHOLE * person.outings * around.people // (2 * around.outings)), person.outings


def _notice(person: Person, place: Place, around: Surroundings) -> Measure:
    given, asked = max(0, (place.first - around.today).days), person.notice_days or 0
    if given < asked:
        return 0, given
    return WHOLE if given >= 2 * asked else WHOLE * given // (2 * asked), given


def _declined(person: Person, place: Place, _around: Surroundings) -> Measure:
    return (-WHOLE, 0) if person.has_declined(place.event_id) else None


def _unanswered(person: Person, place: Place, _around: Surroundings) -> Measure:
    return (-WHOLE, 0) if person.here.get(place.event_id) is AssignmentStatus.LAPSED else None


def say_hours(minutes: int) -> str:
    """'2.5': hours as a manager agrees them."""
    return f"{round(minutes / 60, 2):g}"


def say_day(day: date) -> str:
    """'3 March'."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def say_month(day: date, today: date) -> str:
    """'March', and with its year where that is not this one."""
    name = MONTHS[day.month - 1]
    return name if day.year == today.year else f"{name} {day.year}"


def _say_hours_left(left: int, person: Person, place: Place, around: Surroundings) -> str:
    agreed = say_hours(person.agreed_minutes or 0)
    hours = "hour" if agreed == "1" else "hours"
    return f"{say_hours(left)} of {agreed} agreed {hours} left in {say_month(place.first, around.today)}"


def _say_rest(days: int) -> str:
    if days < 0:
        return "no outing yet"
    if days < 2:
        return "last outing yesterday" if days else "last outing today"
    return f"last outing {days} days ago" if days < 14 else f"last outing {days // 7} weeks ago"


def _say_share(had: int, around: Surroundings) -> str:
    all_of_them = f"{around.outings} outing{'' if around.outings == 1 else 's'} {around.period}"
    return f"has had {had or 'none'} of the {all_of_them}"


def say_notice(given: int, asked: int | None) -> str:
    """'21 days’ notice, asks for 14'."""
    days = "1 day’s" if given == 1 else f"{given} days’"
    return f"{days} notice" + (f", asks for {asked}" if asked else "")


def say_points(points: int) -> str:
    """'20', and '−30' for what is taken off."""
    return f"−{-points}" if points < 0 else str(points)


def say_travel(minutes: int) -> str:
    """'25 minutes away'."""
    return f"{minutes} minute{'' if minutes == 1 else 's'} away" if minutes else "in the same town"


Measuring = Callable[[Person, Place, Surroundings], Measure]
Saying = Callable[[int, Person, Place, Surroundings], str]

_CRITERIA: dict[Criterion, tuple[Measuring, Saying]] = {
    Criterion.DISTRICT: (_district, lambda n, *_: "in this district" if n else "travels to this district"),
    Criterion.TRAVEL: (_travel, lambda n, *_: say_travel(n)),
    Criterion.AUDIENCE: (_audience, lambda *_: "talks to this audience"),
    Criterion.ACTIVITY: (_activity, lambda *_: "offers this kind of visit"),
    Criterion.QUALIFICATION: (
        _qualification,
        lambda _n, _w, place, *_: f"has what it asks for: {place.qualification}",
    ),
    Criterion.FREE: (_free, lambda n, *_: "usually free then" if n else "has not said when they are free"),
    Criterion.HOURS: (_hours, _say_hours_left),
    Criterion.REST: (_rest, lambda n, *_: _say_rest(n)),
    Criterion.SHARE: (_share, lambda n, _w, _p, around: _say_share(n, around)),
    Criterion.NOTICE: (_notice, lambda n, person, *_: say_notice(n, person.notice_days)),
    Criterion.DECLINED: (_declined, lambda *_: "declined this one before"),
    Criterion.UNANSWERED: (_unanswered, lambda *_: "did not answer before"),
}
_MEASURES = tuple(_CRITERIA[one.criterion][0] for one in WEIGHINGS)
_SAYINGS = tuple((one.criterion.value, *_CRITERIA[one.criterion]) for one in WEIGHINGS)


def score_of(person: Person, place: Place, around: Surroundings) -> int:
    """The sum of the points, without a word: what the shortlist orders by and the planner adds up."""
    score = 0
    for weight, measure in zip(around.weights, _MEASURES, strict=True):
        found = measure(person, place, around)
        if found is not None:
            score += weight * found[0] // WHOLE
    return score


def reasons_of(person: Person, place: Place, around: Surroundings) -> tuple[Reason, ...]:
    """Every line that there is about somebody for a place; their points add up to the score."""
    return tuple(
        Reason(code, say(found[1], person, place, around), weight * found[0] // WHOLE)
        for weight, (code, measure, say) in zip(around.weights, _SAYINGS, strict=True)
        if (found := measure(person, place, around)) is not None
    )
