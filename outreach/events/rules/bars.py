"""What rules somebody out of a place: the bars in the order in which they are told. Pure.

The list tells the first of each person. A hard bar is never overridden. Soft ones the coordinator may override, all of
somebody's at once, with a reason that is kept with the choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from outreach.errors import Conflict
from outreach.events.rules.children import WARN_AT, ChildVerdict, judge
from outreach.events.rules.considering import Held, Person, Place, Surroundings
from outreach.events.rules.reasons import say_day, say_hours, say_month, say_notice
from outreach.events.rules.states import ASSIGNMENT_WORDS, AssignmentStatus, AssignmentStep, may_step


class BarCode(Enum):
    """Why somebody cannot be suggested, in the order in which it is told."""

    ON_IT = "on_it"
    NOT_READY = "not_ready"
    BUSY = "busy"
    CHILDREN = "children"
    OVER = "over"
    AWAY = "away"
    UNUSUAL = "unusual"
    BETWEEN = "between"
    HOURS_USED = "hours_used"
    SHORT_NOTICE = "short_notice"
    VISITS = "visits"
    FAR = "far"
    UNQUALIFIED = "unqualified"


HARD = frozenset({BarCode.ON_IT, BarCode.NOT_READY, BarCode.BUSY, BarCode.CHILDREN, BarCode.OVER})

# How a count of people is told: '12 are away then'.
BAR_WORDS = {
    BarCode.ON_IT: "Already asked or on it",
    BarCode.NOT_READY: "Not ready at present",
    BarCode.BUSY: "Busy then with another visit",
    BarCode.CHILDREN: "Too many days, or a night, with under-18s, and no check seen",
    BarCode.OVER: "The event is over",
    BarCode.AWAY: "Away then",
    BarCode.UNUSUAL: "Not in their usual week",
    BarCode.BETWEEN: "Too little time to travel between visits",
    BarCode.HOURS_USED: "Agreed hours used up",
    BarCode.SHORT_NOTICE: "Asks for more notice",
    BarCode.VISITS: "Has as many visits that month as they want",
    BarCode.FAR: "Does not travel there",
    BarCode.UNQUALIFIED: "The place left needs a qualification",
}

# Who is on it, or has been, so that they cannot be invited: kept as a set, as it is asked of everybody.
_ON_IT = frozenset(status for status in AssignmentStatus if not may_step(status, AssignmentStep.INVITE))


@dataclass(frozen=True, slots=True)
class Bar:
    """What rules somebody out, and whether the coordinator may ask them all the same."""

    code: BarCode
    words: str
    hard: bool

    def said_of(self, name: str) -> str:
        """'Amina Khan: away on 15 December.'"""
        return f"{name}: {self.words}."


def rules_out(person: Person, place: Place, around: Surroundings) -> BarCode | None:
    """What rules somebody out, the first of the order; None if nothing does. Cheap: it makes no words."""
    if person.here and person.here.get(place.event_id) in _ON_IT:
        return BarCode.ON_IT
    if not person.ready:
        return BarCode.NOT_READY
    if person.held and _holding(person, place) is not None:
        return BarCode.BUSY
    if place.child_facing and child_verdict(person, place).refuse:
        return BarCode.CHILDREN
    if place.stops <= around.moment:
        return BarCode.OVER
    return next(_against_wishes(person, place, around), None)


def all_bars(person: Person, place: Place, around: Surroundings) -> tuple[BarCode, ...]:
    """Everything that an override would pass over: a hard bar alone, or each of the soft ones, in their order."""
    first = rules_out(person, place, around)
    if first is None:
        return ()
    return (first,) if first in HARD else tuple(_against_wishes(person, place, around))


def _against_wishes(person: Person, place: Place, around: Surroundings) -> Iterator[BarCode]:
    """The soft bars: what they, their manager or the opening have said. Most who ask want only the first."""
    pattern, away = person.availability.pattern, person.availability.away
    for span in away:
        if span.first <= place.last and place.first <= span.last:
            yield BarCode.AWAY
            break
    if pattern and not place.slots <= pattern:
        yield BarCode.UNUSUAL
    minutes = visits = 0
    if person.held:
        if _too_close(person, place, around) is not None:
            yield BarCode.BETWEEN
        minutes, visits = person.spent_in(place.month)
    if person.agreed_minutes is not None and minutes + place.minutes > person.agreed_minutes:
        yield BarCode.HOURS_USED
    if person.notice_days is not None and (place.first - around.today).days < person.notice_days:
        yield BarCode.SHORT_NOTICE
    if person.visits_a_month is not None and visits >= person.visits_a_month:
        yield BarCode.VISITS
    if not place.online and place.district_id != person.home_district_id and place.district_id not in person.travels_to:
        yield BarCode.FAR
    if place.left <= place.qualified_left and place.qualified_left > 0 and not person.has(place.qualification_id):
        yield BarCode.UNQUALIFIED


def child_verdict(person: Person, place: Place) -> ChildVerdict:
    """What this would be among their days with under-18s; nothing is said where they cannot come near the limit."""
    if not place.child_facing or (not place.overnight and len(person.child_days) + len(place.days) < WARN_AT):
        return _NO_VERDICT
    return judge(person.child_days, place.days, place.overnight, person.child_check)


_NO_VERDICT = ChildVerdict(0)


def _holding(person: Person, place: Place) -> Held | None:
    """What holds somebody at that time, as the database has it: what ends when the other begins does not."""
    for one in person.held:
        if one.begins < place.stops and place.begins < one.stops:
            return one
    return None


def _too_close(person: Person, place: Place, around: Surroundings) -> tuple[Held, int, int] | None:
    """A visit before or after from which they cannot travel in time, the minutes between, and those it takes."""
    if place.online or not place.town:
        return None
    for one in person.held:
        between = place.begins - one.stops if one.stops <= place.begins else one.begins - place.stops
        needed = around.minutes_between(one.town, place.town)
        if needed is not None and between < needed * 60:
            return one, int(between) // 60, needed
    return None


def bar_of(code: BarCode, person: Person, place: Place, around: Surroundings) -> Bar:
    """A bar in words, with what it rests on."""
    return Bar(code, _say(code, person, place, around), code in HARD)


def _say(code: BarCode, person: Person, place: Place, around: Surroundings) -> str:
    if code is BarCode.ON_IT:
        return f"already {ASSIGNMENT_WORDS[person.here[place.event_id]]}"
    if code is BarCode.BUSY and (held := _holding(person, place)):
        return f"busy then with {held.words}"
    if code is BarCode.CHILDREN:
        return f"would be {child_verdict(person, place).refuse}, and no check was seen"
    if code is BarCode.AWAY:
        return _say_away(person, place)
    if code is BarCode.BETWEEN and (found := _too_close(person, place, around)):
        return f"{found[1]} minutes between this and {found[0].words}, and {found[2]} minutes to travel"
    if code is BarCode.HOURS_USED:
        return _say_used(person, place, around)
    if code is BarCode.SHORT_NOTICE:
        return say_notice(max(0, (place.first - around.today).days), person.notice_days)
    if code is BarCode.VISITS:
        visits = person.spent_in(place.month)[1]
        return f"has {visits} in {say_month(place.first, around.today)}, and wants {person.visits_a_month} at most"
    return _SAID[code].format(place.district or "this district", place.qualification)


_SAID = {
    BarCode.NOT_READY: "not ready at present",
    BarCode.OVER: "the event is over",
    BarCode.UNUSUAL: "does not usually come at that time",
    BarCode.FAR: "does not travel to {0}",
    BarCode.UNQUALIFIED: "the place left is for somebody with “{1}”",
}


def _say_away(person: Person, place: Place) -> str:
    meets = (one for one in person.availability.away if one.first <= place.last and place.first <= one.last)
    span = next(meets)
    if span.first == span.last:
        return f"away on {say_day(span.first)}"
    return f"away from {say_day(span.first)} to {say_day(span.last)}"


def _say_used(person: Person, place: Place, around: Surroundings) -> str:
    agreed = person.agreed_minutes or 0
    left = say_hours(max(0, agreed - person.spent_in(place.month)[0]))
    month = say_month(place.first, around.today)
    return f"{left} of {say_hours(agreed)} agreed hours left in {month}, and this takes {say_hours(place.minutes)}"


def check_seen(name: str, bars: Iterable[Bar], seen: Collection[BarCode]) -> None:
    """Refuse to pass over what the coordinator was not shown: a reason is given for what they saw. Raises Conflict."""
    new = [one.words for one in bars if one.code not in seen]
    if new:
        raise Conflict(
            f"Nothing was sent, as your page did not show this yet. {name}: {', and '.join(new)}. "
            "Ask again if you mean it all the same."
        )
