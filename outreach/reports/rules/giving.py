"""What an ambassador has given in a period: hours, visits, people reached. Only what was recorded counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

LAST_12_MONTHS = "12-months"
YEARS, QUARTERS = 3, 6  # how many of each a certificate is offered for
APRIL = 4


@dataclass(frozen=True)
class Period:
    """Whole days, the last one included. `code` stands in addresses."""

    code: str
    first: date
    last: date


@dataclass(frozen=True)
class Given:
    """One recorded visit of somebody."""

    event_id: int
    hours: Decimal | None
    district: str


@dataclass(frozen=True)
class Contribution:
    """A period's sum. `reached` are people by audience, the largest first; `unsaid` visits have no hours."""

    visits: int
    hours: Decimal
    unsaid: int
    reached: tuple[tuple[str, int], ...]
    districts: tuple[str, ...]

    @property
    def people(self) -> int:
        return sum(people for _, people in self.reached)


def add_up(given: Iterable[Given], reached: Iterable[tuple[str, int]]) -> Contribution:
    """Sum up somebody's visits, and the people whom those visits reached by audience."""
    visits = list(given)
    people: dict[str, int] = {}
    for audience, number in reached:
        people[audience] = people.get(audience, 0) + number
    return Contribution(
        visits=len(visits),
        hours=sum((one.hours for one in visits if one.hours is not None), Decimal(0)),
        unsaid=sum(one.hours is None for one in visits),
        reached=tuple(sorted(((name, n) for name, n in people.items() if n), key=lambda one: (-one[1], one[0]))),
        districts=tuple(sorted({one.district for one in visits})),
    )


def month_of(day: date) -> Period:
    return Period(f"{day:%Y-%m}", day.replace(day=1), _end(day.year, day.month))


def quarter_of(day: date) -> Period:
    """The quarter of the calendar that a day lies in."""
    number = (day.month - 1) // 3
    first = date(day.year, number * 3 + 1, 1)
    return Period(f"{day.year}-q{number + 1}", first, _end(day.year, number * 3 + 3))


def year_of(day: date) -> Period:
    """The year from April to March that a day lies in: the year of councils' books and of appraisals."""
    year = day.year if day.month >= APRIL else day.year - 1
    return Period(f"{year}", date(year, APRIL, 1), date(year + 1, APRIL, 1) - timedelta(days=1))


def list_periods(today: date, since: date) -> list[Period]:
    """What a certificate can be made for: the last 12 months, the last years and quarters, none before `since`."""
    months = Period(LAST_12_MONTHS, _a_year_before(today), today)
    years, quarters = [year_of(today)], [quarter_of(today)]
    while len(years) < YEARS:
        years.append(year_of(years[-1].first - timedelta(days=1)))
    while len(quarters) < QUARTERS:
        quarters.append(quarter_of(quarters[-1].first - timedelta(days=1)))
    return [months, *(one for one in (*years, *quarters) if one.last >= since)]


def find_period(code: str, periods: Sequence[Period]) -> Period:
    """The period of this code; the first where there is none such, as when an address was typed."""
    by_code: Mapping[str, Period] = {one.code: one for one in periods}
    return by_code.get(code, periods[0])


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1) + timedelta(days=1)
    except ValueError:  # 29 February
        return date(day.year - 1, 3, 1)


def _end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
