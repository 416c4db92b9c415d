"""Somebody else's calendar, read for import: any bytes in, entries and sentences out, in bounded time and memory.

Only what an event needs is read: no person (ORGANIZER, ATTENDEE), no alarm, no attachment, no time zone that the file
defines itself, and nothing that is marked private. An entry that cannot be taken has a `problem`, and the others go on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from outreach.ical.moments import FLOATING, Moment, NoMoment, read_duration, read_moment
from outreach.ical.plain import LONGEST_TEXT, decoded, read_text, unfolded
from outreach.ical.repeats import Budget, NotRead, days_of, read_rule

LARGEST = 2 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_REPEATS = 200
AHEAD = timedelta(days=730)
WHOLE_DAY = (time(9), time(17))

_TOO_MANY = f"The file must have {MOST_ENTRIES:,} entries or fewer, each repeat counted"
_LINE = re.compile(r'([A-Za-z0-9-]{1,40})((?:;(?:"[^"]*"|[^":])*)?):')
_READ = {
    "UID", "RECURRENCE-ID", "SUMMARY", "LOCATION", "DESCRIPTION", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE",
    "EXDATE", "STATUS", "CLASS", "SEQUENCE",
}  # fmt: skip
_LISTS = {"RRULE", "RDATE", "EXDATE"}
_MOST_VALUES = 400


class Unreadable(ValueError):
    """A file that is no calendar, or too much of one; the message is a sentence for the person who sent it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UploadedEntry:
    """One thing in somebody's calendar. `occurrence` tells the repeats of one UID apart."""

    uid: str = ""
    occurrence: str = ""
    title: str = ""
    place: str = ""
    words: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    cancelled: bool = False
    remarks: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """What a file holds; `private` counts what it marks as not for others, which is left out."""

    entries: list[UploadedEntry]
    private: int
    calendars: int


@dataclass
class _Raw:
    """The lines of one VEVENT that matter: name to pairs of parameters and value."""

    lines: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    whole: bool = False

    def text(self, name: str) -> str:
        found = self.lines.get(name)
        return found[0][1].strip() if found else ""

    def moment(self, name: str) -> Moment | None:
        found = self.lines.get(name)
        return read_moment(found[0][1], found[0][0]) if found else None

    def moments(self, name: str, budget: Budget) -> Iterator[Moment]:
        for params, values in self.lines.get(name, ()):
            for value in values.split(",", _MOST_VALUES)[:_MOST_VALUES]:
                budget.spend(10)
                # Of a PERIOD the start alone.
                yield read_moment(value.split("/")[0], params)


def read_upload(data: bytes, now: datetime) -> Upload:
    """The entries of a file, in its order; repeats up to two years from `now`. Raises Unreadable, and nothing else."""
    if len(data) > LARGEST:
        raise Unreadable("The file must be smaller than 2 MB")
    raws, calendars = _events(unfolded(decoded(data)))
    if not calendars:
        raise Unreadable("The file must be a calendar, which begins with BEGIN:VCALENDAR")
    if not raws:
        raise Unreadable("The calendar has no entries")
    shown = [raw for raw in raws if raw.text("CLASS").upper() not in ("PRIVATE", "CONFIDENTIAL")]
    replaced = _replaced(shown)
    budget = Budget()
    entries: list[UploadedEntry] = []
    for raw in shown:
        entries += _entries(raw, replaced.get(raw.text("UID"), set()), now, budget)
        if len(entries) > MOST_ENTRIES:
            raise Unreadable(_TOO_MANY)
    return Upload(entries=entries, private=len(raws) - len(shown), calendars=calendars)


def _events(lines: list[str]) -> tuple[list[_Raw], int]:
    """The VEVENTs of a file and how many calendars it has. What is inside an entry (an alarm) is not the entry's."""
    found: list[_Raw] = []
    inside: list[str] = []
    calendars = 0
    for line in filter(None, lines):
        upper = line[:40].strip().upper()
        if upper.startswith("BEGIN:"):
            name = upper[6:]
            calendars += name == "VCALENDAR"
            if name == "VEVENT" and calendars:
                inside = []
                found.append(_Raw())
                if len(found) > MOST_ENTRIES:
                    raise Unreadable(_TOO_MANY)
            inside.append(name)
        elif upper.startswith("END:"):
            if inside == ["VEVENT"] and upper[4:] == "VEVENT" and found:
                found[-1].whole = True
            if inside and inside[-1] == upper[4:]:
                inside.pop()
        elif found and inside == ["VEVENT"]:
            _keep(found[-1], line)
    return found, calendars


def _keep(raw: _Raw, line: str) -> None:
    if line[:20].replace(";", ":").partition(":")[0].upper() not in _READ:
        return
    match = _LINE.match(line[: LONGEST_TEXT + 2000])
    if match is None:
        return
    held = raw.lines.setdefault(match[1].upper(), [])
    if len(held) < (50 if match[1].upper() in _LISTS else 1):
        held.append((match[2], line[match.end() : match.end() + LONGEST_TEXT]))


def _replaced(raws: list[_Raw]) -> dict[str, set[str]]:
    """By UID, the repeats that have an entry of their own."""
    found: dict[str, set[str]] = {}
    for raw in raws:
        try:
            moment = raw.moment("RECURRENCE-ID")
        except NoMoment:
            continue
        if moment is not None:
            found.setdefault(raw.text("UID"), set()).add(moment.key())
    return found


def _entries(raw: _Raw, replaced: set[str], now: datetime, budget: Budget) -> Iterator[UploadedEntry]:
    """What one VEVENT stands for: itself, or its repeats. What cannot be read is one entry that says why."""
    entry = UploadedEntry(
        uid=read_text(raw.text("UID"))[:1000],
        title=read_text(raw.text("SUMMARY")).replace("\n", " "),
        place=read_text(raw.text("LOCATION")).replace("\n", ", "),
        words=read_text(raw.text("DESCRIPTION")),
        cancelled=raw.text("STATUS").upper() == "CANCELLED",
    )
    try:
        if not raw.whole:
            raise NoMoment("The file breaks off within it")
        own = raw.moment("RECURRENCE-ID")
        if own is not None:
            entry = replace(entry, occurrence=own.key())
        start = raw.moment("DTSTART")
        if start is None:
            raise NoMoment("It has no start")
        length, remarks = _length(raw, start)
        if own is None and ("RRULE" in raw.lines or "RDATE" in raw.lines):
            yield from _repeats(replace(entry, remarks=remarks), raw, start, length, replaced, now, budget)
        else:
            yield _placed(replace(entry, remarks=remarks), start, length)
    except (NoMoment, NotRead) as refused:
        yield replace(entry, problem=str(refused))


def _length(raw: _Raw, start: Moment) -> tuple[timedelta, tuple[str, ...]]:
    """How long it lasts, by the clock where both ends are in one zone, and what had to be assumed."""
    remarks = [FLOATING] if start.floating else []
    end = raw.moment("DTEND")
    if end is not None and end.whole_day is not start.whole_day:
        raise NoMoment("It begins with a date and ends with a time, or the other way round")
    if end is None:
        length = read_duration(raw.text("DURATION")) if "DURATION" in raw.lines else timedelta(0)
    else:
        length = start.until(end)
    if length < timedelta(0):
        raise NoMoment("It ends before it starts")
    if start.whole_day:
        return max(length, timedelta(days=1)), (*remarks, "Lasts all day: taken as 9am to 5pm")
    if not length:
        length = timedelta(hours=1)
        remarks.append("Has no end: taken as one hour")
    return length, tuple(remarks)


def _placed(entry: UploadedEntry, start: Moment, length: timedelta) -> UploadedEntry:
    """The entry at a time. Raises NoMoment where there is no such time."""
    try:
        if isinstance(start.at, datetime):
            return replace(entry, starts_at=start.utc(), ends_at=start.moved(start.at + length).utc())
        last = start.at + length - timedelta(days=1)
        opens, closes = datetime.combine(start.at, WHOLE_DAY[0]), datetime.combine(last, WHOLE_DAY[1])
        return replace(entry, starts_at=start.moved(opens).utc(), ends_at=start.moved(closes).utc())
    except OverflowError:
        raise NoMoment("It lasts too long") from None


def _repeats(
    entry: UploadedEntry,
    raw: _Raw,
    start: Moment,
    length: timedelta,
    replaced: set[str],
    now: datetime,
    budget: Budget,
) -> Iterator[UploadedEntry]:
    """The repeats that are not over and begin within two years, those left out that have an entry of their own."""
    if len(raw.lines.get("RRULE", ())) > 1:
        raise NotRead("It repeats in a way that is not read here")
    left_out = {moment.key() for moment in raw.moments("EXDATE", budget)} | replaced
    found: list[UploadedEntry] = []
    for moment in sorted(_moments(raw, start, now, budget), key=lambda one: one.key()):
        key = moment.key()
        if key in left_out:
            continue
        left_out.add(key)
        one = replace(entry, occurrence=key)
        try:
            one = _placed(one, moment, length)
        except NoMoment as refused:
            found.append(replace(one, problem=str(refused)))
            continue
        if one.ends_at is not None and one.ends_at > now:
            found.append(one)
        if len(found) > MOST_REPEATS:
            last = found[MOST_REPEATS - 1]
            found[MOST_REPEATS - 1 :] = [
                replace(last, remarks=(*last.remarks, f"The first {MOST_REPEATS} repeats only"))
            ]
            break
    if not found and not replaced:
        raise NotRead("None of its repeats is still to come in the next two years")
    yield from found


def _moments(raw: _Raw, start: Moment, now: datetime, budget: Budget) -> Iterator[Moment]:
    """When it repeats, in no order; what is far over is left out once it has been counted."""
    earliest, latest = (now - AHEAD).date(), (now + AHEAD).date()
    for params, value in raw.lines.get("RRULE", ()):
        del params
        rule = read_rule(value)
        until = read_moment(rule.until, "") if rule.until else None
        first = start.at.date() if isinstance(start.at, datetime) else start.at
        for number, day in enumerate(days_of(rule, first, latest, budget)):
            if rule.count is not None and number >= rule.count:
                break
            moment = start.moved(_on(start, day))
            if until is not None and _after(moment, until):
                break
            if day >= earliest:
                yield moment
    if "RRULE" not in raw.lines:
        yield start
    for moment in raw.moments("RDATE", budget):
        day = moment.at.date() if isinstance(moment.at, datetime) else moment.at
        if earliest <= day <= latest and moment.whole_day is start.whole_day:
            yield moment


def _on(start: Moment, day: date) -> date | datetime:
    return datetime.combine(day, start.at.time()) if isinstance(start.at, datetime) else day


def _after(moment: Moment, until: Moment) -> bool:
    if isinstance(moment.at, datetime) and isinstance(until.at, datetime) and not until.floating:
        return moment.at.replace(tzinfo=moment.zone).astimezone(UTC) > until.at.replace(tzinfo=UTC)
    if isinstance(moment.at, datetime) and isinstance(until.at, datetime):
        return moment.at > until.at
    first = moment.at.date() if isinstance(moment.at, datetime) else moment.at
    last = until.at.date() if isinstance(until.at, datetime) else until.at
    return first > last
