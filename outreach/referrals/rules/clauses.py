"""The clauses of a verdict, in the order in which they are shown. Every verdict has every one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from outreach.referrals.rules import wording
from outreach.referrals.rules.facts import Facts
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.terms import LeaverRule, Milestone, Terms

UNCHECKED = "as the friend said, not yet checked"


class Holds(Enum):
    YES = "yes"
    NO = "no"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Clause:
    """One term, the fact it was held against, and what came of it. `uses` names the fields of Facts."""

    term_path: str
    words: str
    fact_name: str
    fact_value: str
    holds: Holds
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What every clause is given."""

    terms: Terms
    facts: Facts
    milestone: Milestone
    asked_on: date
    due_on: date | None  # the day the milestone is reached, which may lie ahead

    @property
    def reached(self) -> bool:
        return self.due_on is not None and self.due_on <= self.asked_on


def _said(day: date | None, otherwise: str = "no") -> str:
    return wording.say_day(day) if day else otherwise


def _check(known: bool, holds: bool) -> Holds:
    return Holds.NOT_YET if not known else Holds.YES if holds else Holds.NO


def _employment(q: Question) -> Clause:
    code = q.facts.employment
    found = next((one.label for one in q.terms.referrers.employment if one.code == code), None)
    value = "not checked yet" if code is None else found or "another kind of employment"
    holds = _check(code is not None, found is not None)
    words = wording.employment(q.terms)
    return Clause("referrers.employment", words, "Referrer’s employment", value, holds, ("employment",))


def _role(q: Question) -> Clause:
    code = q.facts.role
    found = next((one.label for one in q.terms.referrers.excluded_roles if one.code == code), None)
    value = "not checked yet" if code is None else found or "none of these roles"
    holds = _check(code is not None, found is None)
    words = wording.excluded_roles(q.terms)
    return Clause("referrers.excluded_roles", words, "Referrer’s role", value, holds, ("role",))


def _notice(q: Question) -> Clause:
    since = q.facts.notice_on
    notice = since is not None and since <= q.facts.referred_on
    holds = Holds.YES if q.terms.referrers.under_notice or not notice else Holds.NO
    value = f"working notice since {_said(since)}" if notice else "not working notice that day"
    words = wording.under_notice(q.terms)
    uses = ("notice_on", "referred_on")
    return Clause("referrers.under_notice", words, "Referrer on the day of the referral", value, holds, uses)


def _oneself(q: Question) -> Clause:
    oneself = q.facts.self_referral
    value = "the same person" if oneself else "two people"
    holds = Holds.NO if oneself else Holds.YES
    return Clause("friends", wording.not_oneself(q.terms), "Referrer and friend", value, holds, ("self_referral",))


def _age(q: Question) -> Clause:
    agreed = q.facts.agreed_on
    value = f"agreed and confirmed their age on {_said(agreed)}" if agreed else "has not agreed yet"
    holds = _check(agreed is not None, holds=True)
    return Clause("friends.least_age", wording.least_age(q.terms), "Friend’s answer", value, holds, ("agreed_on",))


def _former_staff(q: Question) -> Clause:
    left, months = q.facts.friend_left_on, q.terms.friends.former_staff_months
    # Recruitment records the two together, so that the one is known when the other is.
    known = q.facts.in_process is not None or left is not None
    barred = left is not None and months > 0 and q.facts.referred_on < add_months(left, months)
    value = f"left the council on {_said(left)}" if left else "never was" if known else "not checked yet"
    uses = ("friend_left_on", "in_process", "referred_on")
    words = wording.former_staff(q.terms)
    return Clause(
        "friends.former_staff_months", words, "Friend as former staff", value, _check(known, not barred), uses
    )


def _in_process(q: Question) -> Clause:
    there = q.facts.in_process
    value = {None: "not checked yet", True: "had already applied", False: "had not applied"}[there]
    holds = _check(there is not None, not there or q.terms.friends.in_process)
    return Clause(
        "friends.in_process", wording.in_process(q.terms), "Friend’s applications", value, holds, ("in_process",)
    )


def _first(q: Question) -> Clause:
    value = "the first for this friend" if q.facts.first else "somebody referred this friend before"
    holds = Holds.YES if q.facts.first else Holds.NO
    return Clause("friends", wording.first_wins(q.terms), "Referral", value, holds, ("first",))


def _post(q: Question) -> Clause:
    """Rests on the post that recruitment recorded. What the friend said is shown while that is not there."""
    said, code, hours = q.facts.post, q.facts.appointed, q.facts.appointed_hours
    if code is None:
        label = q.terms.post(said) if said else None
        value = f"{label.label if label else 'another post'}, {UNCHECKED}" if said else "not chosen yet"
        holds = Holds.NOT_YET if q.terms.posts else Holds.YES
    else:
        found = q.terms.post(code)
        value = found.label if found else "another post"
        value += f", {wording.say_count(hours, 'hour')} a week" if hours else ""
        holds = Holds.YES if found is not None or not q.terms.posts else Holds.NO
    uses = ("post", "appointed", "appointed_hours")
    return Clause("posts", wording.posts(q.terms), "Post", value, holds, uses)


def _new_to_care(q: Question) -> Clause:
    """The bonus is never paid on the friend's word: where one is at stake, the verdict waits for the check."""
    said, checked = q.facts.new_to_care, q.facts.new_to_care_checked
    answer = "has not worked in care" if (said if checked is None else checked) else "has worked in care"
    open_ = checked is None and said and q.milestone.new_to_care_pence > 0
    value = answer if checked is not None else f"{answer}, {UNCHECKED}"
    path = f"milestones.{q.milestone.code}.new_to_care_pence"
    uses = ("new_to_care", "new_to_care_checked")
    holds = Holds.NOT_YET if open_ else Holds.YES
    return Clause(path, wording.new_to_care(q.milestone), "Friend’s work in care", value, holds, uses)


def bonus_of(milestone: Milestone, facts: Facts) -> int:
    """What is added for a friend who is new to care, as recruitment found; nothing on the friend's word alone."""
    return milestone.new_to_care_pence if facts.new_to_care_checked else 0


def _stage(q: Question) -> Clause:
    label = q.milestone.label
    on, withdrew = q.due_on, q.facts.withdrew_on
    ended = min((day for day in (q.facts.ended_on, withdrew) if day is not None), default=None)
    path = f"milestones.{q.milestone.code}"
    words = f"{label}: due {wording.say_when(q.terms, q.milestone)}."
    if ended is not None and (on is None or ended < on):
        how = "the friend withdrew" if ended == withdrew else "ended"
        value, holds = f"{how} on {_said(ended)}, before this was reached", Holds.NO
    elif on is None:
        value, holds = "not reached yet", Holds.NOT_YET
    else:
        value = f"reached on {_said(on)}" if q.reached else f"will be reached on {_said(on)}"
        holds = Holds.YES if q.reached else Holds.NOT_YET
    return Clause(path, words, "Milestone", value, holds, ("days", "ended_on", "withdrew_on"))


def _early_leaver(q: Question) -> Clause:
    start, ended = q.facts.days.get(q.terms.start_stage), q.facts.ended_on
    days = q.terms.leavers.friend_days
    early = bool(days and start and ended and ended - start < timedelta(days=days))
    value = f"left on {_said(ended)}" if ended and start else "has not left"
    holds = Holds.NO if early else Holds.YES
    words = wording.early_leaver(q.terms)
    return Clause("leavers.friend_days", words, "Friend’s last day", value, holds, ("days", "ended_on"))


def _leaver(q: Question) -> Clause:
    rule, on = q.terms.leavers.referrer, q.due_on
    left, notice = q.facts.referrer_left_on, q.facts.notice_on
    gone = left is not None and (on is None or left < on)
    noticed = notice is not None and (on is None or notice <= on)
    lost = gone or (rule is LeaverRule.NOT_UNDER_NOTICE and noticed)
    kept = Holds.YES if q.reached else Holds.NOT_YET
    holds = Holds.YES if rule is LeaverRule.PAID else Holds.NO if lost else kept
    value = f"left on {_said(left)}" if left else f"working notice since {_said(notice)}" if notice else "employed"
    uses = ("referrer_left_on", "notice_on", "days")
    return Clause("leavers.referrer", wording.leaver(q.terms), "Referrer’s employment on the day", value, holds, uses)


def _claim(q: Question) -> Clause:
    window, claimed, on = q.milestone.claim_days, q.facts.claimed_on, q.due_on
    # Nobody can claim in time what nobody has recorded yet.
    known = q.facts.recorded.get(q.milestone.stage)
    since = max(on, known) if on and known else on
    last = since + timedelta(days=window) if since else None
    if window == 0 or (claimed is not None and (last is None or claimed <= last)):
        holds = Holds.YES
    else:
        holds = Holds.NO if last is not None and q.asked_on > last else Holds.NOT_YET
    value = f"claimed on {_said(claimed)}" if claimed else "not claimed"
    path = f"milestones.{q.milestone.code}.claim_days"
    return Clause(path, wording.claim(q.milestone), "Claim", value, holds, ("claimed_on", "days", "recorded"))


def _cap_of_rewards(q: Question) -> Clause:
    most, before = q.terms.caps.rewards, q.facts.rewards_before
    over = bool(most) and before + 1 > most
    value = f"{wording.say_count(before, 'reward')} before this one"
    holds = Holds.YES if not over else Holds.NO if q.reached else Holds.NOT_YET
    words = wording.cap_of_rewards(q.terms)
    return Clause("caps.rewards", words, "Rewards in 12 months", value, holds, ("rewards_before", "days"))


def _cap_of_pence(q: Question) -> Clause:
    most, before = q.terms.caps.pence, q.facts.pence_before
    over = bool(most) and before + q.milestone.pence + bonus_of(q.milestone, q.facts) > most
    value = f"{wording.say_pounds(before)} before this one"
    holds = Holds.YES if not over else Holds.NO if q.reached else Holds.NOT_YET
    words = wording.cap_of_pence(q.terms)
    uses = ("pence_before", "new_to_care_checked", "days")
    return Clause("caps.pence", words, "Worth in 12 months", value, holds, uses)


CLAUSES: tuple[Callable[[Question], Clause], ...] = (
    _employment,
    _role,
    _notice,
    _oneself,
    _age,
    _former_staff,
    _in_process,
    _first,
    _post,
    _new_to_care,
    _stage,
    _early_leaver,
    _leaver,
    _claim,
    _cap_of_rewards,
    _cap_of_pence,
)
