"""The figures of referring: how many get how far, how long it takes, and what may be shown to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from outreach.referrals.rules.terms import Terms

FEWEST = 5  # counts below this could point at a person


@dataclass(frozen=True)
class Spread:
    """So many lengths of time, their median and range, in calendar days."""

    count: int
    median: float | None = None
    shortest: int | None = None
    longest: int | None = None


@dataclass(frozen=True)
class Reached:
    """A stage: how many reached it, and how long they took from the stage before."""

    label: str
    count: int
    share: int  # in a hundred of those who agreed
    days: Spread


@dataclass(frozen=True)
class Measured:
    """A limit of the terms, and how it was kept."""

    label: str
    since: str
    limit: int
    days: Spread
    within: int


@dataclass(frozen=True)
class FromEvents:
    """How many came by the codes of careers events, and how far. They are no referrals and earn nobody anything."""

    asked: int
    agreed: int
    started: int


@dataclass(frozen=True)
class Figures:
    stages: tuple[Reached, ...]
    limits: tuple[Measured, ...]


def spread(lengths: Sequence[int]) -> Spread:
    if not lengths:
        return Spread(0)
    return Spread(len(lengths), float(median(lengths)), min(lengths), max(lengths))


def measure(terms: Terms, referrals: Sequence[Mapping[str, date]]) -> Figures:
    """The figures of these referrals, each given by the days of its stages. Stages the terms lack are left out."""
    stages, limits = [], []
    before: str | None = None
    for stage in terms.stages:
        reached = [days for days in referrals if stage.code in days]
        taken = [(days[stage.code] - days[before]).days for days in reached if before in days] if before else []
        share = round(100 * len(reached) / len(referrals)) if referrals else 0
        stages.append(Reached(stage.label, len(reached), share, spread(taken)))
        for limit in stage.limits:
            lengths = [(days[stage.code] - days[limit.since]).days for days in reached if limit.since in days]
            since = terms.stage(limit.since)
            within = sum(1 for length in lengths if length <= limit.days)
            label = since.label if since else limit.since
            limits.append(Measured(stage.label, label, limit.days, spread(lengths), within))
        before = stage.code
    return Figures(tuple(stages), tuple(limits))


def say_count(count: int, *, exact: bool) -> str:
    """A count; for those who see no names, rounded to fives, and nothing below five.

    Rounding also keeps the difference of two counts from pointing at one person.
    """
    if exact:
        return f"{count:,}"
    return f"Fewer than {FEWEST}" if count < FEWEST else f"About {FEWEST * round(count / FEWEST):,}"


def say_median(found: Spread, *, exact: bool) -> str:
    """'24 days'; hidden when too few stand behind it."""
    if not exact and found.count < FEWEST:
        return "Too few to show"
    if found.median is None:
        return "–"
    return f"{found.median:g} day{'' if found.median == 1 else 's'}"


def say_range(found: Spread, *, exact: bool) -> str:
    """'12 to 40'; the ends of a range are single people's, so only those see it who may see names."""
    if not exact or found.shortest is None:
        return "–"
    return f"{found.shortest} to {found.longest}"


def say_summary(found: Figures, agreed: int, start: str, *, exact: bool) -> str:
    """The figures in a sentence or two: how many started, and how soon against each limit; '' when too few."""
    started = next((one.count for one in found.stages if one.label == start), 0)
    if not exact and min(started, agreed) < FEWEST:
        return ""
    many, whole = say_count(started, exact=exact), say_count(agreed, exact=exact).lower()
    said = [f"{many} of {whole} who said yes {'has' if exact and started == 1 else 'have'} started."]
    for one in found.limits:
        if one.label == start and one.days.median is not None and (exact or one.days.count >= FEWEST):
            median_said = say_median(one.days, exact=exact)
            said.append(f"Half start within {median_said} of “{one.since}”; the limit is {one.limit} days.")
    return " ".join(said)
