"""The stages of a candidate: which comes next, which days fit, and what is late. The stages are the scheme's data."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.errors import Conflict
from outreach.referrals.rules.terms import Terms

Days = Mapping[str, date]
"""The day on which each stage was reached, by its code; stages not reached are absent."""


@dataclass(frozen=True)
class StageReached:
    """A fact: the candidate of this referral reached a stage on a day."""

    referral_id: int
    stage: str
    day: date


@dataclass(frozen=True)
class StageCorrected:
    """A fact: the day of a stage was corrected, or taken away when `day` is None."""

    referral_id: int
    stage: str
    day: date | None


@dataclass(frozen=True)
class CandidateClosed:
    """A fact: the candidate of this referral goes no further. `outcome` is the code of how it ended."""

    referral_id: int
    outcome: str
    day: date


@dataclass(frozen=True)
class CandidateReopened:
    """A fact: the closing of the candidate of this referral was taken back."""

    referral_id: int


@dataclass(frozen=True)
class Late:
    """A stage that should have been reached `days` days ago."""

    stage: str
    since: str
    limit: int
    days: int


def next_stage(terms: Terms, days: Days) -> str | None:
    """The first stage that is not reached; None at the end."""
    return next((one.code for one in terms.stages if one.code not in days), None)


def last_stage(terms: Terms, days: Days) -> str | None:
    """The last stage that is reached; None before the first."""
    return next((one.code for one in reversed(terms.stages) if one.code in days), None)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def check_move(terms: Terms, days: Days, stage: str, day: date, today: date) -> None:
    """Refuse a stage that is not the next, or a day that does not fit. Raises Conflict beside `day` or `stage`."""
    if terms.stage(stage) is None:
        raise Conflict("Select a stage of this scheme", "stage")
    if stage in days:
        raise Conflict(f"“{_label(terms, stage)}” is recorded already. Correct its date instead", "stage")
    due = next_stage(terms, days)
    if stage != due:
        raise Conflict(f"“{_label(terms, due or '')}” comes before “{_label(terms, stage)}”: record it first", "stage")
    check_day(terms, days, stage, day, today)


def check_day(terms: Terms, days: Days, stage: str, day: date, today: date) -> None:
    """Refuse a day in the future, before an earlier stage or after a later one, or before the months are served."""
    label = _label(terms, stage)
    if day > today:
        raise Conflict(f"The date of “{label}” must be today or in the past", "day")
    place = terms.position(stage)
    for number, other in enumerate(terms.stages):
        reached = days.get(other.code)
        if reached is None or number == place:
            continue
        if number < place and day < reached:
            raise Conflict(f"“{label}” must not be before “{other.label}”, {_said(reached)}", "day")
        if number > place and day > reached:
            raise Conflict(f"“{label}” must not be after “{other.label}”, {_said(reached)}", "day")
    _check_service(terms, {**days, stage: day})


def _check_service(terms: Terms, days: Days) -> None:
    start = days.get(terms.start_stage)
    for stage in terms.stages:
        reached = days.get(stage.code)
        if stage.months is None or reached is None or start is None:
            continue
        due = add_months(start, stage.months)
        if reached < due:
            raise Conflict(f"“{stage.label}” must be {_said(due)} or later, counted from the start", "day")


def check_correcting(terms: Terms, stage: str, day: date, closed_on: date | None) -> None:
    """The first stage is the friend's own yes, before which nothing counts; nothing is reached after the end."""
    if stage == terms.stages[0].code:
        raise Conflict(f"“{_label(terms, stage)}” is the friend’s own answer and stays", "day")
    if closed_on is not None and day > closed_on:
        raise Conflict(f"“{_label(terms, stage)}” must not be after the end, {_said(closed_on)}", "day")


def check_taking_back(terms: Terms, days: Days, stage: str) -> None:
    """Only the last stage that was reached can be taken back, and never the first: that is the friend's yes."""
    if stage not in days:
        raise Conflict("This stage is not recorded", "stage")
    if stage == terms.stages[0].code:
        raise Conflict(f"“{_label(terms, stage)}” is the friend’s own answer and stays", "stage")
    last = last_stage(terms, days)
    if stage != last:
        raise Conflict(f"Take “{_label(terms, last or '')}” back first: it rests on this one", "stage")


def list_late(terms: Terms, days: Days, today: date) -> list[Late]:
    """The stages not yet reached whose limit is over, the longest overdue first."""
    found = [
        Late(stage.code, limit.since, limit.days, (today - days[limit.since]).days - limit.days)
        for stage in terms.stages
        if stage.code not in days
        for limit in stage.limits
        if limit.since in days and (today - days[limit.since]).days > limit.days
    ]
    return sorted(found, key=lambda late: -late.days)


def late_after(terms: Terms, days: Days) -> date | None:
    """The first day after which something is late, if nothing is recorded before then; None when nothing can be."""
    ends = [
        days[limit.since] + timedelta(days=limit.days)
        for stage in terms.stages
        if stage.code not in days
        for limit in stage.limits
        if limit.since in days
    ]
    return min(ends, default=None)


def missed_limits(terms: Terms, days: Days) -> list[Late]:
    """The stages that were reached, but later than their limit."""
    return [
        Late(stage.code, limit.since, limit.days, (days[stage.code] - days[limit.since]).days - limit.days)
        for stage in terms.stages
        if stage.code in days
        for limit in stage.limits
        if limit.since in days and (days[stage.code] - days[limit.since]).days > limit.days
    ]


def shown_stage(terms: Terms, stage: str) -> str | None:
    """What a referrer with the friend's permission is told of a stage: the last one so far that the terms show."""
    reached = [one.code for one in terms.stages[: terms.position(stage) + 1] if one.shown]
    return reached[-1] if reached else None


def milestones_at(terms: Terms, stage: str) -> Sequence[str]:
    """The milestones that a stage itself reaches, without months of service after it."""
    by_months = terms.stage(stage)
    months = by_months.months if by_months else None
    return [
        one.code
        for one in terms.milestones
        if (one.stage == stage and one.months == 0)
        or (months is not None and one.stage == terms.start_stage and one.months == months)
    ]


def _label(terms: Terms, stage: str) -> str:
    found = terms.stage(stage)
    return found.label if found else stage


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
