"""The days on which an entry repeats, by a part of RFC 5545 that ends in bounded time whatever the rule says.

Kept libraries loop until the year 9999 on a rule that fits no day (`FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30`), so the days
are counted here, period by period, out of a budget that one file shares. What is read agrees with dateutil; see
tests/unit/ical/test_repeats.py. What is not read (by the hour, by week number) is said so.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
READ = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}


class NotRead(ValueError):
    """A rule that is not read, with a sentence that says so."""


@dataclass
class Budget:
    """How many days may still be looked at for one file."""

    days: int = 80_000

    def spend(self, days: int) -> None:
        self.days -= days
        if self.days < 0:
            raise NotRead("It repeats too often, or from too long ago, to be read")


@dataclass(frozen=True)
class Rule:
    """An RRULE. `by_day` holds pairs of a place in the period (0 for every one) and a weekday (0 for Monday)."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: str = ""
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0


def read_rule(text: str) -> Rule:
    """An RRULE's value. Raises NotRead for what this application does not read."""
    parts: dict[str, str] = {}
    for part in text.strip().upper().split(";")[:20]:
        name, _, value = part.partition("=")
        if not part:
            continue
        if name not in READ or name in parts:
            raise NotRead("It repeats in a way that is not read here")
        parts[name] = value
    freq = parts.get("FREQ", "")
    if freq not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise NotRead("It repeats in a way that is not read here")
    week_start = parts.get("WKST", "MO")
    by_day = tuple(_read_day(one) for one in _values(parts, "BYDAY"))
    rule = Rule(
        freq=freq,
        interval=_number(parts.get("INTERVAL", "1"), 1, 10**9),
        count=_number(parts["COUNT"], 1, 10**9) if "COUNT" in parts else None,
        until=parts.get("UNTIL", ""),
        by_day=by_day,
        by_month_day=_numbers(parts, "BYMONTHDAY", 31),
        by_month=_numbers(parts, "BYMONTH", 12, least=1),
        by_set_pos=_numbers(parts, "BYSETPOS", 366),
        week_start=DAYS.index(week_start) if week_start in DAYS else 0,
    )
    placed = any(place for place, _ in by_day)
    if placed and (freq in ("DAILY", "WEEKLY") or rule.by_month_day):
        raise NotRead("It repeats in a way that is not read here")
    if freq == "WEEKLY" and rule.by_month_day:
        raise NotRead("It repeats in a way that is not read here")
    return rule


def days_of(rule: Rule, first: date, last: date, budget: Budget) -> Iterator[date]:
    """The days on which it takes place, from its first on, none after `last`; COUNT is the caller's to count.

    Raises NotRead once the budget is spent.
    """
    for candidates in _periods(rule, first, last, budget):
        chosen = candidates
        if rule.by_set_pos:
            size = len(candidates)
            places = {place - 1 if place > 0 else size + place for place in rule.by_set_pos}
            chosen = [candidates[place] for place in sorted(places) if 0 <= place < size]
        for day in chosen:
            if day > last:
                return
            if day >= first:
                yield day


def _periods(rule: Rule, first: date, last: date, budget: Budget) -> Iterator[list[date]]:
    """The candidates of each period, in order, before BYSETPOS."""
    if rule.freq in ("DAILY", "WEEKLY"):
        length = 1 if rule.freq == "DAILY" else 7
        begin = first.toordinal() if length == 1 else first.toordinal() - (first.weekday() - rule.week_start) % 7
        for ordinal in range(begin, last.toordinal() + 1, length * rule.interval):
            budget.spend(length)
            yield [
                day
                for at in range(ordinal, ordinal + length)
                if 0 < at <= date.max.toordinal() and _fits(rule, day := date.fromordinal(at), first)
            ]
        return
    months = 1 if rule.freq == "MONTHLY" else 12
    begin = first.year * 12 + (first.month - 1 if months == 1 else 0)
    for month in range(begin, last.year * 12 + last.month, months * rule.interval):
        if month // 12 > date.max.year:
            return
        budget.spend(31 if months == 1 else 366)
        yield _of_month(rule, first, month) if months == 1 else _of_year(rule, first, month // 12)


def _fits(rule: Rule, day: date, first: date) -> bool:
    """Whether a day of a daily or weekly rule counts."""
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day and not _is_month_day(rule, day):
        return False
    weekdays = {weekday for _, weekday in rule.by_day}
    if rule.freq == "WEEKLY" and not weekdays:
        weekdays = {first.weekday()}
    return not weekdays or day.weekday() in weekdays


def _of_month(rule: Rule, first: date, month: int) -> list[date]:
    year, number = month // 12, month % 12 + 1
    if rule.by_month and number not in rule.by_month:
        return []
    return _chosen(rule, _days(date(year, number, 1), monthrange(year, number)[1]), first)


def _of_year(rule: Rule, first: date, year: int) -> list[date]:
    whole = _days(date(year, 1, 1), 366 if monthrange(year, 2)[1] == 29 else 365)
    if rule.by_day and not rule.by_month and not rule.by_month_day:
        return _placed(rule, whole)
    if not (rule.by_month or rule.by_month_day or rule.by_day):
        return [day for day in whole if (day.month, day.day) == (first.month, first.day)]
    months = rule.by_month or range(1, 13)
    return [
        day for number in sorted(set(months)) for day in _chosen(rule, [d for d in whole if d.month == number], first)
    ]


def _chosen(rule: Rule, days: list[date], first: date) -> list[date]:
    """The days of one month that count."""
    if rule.by_month_day:
        weekdays = {weekday for _, weekday in rule.by_day}
        return [day for day in days if _is_month_day(rule, day) and (not weekdays or day.weekday() in weekdays)]
    if rule.by_day:
        return _placed(rule, days)
    return [day for day in days if day.day == first.day]


def _placed(rule: Rule, days: list[date]) -> list[date]:
    """The days of these weekdays, or of the places among them: the second Tuesday, the last Friday."""
    found: set[date] = set()
    for place, weekday in rule.by_day:
        same = [day for day in days if day.weekday() == weekday]
        if not place:
            found.update(same)
        elif -len(same) <= place <= len(same):
            found.add(same[place - 1 if place > 0 else place])
    return sorted(found)


def _is_month_day(rule: Rule, day: date) -> bool:
    return day.day in rule.by_month_day or day.day - monthrange(day.year, day.month)[1] - 1 in rule.by_month_day


def _days(begin: date, length: int) -> list[date]:
    return [begin + timedelta(days=n) for n in range(length)]


def _values(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",")[:60] if name in parts else []


def _numbers(parts: dict[str, str], name: str, most: int, least: int | None = None) -> tuple[int, ...]:
    lowest = -most if least is None else least
    return tuple(dict.fromkeys(_number(one, lowest, most) for one in _values(parts, name)))


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text) or not least <= int(text) <= most or int(text) == 0:
        raise NotRead("It repeats in a way that is not read here")
    return int(text)


def _read_day(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", text)
    if found is None or (found[1] and int(found[1]) == 0):
        raise NotRead("It repeats in a way that is not read here")
    return int(found[1] or 0), DAYS.index(found[2])
