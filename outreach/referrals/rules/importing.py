"""Days of stages from the HR system's CSV: reading it, and a verdict on each line before anything is recorded."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from outreach.errors import Conflict
from outreach.referrals.rules.stages import Days, check_move
from outreach.referrals.rules.terms import Terms

COLUMNS = ("reference", "stage", "date")
MOST_LINES = 300
LONGEST = 50_000
UNKNOWN = "No candidate of yours has this reference"


@dataclass(frozen=True)
class Line:
    """One line as it was written. `number` counts as a spreadsheet does, the heading being 1."""

    number: int
    reference: str
    stage: str
    day: str


@dataclass(frozen=True)
class Known:
    """What stands about a candidate."""

    terms: Terms
    days: Days
    closed: bool


@dataclass(frozen=True)
class Verdict:
    """What becomes of a line: recorded when it `fits`; else `words` say why not."""

    line: Line
    fits: bool
    words: str
    stage: str = ""
    day: date | None = None


def read_lines(text: str) -> list[Line]:
    """The lines of a CSV with a heading, in any order of columns. Raises Conflict beside `text`."""
    text = text.removeprefix("\ufeff").strip()
    if not text:
        raise Conflict("Choose a CSV file, or paste its lines", "text")
    if len(text) > LONGEST:
        raise Conflict(f"The file must have {LONGEST:,} characters or fewer", "text")
    heading = text.splitlines()[0]
    separator = max(",;", key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        raise Conflict("The file cannot be read as CSV", "text") from None
    names = [cell.strip().lower() for cell in rows[0]]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Conflict(f"The first line must name the columns {', '.join(COLUMNS)}", "text")
    if len(rows) > MOST_LINES + 1:
        raise Conflict(f"The file must have {MOST_LINES:,} lines or fewer", "text")
    at = [names.index(name) for name in COLUMNS]
    return [
        Line(number, *(_cell(row, place) for place in at))
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def read_day(text: str) -> date | None:
    """'2026-11-22' and '22/11/2026' as a day; None for whatever is none."""
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    british = re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", text)
    if iso:
        year, month, day = iso.groups()
    elif british:
        day, month, year = british.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def judge(lines: Sequence[Line], known: Mapping[str, Known], today: date) -> list[Verdict]:
    """A verdict on each line, in the file's order. Lines of one candidate are taken in the order of their stages."""
    days = {reference: dict(one.days) for reference, one in known.items()}
    verdicts = {
        line.number: _judge(line, known, days, today) for line in sorted(lines, key=lambda one: _order(one, known))
    }
    return [verdicts[line.number] for line in lines]


def find_stage(terms: Terms, words: str) -> str | None:
    """The code of a stage that is given by its code or its label, in any case."""
    plain = words.casefold()
    return next((one.code for one in terms.stages if plain in (one.code.casefold(), one.label.casefold())), None)


def _order(line: Line, known: Mapping[str, Known]) -> tuple[str, int, int]:
    one = known.get(line.reference)
    stage = find_stage(one.terms, line.stage) if one else None
    return line.reference, one.terms.position(stage) if one and stage else 0, line.number


def _judge(line: Line, known: Mapping[str, Known], days: dict[str, dict[str, date]], today: date) -> Verdict:
    one = known.get(line.reference)
    if one is None:
        return Verdict(line, fits=False, words=UNKNOWN)
    stage, day = find_stage(one.terms, line.stage), read_day(line.day)
    if stage is None:
        return Verdict(line, fits=False, words="No such stage")
    if day is None:
        return Verdict(line, fits=False, words="The date must be a real date, like 2026-11-22 or 22/11/2026")
    held = days[line.reference].get(stage)
    if held is not None:
        same = "Recorded already" if held == day else "Recorded with another date: correct it by hand"
        return Verdict(line, fits=False, words=same)
    if one.closed:
        return Verdict(line, fits=False, words="The application is closed")
    try:
        check_move(one.terms, days[line.reference], stage, day, today)
    except Conflict as refused:
        return Verdict(line, fits=False, words=refused.message)
    days[line.reference][stage] = day
    return Verdict(line, fits=True, words="Will be recorded", stage=stage, day=day)


def _cell(row: Sequence[str], place: int) -> str:
    # A leading apostrophe is what our own exports put before a formula.
    return row[place].strip().lstrip("'")[:100] if place < len(row) else ""
