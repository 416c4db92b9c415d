"""The verdict: whether a milestone of a referral is rewarded, clause by clause.

A pure function of the terms in force when the referral was made, the facts, and the day on which it is
asked. What happened after that day does not count, so that any past verdict can be had again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from outreach.referrals.rules import wording
from outreach.referrals.rules.clauses import CLAUSES, Clause, Holds, Question, bonus_of
from outreach.referrals.rules.facts import Facts, known_by
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.terms import Milestone, Terms


class Due(Enum):
    DUE = "due"
    WAITING = "waiting"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class Verdict:
    """`on` is the day the milestone is, or will be, reached; None while a stage it rests on is not reached."""

    milestone: str
    state: Due
    on: date | None
    kind: str
    pence: int
    words: str
    clauses: tuple[Clause, ...]

    def failing(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.holds is Holds.NO)

    def open(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.holds is Holds.NOT_YET)


def verdict(terms: Terms, facts: Facts, milestone_code: str, on: date) -> Verdict:
    """The verdict as it stands on a day. Raises KeyError for a milestone that the terms do not have."""
    milestone = _milestone(terms, milestone_code)
    facts = known_by(facts, on)
    stage_on = facts.days.get(milestone.stage)
    due_on = add_months(stage_on, milestone.months) if stage_on else None
    question = Question(terms, facts, milestone, on, due_on)
    clauses = tuple(clause(question) for clause in CLAUSES)
    held = {clause.holds for clause in clauses}
    state = Due.NOT_DUE if Holds.NO in held else Due.WAITING if Holds.NOT_YET in held else Due.DUE
    kind = terms.kind(milestone.kind)
    bonus = bonus_of(milestone, facts)
    return Verdict(
        milestone=milestone.code,
        state=state,
        on=due_on,
        kind=milestone.kind,
        pence=milestone.pence + bonus if kind is not None and kind.money else 0,
        words=wording.say_earned(terms, milestone, bonus > 0),
        clauses=clauses,
    )


# What a referrer may be told of without knowing anything that their friend did.
_THEIR_OWN = frozenset({"employment", "role", "referred_on", "self_referral"})


def say_to_referrer(terms: Terms, found: Verdict, *, progress_shown: bool, closed: bool) -> str:
    """One sentence for the referrer. Says nothing of the friend that the friend has not permitted.

    Without the permission only what concerns the referrer alone is said, in the same words whatever the
    friend did. With it the day is said; why something is closed never is.
    """
    milestone = _milestone(terms, found.milestone)
    earned = wording.say_earned(terms, milestone)  # without the bonus: whether the friend is new to care is theirs
    failing = [clause for clause in found.failing() if _concerns_referrer(clause)]
    if failing:
        return f"Not due. {failing[0].words}"
    if not progress_shown:
        return f"We will tell you if this reward falls due: {earned}."
    if closed or found.state is Due.NOT_DUE:
        return "Not due. The terms say when a reward is given."
    if found.state is Due.DUE:
        return f"Due since {wording.say_day(found.on)}: {earned}." if found.on else f"Due: {earned}."
    if any(clause.term_path == f"milestones.{milestone.code}" for clause in found.clauses if clause.holds is Holds.YES):
        claim = any(clause.term_path.endswith(".claim_days") for clause in found.open())
        return f"Reached: {earned}. {wording.claim(milestone) if claim else 'Recruitment is checking the terms.'}"
    if found.on is not None:
        return f"Due on {wording.say_day(found.on)} if all the terms are met by then: {earned}."
    return f"Not due yet: {earned}. It falls due {wording.say_when(terms, milestone)}, if all the terms are met."


def _concerns_referrer(clause: Clause) -> bool:
    if clause.term_path == "referrers.under_notice":
        return True
    return set(clause.uses) <= _THEIR_OWN


def _milestone(terms: Terms, code: str) -> Milestone:
    found = terms.milestone(code)
    if found is None:
        raise KeyError(code)
    return found
