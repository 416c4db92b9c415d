"""The states of a plan of a term, what may be planned, and how good a plan is in words."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum

from outreach.errors import Conflict


class PlanStatus(Enum):
    QUEUED = "queued"
    RUNNING = "running"
    PROPOSED = "proposed"
    FAILED = "failed"
    STOPPED = "stopped"
    APPLYING = "applying"
    APPLIED = "applied"


class PlanMethod(Enum):
    """What is known of how good a proposal is."""

    OPTIMAL = "optimal"
    BOUNDED = "bounded"  # within the stated gap of the best possible
    GREEDY = "greedy"  # the quick fallback: nothing is proven


class PlaceStatus(Enum):
    """What a plan has for one place of an opening."""

    PROPOSED = "proposed"
    UNFILLED = "unfilled"
    LEFT_OUT = "left_out"  # the coordinator took it out of what is applied
    ASKED = "asked"
    SKIPPED = "skipped"  # when it was applied they were no longer free or ready


class PlanStep(Enum):
    START = "start"
    PROPOSE = "propose"
    FAIL = "fail"
    STOP = "stop"
    AGAIN = "plan again"
    APPLY = "apply"
    FINISH = "finish"


_S, _T = PlanStatus, PlanStep
PLAN_STEPS: dict[tuple[PlanStatus, PlanStep], PlanStatus] = {
    (_S.QUEUED, _T.START): _S.RUNNING,
    (_S.RUNNING, _T.START): _S.RUNNING,  # its worker died
    (_S.RUNNING, _T.PROPOSE): _S.PROPOSED,
    (_S.RUNNING, _T.FAIL): _S.FAILED,
    (_S.QUEUED, _T.STOP): _S.STOPPED,
    (_S.RUNNING, _T.STOP): _S.STOPPED,
    (_S.PROPOSED, _T.AGAIN): _S.QUEUED,
    (_S.STOPPED, _T.AGAIN): _S.QUEUED,
    (_S.FAILED, _T.AGAIN): _S.QUEUED,
    (_S.PROPOSED, _T.APPLY): _S.APPLYING,
    (_S.APPLYING, _T.STOP): _S.APPLIED,  # who was not asked yet is not
    (_S.APPLYING, _T.FINISH): _S.APPLIED,
}
PLAN_WORDS = {
    PlanStatus.QUEUED: "waiting",
    PlanStatus.RUNNING: "being worked out",
    PlanStatus.PROPOSED: "proposed",
    PlanStatus.FAILED: "failed",
    PlanStatus.STOPPED: "stopped",
    PlanStatus.APPLYING: "being applied",
    PlanStatus.APPLIED: "applied",
}
# While in one of these, the page has something new to say every few seconds.
MOVING = frozenset({PlanStatus.QUEUED, PlanStatus.RUNNING, PlanStatus.APPLYING})
LONGEST_PERIOD = 400
USUAL_SECONDS, MOST_SECONDS = 20, 120
PAIRS_A_SECOND = 10_000
TOLD_AFTER = timedelta(minutes=1)
"""Whoever has waited so long for a plan has gone on to something else, and is mailed when it ends."""


def next_plan_status(status: PlanStatus, step: PlanStep) -> PlanStatus:
    """The state after a step. Raises Conflict where the step does not fit."""
    found = PLAN_STEPS.get((status, step))
    if found is None:
        raise Conflict(f"This cannot be done now: the plan is {PLAN_WORDS[status]}.")
    return found


def may_plan(status: PlanStatus, step: PlanStep) -> bool:
    """Whether the table has this step: what decides which buttons there are."""
    return (status, step) in PLAN_STEPS


def seconds_for(openings: int, people: int) -> int:
    """How long a plan of so many may be solved: the solver ends before, as soon as it has proven the best."""
    return min(MOST_SECONDS, USUAL_SECONDS + openings * people // PAIRS_A_SECOND)


def check_plan(first_day: date, last_day: date, today: date) -> None:
    """Refuse a period that is over, is longer than a term can be, or ends before it begins. Raises Conflict."""
    if last_day < first_day:
        raise Conflict("The last day must be the same as or after the first day", "last_day")
    if last_day < today:
        raise Conflict("The last day must be today or in the future", "last_day")
    if (last_day - first_day).days >= LONGEST_PERIOD:
        raise Conflict(f"The period must be {LONGEST_PERIOD} days or fewer", "last_day")


def pass_words(why: str, more: str = "") -> str:
    """Why somebody was passed over, as a place keeps it: in the words that many share, and in their own."""
    why = why[:1].lower() + why[1:]
    return f"{why}\n{more}" if more not in ("", why) else why


def split_passed(kept: str) -> tuple[str, str]:
    """The words that many share, and their own."""
    why, _, more = kept.partition("\n")
    return why, more or why


def say_method(method: PlanMethod | None, gap: float | None, more: int | None, best_of: int | None) -> str:
    """How good a plan is, and what is not known of it."""
    among = f", with {best_of} people looked at for each opening: the best, and some of the others" if best_of else ""
    if method is PlanMethod.OPTIMAL:
        return f"Proven the best possible{among}"
    if method is PlanMethod.GREEDY or gap is None:
        return "A quick plan, not proven: it took the best person for one place after the other"
    if more:
        places = "1 more place" if more == 1 else f"{more:,} more places"
        return f"The best found in the time. Up to {places} might be filled, which is not proven either way{among}"
    share = f"{gap:.1%}" if gap >= 0.001 else "0.1%"
    return f"Within {share} of the best possible{among}"
