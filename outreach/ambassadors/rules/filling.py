"""One cell of the promise board in detail: who covers it, who does not and why, and who could fill it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from outreach.ambassadors.rules.availability import Span
from outreach.ambassadors.rules.board import LAST_OF_WEEK, Cell, Member
from outreach.ambassadors.rules.readiness import Done, Needed, readiness_of
from outreach.ambassadors.rules.states import AmbassadorStatus

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Colleague:
    """A council employee who works in a district or travels to it, and has not left or been suspended."""

    id: int
    name: str
    job_title: str
    status: AmbassadorStatus
    paused_until: date | None
    home: int
    home_name: str


@dataclass(frozen=True)
class Place:
    """Somebody and one cell: what keeps them from covering it, or ends in it. Nothing at all: they simply cover it.

    `days` is their weekly pattern, where that is what keeps them away; `lapses` are items by the last day they count.
    """

    who: Colleague
    neighbour: bool
    away: tuple[Span, ...] = ()
    paused: bool = False
    back_after: date | None = None
    days: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    lapses: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True)
class Filling:
    """Everybody whom a cell is about. `absent` would count; the others would, once they are ready."""

    covering: list[Place] = field(default_factory=list)
    absent: list[Place] = field(default_factory=list)
    lacking: list[Place] = field(default_factory=list)
    training: list[Place] = field(default_factory=list)
    interested: list[Place] = field(default_factory=list)


def filling_of(
    cell: Cell,
    people: Iterable[Colleague],
    members: Mapping[int, Member],
    needed: list[Needed],
    done: Mapping[int, Mapping[int, Done]],
    today: date,
) -> Filling:
    """Sort the people of a district by what they are to one of its weeks, in the order given."""
    found = Filling()
    covering = {*cell.at_home, *cell.neighbours}
    last = cell.monday + LAST_OF_WEEK
    for one in people:
        items = done.get(one.id, {})
        neighbour = one.home != cell.district
        member = members.get(one.id)
        if member is not None:
            lapses = _lapses(needed, items, last)
            if one.id in covering:
                found.covering.append(Place(one, neighbour, lapses=tuple(_in_week(lapses, cell.monday))))
            else:
                found.absent.append(_absent(one, neighbour, member, cell, lapses))
            continue
        readiness = readiness_of(AmbassadorStatus.ACTIVE, needed, items, today)
        place = Place(
            one,
            neighbour,
            paused=one.status is AmbassadorStatus.PAUSED,
            missing=readiness.missing,
            expired=readiness.expired,
        )
        if one.status is AmbassadorStatus.IN_TRAINING:
            found.training.append(place)
        elif one.status in (AmbassadorStatus.INTERESTED, AmbassadorStatus.AWAITING_MANAGER):
            found.interested.append(place)
        else:
            found.lacking.append(place)
    return found


def _absent(who: Colleague, neighbour: bool, member: Member, cell: Cell, lapses: list[tuple[str, date]]) -> Place:
    last = cell.monday + LAST_OF_WEEK
    pause = who.paused_until if who.status is AmbassadorStatus.PAUSED else None
    spans = member.away[1:] if pause is not None else member.away
    away = tuple(span for span in spans if span.first <= last and cell.monday <= span.last)
    paused = pause is not None and cell.monday <= pause
    return Place(
        who,
        neighbour,
        away=away,
        paused=paused,
        back_after=pause if paused else None,
        days=() if paused or away or lapses else tuple(WEEKDAYS[day] for day in sorted(member.weekdays)),
        lapses=tuple(lapses),
    )


def _lapses(needed: list[Needed], items: Mapping[int, Done], last: date) -> list[tuple[str, date]]:
    """Needed items that end before the week is over."""
    ends = [(one.label, items[one.id].expires_on) for one in needed if one.id in items]
    return [(label, end) for label, end in ends if end is not None and end <= last]


def _in_week(lapses: list[tuple[str, date]], monday: date) -> list[tuple[str, date]]:
    return [(label, end) for label, end in lapses if end >= monday]
