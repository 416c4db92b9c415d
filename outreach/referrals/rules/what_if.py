"""What if: past referrals replayed under other terms. Pure, so that the same replay gives the same answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from outreach.referrals.rules.facts import Facts
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.terms import Terms
from outreach.referrals.rules.verdict import Due, verdict


@dataclass(frozen=True)
class Past:
    """A referral as it was: the terms under which it was made, and the facts without what caps depend on."""

    reference: str
    referrer_id: int
    terms: Terms
    facts: Facts
    claims: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Earned:
    """A reward that a replay finds due."""

    milestone: str
    due_on: date
    pence: int
    words: str


@dataclass(frozen=True)
class Difference:
    """One referral under the terms it was made under, and under the others."""

    reference: str
    referrer_id: int
    before: tuple[Earned, ...]
    after: tuple[Earned, ...]

    @property
    def pence_before(self) -> int:
        return sum(one.pence for one in self.before)

    @property
    def pence_after(self) -> int:
        return sum(one.pence for one in self.after)

    @property
    def pence(self) -> int:
        return self.pence_after - self.pence_before

    @property
    def verdict(self) -> str:
        """'gains', 'loses', 'other' (as much money, but something else) or 'same'."""
        if self.pence:
            return "gains" if self.pence > 0 else "loses"
        return "same" if sorted(e.words for e in self.before) == sorted(e.words for e in self.after) else "other"


@dataclass(frozen=True)
class Comparison:
    rows: tuple[Difference, ...]

    @property
    def cost_before(self) -> int:
        return sum(row.pence_before for row in self.rows)

    @property
    def cost_after(self) -> int:
        return sum(row.pence_after for row in self.rows)

    def having(self, verdict: str) -> tuple[Difference, ...]:
        return tuple(row for row in self.rows if row.verdict == verdict)


def compare(past: Iterable[Past], terms: Terms, on: date) -> Comparison:
    """What each past referral earned by a day under its own terms, and what it would have earned under these."""
    known = list(past)
    before, after = replay(known, on), replay(known, on, terms)
    return Comparison(
        tuple(
            Difference(one.reference, one.referrer_id, tuple(before[one.reference]), tuple(after[one.reference]))
            for one in known
        )
    )


def replay(past: Iterable[Past], on: date, terms: Terms | None = None) -> dict[str, list[Earned]]:
    """Every reward due by a day, by referral. Milestones are taken in the order they fall due, for the caps' sake."""
    found: dict[str, list[Earned]] = {}
    steps = []
    for one in past:
        found[one.reference] = []
        bound = terms or one.terms
        for milestone in bound.milestones:
            reached = one.facts.days.get(milestone.stage)
            if reached is not None:
                due_on = add_months(reached, milestone.months)
                steps.append((due_on, one.reference, milestone.code, one, bound))
    given: dict[int, list[Earned]] = defaultdict(list)
    for due_on, reference, code, one, bound in sorted(steps, key=lambda step: step[:3]):
        recent = [earned for earned in given[one.referrer_id] if earned.due_on > add_months(due_on, -12)]
        facts = replace(
            one.facts,
            claimed_on=one.claims.get(code),
            rewards_before=len(recent),
            pence_before=sum(earned.pence for earned in recent),
        )
        outcome = verdict(bound, facts, code, on)
        if outcome.state is Due.DUE:
            earned = Earned(code, due_on, outcome.pence, outcome.words)
            given[one.referrer_id].append(earned)
            found[reference].append(earned)
    return found
