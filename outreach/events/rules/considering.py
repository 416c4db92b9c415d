"""Who is considered for what: an opening, a person and what is around them, as the shortlist and the planner see them.

All times are London's, and towns are in small letters. Clocks are compared as instants: two London times of one zone
compare by what the clocks show, which on the night they go back is not the order in which they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from outreach.ambassadors.rules.availability import Availability, PartOfDay, Slot, parts_of
from outreach.events.rules.children import Check, days_of, is_overnight
from outreach.events.rules.gone import Gone
from outreach.events.rules.states import AssignmentStatus
from outreach.events.rules.weights import WEIGHINGS, Criterion

Month = tuple[int, int]
Offer = tuple[date, PartOfDay]  # when somebody who cannot come could have
Travel = Mapping[tuple[str, str], int]  # minutes from town to town, in small letters, there and back

MOST_MINUTES_A_DAY = 8 * 60  # what a day of an event that lasts several takes of the hours agreed
NOTHING_SAID = Availability()
NOWHERE: Mapping[int, AssignmentStatus] = MappingProxyType({})
NOT_GONE: Mapping[int, Gone] = MappingProxyType({})
NO_OFFERS: Mapping[int, tuple[Offer, ...]] = MappingProxyType({})
_NONE_SPENT: Mapping[Month, tuple[int, int]] = MappingProxyType({})


def minutes_taken(starts: datetime, ends: datetime, days: int) -> int:
    """The working minutes of an event on so many days: as long as it lasts, and eight hours a day at the most."""
    return min(round((ends.timestamp() - starts.timestamp()) / 60), MOST_MINUTES_A_DAY * days)


def town_of(named: str | None, towns: Sequence[str]) -> str:
    """A town as travel is looked up by: the one that was named, or else the first of the district."""
    return (named or (towns[0] if towns else "")).strip().casefold()


@dataclass(frozen=True, slots=True)
class Place:
    """An opening as the rules see it. What does not depend on the person is worked out once."""

    opening_id: int
    event_id: int
    district_id: int
    town: str
    starts: datetime
    ends: datetime
    activity_id: int
    audience_id: int | None
    child_facing: bool
    qualification_id: int | None
    left: int  # places left, and how many of them need the qualification
    qualified_left: int
    online: bool
    district: str = ""
    qualification: str = ""

    begins: float = field(init=False, repr=False)
    stops: float = field(init=False, repr=False)
    days: frozenset[date] = field(init=False, repr=False)
    first: date = field(init=False, repr=False)
    last: date = field(init=False, repr=False)
    slots: frozenset[Slot] = field(init=False, repr=False)
    month: Month = field(init=False, repr=False)
    minutes: int = field(init=False, repr=False)
    overnight: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        days = days_of(self.starts, self.ends)
        for name, value in (
            ("begins", self.starts.timestamp()),
            ("stops", self.ends.timestamp()),
            ("days", days),
            ("first", min(days)),
            ("last", max(days)),
            ("slots", frozenset((day.weekday(), part) for day, part in parts_of(self.starts, self.ends))),
            ("month", (self.starts.year, self.starts.month)),
            ("minutes", minutes_taken(self.starts, self.ends, len(days))),
            ("overnight", is_overnight(self.starts, self.ends)),
        ):
            object.__setattr__(self, name, value)


@dataclass(slots=True)
class Held:
    """Something that holds a person then. `minutes` count against the hours agreed; `town` is empty online.

    Nobody changes one; see Person.
    """

    event_id: int
    words: str
    starts: datetime
    ends: datetime
    town: str
    minutes: int
    begins: float = field(init=False, repr=False)
    stops: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.begins, self.stops = self.starts.timestamp(), self.ends.timestamp()


@dataclass(slots=True)
class Person:
    """All that the rules need to know of one ambassador. Nobody changes one; a frozen class takes four times as long
    to make, and thousands are made for a page.

    `held` spans the months of the openings they are considered for; `child_days` also the 30 days around. `here` has
    what became of them on events that they were asked to before, `declined` those of which they were asked again since
    they had said no, `instead` the days that they offered then. `term_ids` hold the role family, too.
    """

    id: int
    ready: bool
    home_district_id: int
    travels_to: frozenset[int] = frozenset()
    base_town: str = ""
    term_ids: frozenset[int] = frozenset()
    availability: Availability = NOTHING_SAID
    held: tuple[Held, ...] = ()
    agreed_minutes: int | None = None  # a month
    notice_days: int | None = None
    visits_a_month: int | None = None
    child_days: frozenset[date] = frozenset()
    child_check: Check | None = None
    last_outing: date | None = None
    outings: int = 0  # in the term of the openings
    here: Mapping[int, AssignmentStatus] = field(default_factory=lambda: NOWHERE)
    declined: frozenset[int] = frozenset()
    instead: Mapping[int, tuple[Offer, ...]] = field(default_factory=lambda: NO_OFFERS)
    gone: Mapping[int, Gone] = field(default_factory=lambda: NOT_GONE)
    spent: Mapping[Month, tuple[int, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.spent = _spent(self.held) if self.held else _NONE_SPENT

    def spent_in(self, month: Month) -> tuple[int, int]:
        """The minutes and the visits that this person is held for in a month."""
        return self.spent.get(month, (0, 0))

    def has_declined(self, event_id: int) -> bool:
        """Whether they have said no to it, even if they have been asked or wait to be asked again."""
        return event_id in self.declined or self.here.get(event_id) is AssignmentStatus.DECLINED

    def has(self, term_id: int | None) -> bool:
        """Whether it is their role, or something they have or offer."""
        return term_id in self.term_ids


def _spent(held: tuple[Held, ...]) -> dict[Month, tuple[int, int]]:
    found: dict[Month, tuple[int, int]] = {}
    for one in held:
        month = (one.starts.year, one.starts.month)
        minutes, visits = found.get(month, (0, 0))
        found[month] = (minutes + one.minutes, visits + 1)
    return found


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is the same for everybody who is considered.

    `outings` were had by `people` in the term that `period` names, as in 'this term'.
    """

    now: datetime
    travel: Travel
    points: Mapping[Criterion, int]
    outings: int = 0
    people: int = 0
    period: str = "this term"
    today: date = field(init=False, repr=False)
    moment: float = field(init=False, repr=False)
    weights: tuple[int, ...] = field(init=False, repr=False)  # in the order of WEIGHINGS

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", self.now.date())
        object.__setattr__(self, "moment", self.now.timestamp())
        object.__setattr__(self, "weights", tuple(self.points[one.criterion] for one in WEIGHINGS))

    def minutes_between(self, one: str, other: str) -> int | None:
        """How long it takes from town to town; None where nobody has said."""
        if one == other:
            return 0 if one else None
        return self.travel.get((one, other))
