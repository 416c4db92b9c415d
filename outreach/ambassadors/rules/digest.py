"""The weekly digest: when it is due, and what changed on the promise board since the last one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from outreach.ambassadors.rules.board import WORKING_DAYS, Cell, Light, weeks_from

# From Monday at this hour; a worker that was not running then catches up until Friday.
DUE_FROM = time(7, 0)
_CODES = {Light.GREEN: "g", Light.AMBER: "a", Light.DARK: "d"}
_LIGHTS = {code: light for light, code in _CODES.items()}


@dataclass(frozen=True)
class Turned:
    """The weeks in which a district turned to one light."""

    district: str
    light: Light
    weeks: tuple[date, ...]


def week_due(now: datetime, last: date | None) -> date | None:
    """The Monday whose digest is due at a moment of London's clock; None if it is not, or was told."""
    if now.weekday() not in WORKING_DAYS or (now.weekday() == 0 and now.time() < DUE_FROM):
        return None
    monday = weeks_from(now.date())[0]
    return monday if last is None or last < monday else None


def codes_of(cells: Sequence[Cell]) -> str:
    """A district's weeks as letters: 'ggaad'."""
    return "".join(_CODES[cell.light] for cell in cells)


def changes_of(
    before: Mapping[str, str] | None, before_week: date | None, now: Mapping[str, str], week: date
) -> list[Turned]:
    """What turned since the last digest, by district and light, the dark first; districts in the order of `now`.

    A week that was not on the last board is compared with the last one that was. Without an earlier digest, or of a
    district that is new, everything that is not green has turned.
    """
    found = []
    for light in (Light.DARK, Light.AMBER, Light.GREEN):
        for district, codes in now.items():
            old = (before or {}).get(district, "")
            shift = (week - before_week).days // 7 if before_week else 0
            weeks = tuple(
                week + timedelta(weeks=number)
                for number, code in enumerate(codes)
                if _LIGHTS[code] is light and _light_before(old, number + shift) is not light
            )
            if weeks:
                found.append(Turned(district, light, weeks))
    return found


def _light_before(codes: str, number: int) -> Light:
    if not codes:
        return Light.GREEN
    return _LIGHTS.get(codes[min(number, len(codes) - 1)], Light.GREEN)


def say_weeks(weeks: Sequence[date]) -> str:
    """'23 November and 30 November', '23 November to 21 December' for weeks in a row, or how many there are."""
    said = [f"{day.day} {day:%B}" for day in weeks]
    if len(weeks) == 1:
        return f"week of {said[0]}"
    in_a_row = weeks[-1] - weeks[0] == timedelta(weeks=len(weeks) - 1)
    if in_a_row:
        return f"{len(weeks)} weeks, {said[0]} to {said[-1]}"
    return f"weeks of {', '.join(said[:-1])} and {said[-1]}"
