"""Worked cases of the verdict, as data: read by a test, and shown in docs/referral-cases.md.

Each starts from one ordinary referral under the first terms and says what is different.
`python -m tests.unit.referrals.cases` writes the page.
"""

from __future__ import annotations

import copy
import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from outreach.referrals.rules.facts import NONE_OF_THESE, Facts
from outreach.referrals.rules.terms import Terms, read_terms
from outreach.referrals.rules.verdict import Due, Holds, Verdict, verdict
from outreach.referrals.rules.wording import say_day, say_pounds

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "referral-cases.md"
RAW: dict[str, Any] = tomllib.loads((ROOT / "outreach" / "data" / "scheme.toml").read_text(encoding="utf-8"))["terms"]


def d(text: str) -> date:
    return date.fromisoformat(text)


STARTED = d("2026-02-23")
DAYS = {
    "confirmed": d("2026-01-12"),
    "applied": d("2026-01-14"),
    "interview": d("2026-01-23"),
    "offered": d("2026-01-26"),
    "checks": d("2026-02-18"),
    "started": STARTED,
}
ORDINARY = Facts(
    referred_on=d("2026-01-10"),
    agreed_on=d("2026-01-12"),
    post="care_worker",
    appointed="care_worker",
    days=DAYS,
    employment="permanent",
    role=NONE_OF_THESE,
    in_process=False,
)
START, SIX = "start", "six_months"


@dataclass(frozen=True)
class Case:
    """`facts` and `terms` say what differs from the ordinary referral; `fails` what decides, by its term."""

    name: str
    milestone: str
    on: date
    state: Due
    due_on: date | None = STARTED
    facts: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    decided_by: tuple[str, ...] = ()
    pence: int = 25_000

    def read_terms(self) -> Terms:
        return read_terms(with_changes(self.terms))

    def read_facts(self) -> Facts:
        return replace(ORDINARY, **self.facts)

    def found(self) -> Verdict:
        return verdict(self.read_terms(), self.read_facts(), self.milestone, self.on)


def with_changes(changes: dict[str, Any]) -> dict[str, Any]:
    """The first terms with some values changed, by path."""
    raw = copy.deepcopy(RAW)
    for path, value in changes.items():
        *way, last = path.split(".")
        at: Any = raw
        for name in way:
            at = at[int(name)] if name.isdigit() else at[name]
        at[int(last) if last.isdigit() else last] = value
    return raw


def until(stage: str) -> dict[str, date]:
    """The days of the stages up to one, as if nothing more had happened."""
    return {code: day for code, day in DAYS.items() if day <= DAYS[stage]}


AFTER, LATER = d("2026-03-02"), d("2026-08-24")
SIX_ON = d("2026-08-23")
M, N = "milestones.start", "milestones.six_months"
CASES = (
    # The ordinary way
    Case("The friend has started", START, AFTER, Due.DUE),
    Case("Asked on the very day of the start", START, d("2026-02-23"), Due.DUE),
    Case(
        "Asked the day before the start", START, d("2026-02-22"), Due.WAITING, None, decided_by=(M, "leavers.referrer")
    ),
    Case("Six months are served", SIX, LATER, Due.DUE, SIX_ON),
    Case("Asked on the day the six months are served", SIX, SIX_ON, Due.DUE, SIX_ON),
    Case("Asked the day before", SIX, d("2026-08-22"), Due.WAITING, SIX_ON, decided_by=(N, "leavers.referrer")),
    Case("A year’s badge", "year_badge", d("2027-02-23"), Due.DUE, d("2027-02-23"), pence=0),
    Case(
        "A start on 31 August: six months end with February",
        SIX,
        d("2027-02-28"),
        Due.DUE,
        d("2027-02-28"),
        {"days": DAYS | {"started": d("2026-08-31")}},
    ),
    Case(
        "A start on 29 February: the year ends on 28 February",
        "year_badge",
        d("2029-02-28"),
        Due.DUE,
        d("2029-02-28"),
        {"days": DAYS | {"started": d("2028-02-29")}},
        pence=0,
    ),
    # Still on the way
    Case(
        "The friend has not answered yet",
        START,
        AFTER,
        Due.WAITING,
        None,
        {"agreed_on": None, "post": None, "appointed": None, "days": {}, "in_process": None},
        decided_by=(
            "friends.least_age",
            "friends.former_staff_months",
            "friends.in_process",
            "posts",
            M,
            "leavers.referrer",
        ),
    ),
    Case(
        "The friend has applied",
        START,
        AFTER,
        Due.WAITING,
        None,
        {"days": until("applied")},
        decided_by=(M, "leavers.referrer"),
    ),
    Case(
        "The friend has an offer",
        START,
        AFTER,
        Due.WAITING,
        None,
        {"days": until("offered")},
        decided_by=(M, "leavers.referrer"),
    ),
    Case(
        "Nobody has checked the staff records",
        START,
        AFTER,
        Due.WAITING,
        facts={"employment": None, "role": None, "in_process": None},
        decided_by=(
            "referrers.employment",
            "referrers.excluded_roles",
            "friends.former_staff_months",
            "friends.in_process",
        ),
    ),
    # The application ends
    Case(
        "The friend was not appointed",
        START,
        AFTER,
        Due.NOT_DUE,
        None,
        {"days": until("interview"), "ended_on": d("2026-01-30")},
        decided_by=(M,),
    ),
    Case(
        "The friend withdrew on the day of the offer",
        START,
        AFTER,
        Due.NOT_DUE,
        None,
        {"days": until("offered"), "ended_on": d("2026-01-26")},
        decided_by=(M,),
    ),
    Case(
        "The friend did not start",
        START,
        AFTER,
        Due.NOT_DUE,
        None,
        {"days": until("checks"), "ended_on": d("2026-02-23")},
        decided_by=(M,),
    ),
    # The friend leaves
    Case(
        "The friend left after two months: the start stays due",
        START,
        LATER,
        Due.DUE,
        facts={"ended_on": d("2026-04-23")},
    ),
    Case(
        "The friend left after two months: six months are never served",
        SIX,
        LATER,
        Due.NOT_DUE,
        SIX_ON,
        {"ended_on": d("2026-04-23")},
        decided_by=(N,),
    ),
    Case(
        "The friend’s last day is the day before the six months",
        SIX,
        LATER,
        Due.NOT_DUE,
        SIX_ON,
        {"ended_on": d("2026-08-22")},
        decided_by=(N,),
    ),
    Case("The friend’s last day is the day of the six months", SIX, LATER, Due.DUE, SIX_ON, {"ended_on": SIX_ON}),
    Case(
        "The friend left within 28 days",
        START,
        LATER,
        Due.NOT_DUE,
        facts={"ended_on": d("2026-03-22")},
        decided_by=("leavers.friend_days",),
    ),
    Case("The friend left on the 28th day after the start", START, LATER, Due.DUE, facts={"ended_on": d("2026-03-23")}),
    Case("Asked before the friend left early", START, d("2026-03-21"), Due.DUE, facts={"ended_on": d("2026-03-22")}),
    Case(
        "The friend left within 28 days, and nothing is taken back",
        START,
        LATER,
        Due.DUE,
        facts={"ended_on": d("2026-03-01")},
        terms={"leavers.friend_days": 0},
    ),
    # The referrer leaves
    Case(
        "The referrer left the day before the milestone",
        SIX,
        LATER,
        Due.NOT_DUE,
        SIX_ON,
        {"referrer_left_on": d("2026-08-22")},
        decided_by=("leavers.referrer",),
    ),
    Case(
        "The referrer’s last day is the day of the milestone", SIX, LATER, Due.DUE, SIX_ON, {"referrer_left_on": SIX_ON}
    ),
    Case("The referrer left after the milestone", START, LATER, Due.DUE, facts={"referrer_left_on": d("2026-02-24")}),
    Case(
        "The referrer was working notice on the day of the milestone",
        SIX,
        LATER,
        Due.NOT_DUE,
        SIX_ON,
        {"notice_on": d("2026-08-01")},
        decided_by=("leavers.referrer",),
    ),
    Case(
        "The same, where only employment counts",
        SIX,
        LATER,
        Due.DUE,
        SIX_ON,
        {"notice_on": d("2026-08-01")},
        {"leavers.referrer": "employed"},
    ),
    Case(
        "The referrer left, where what falls due is paid all the same",
        SIX,
        LATER,
        Due.DUE,
        SIX_ON,
        {"referrer_left_on": d("2026-04-01")},
        {"leavers.referrer": "paid"},
    ),
    # Who refers
    Case(
        "An agency worker refers",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"employment": NONE_OF_THESE},
        decided_by=("referrers.employment",),
    ),
    Case("Relief staff refer", START, AFTER, Due.DUE, facts={"employment": "casual"}),
    Case(
        "A recruiter refers",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"role": "recruitment"},
        decided_by=("referrers.excluded_roles",),
    ),
    Case(
        "The appointing manager refers",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"role": "panel"},
        decided_by=("referrers.excluded_roles",),
    ),
    Case(
        "Referred while working notice",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"notice_on": d("2026-01-10")},
        decided_by=("referrers.under_notice", "leavers.referrer"),
    ),
    Case(
        "Referred while working notice, where that is allowed",
        START,
        AFTER,
        Due.DUE,
        facts={"notice_on": d("2026-01-10")},
        terms={"referrers.under_notice": True, "leavers.referrer": "employed"},
    ),
    Case(
        "Somebody refers themselves", START, AFTER, Due.NOT_DUE, facts={"self_referral": True}, decided_by=("friends",)
    ),
    # Who is referred
    Case(
        "Somebody else referred this friend first",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"first": False},
        decided_by=("friends",),
    ),
    Case(
        "The friend had applied already",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"in_process": True},
        decided_by=("friends.in_process",),
    ),
    Case(
        "The friend had applied already, where that is allowed",
        START,
        AFTER,
        Due.DUE,
        facts={"in_process": True},
        terms={"friends.in_process": True},
    ),
    Case(
        "The friend left the council a day less than 12 months before",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"friend_left_on": d("2025-01-11")},
        decided_by=("friends.former_staff_months",),
    ),
    Case(
        "The friend left the council 12 months before to the day",
        START,
        AFTER,
        Due.DUE,
        facts={"friend_left_on": d("2025-01-10")},
    ),
    Case(
        "Former staff, where they are not barred",
        START,
        AFTER,
        Due.DUE,
        facts={"friend_left_on": d("2026-01-01")},
        terms={"friends.former_staff_months": 0},
    ),
    Case(
        "A post that does not qualify",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"appointed": NONE_OF_THESE},
        decided_by=("posts",),
    ),
    # What is earned
    Case(
        "The post they were appointed to is not recorded: what the friend said is not enough",
        START,
        AFTER,
        Due.WAITING,
        facts={"appointed": None},
        decided_by=("posts",),
    ),
    Case(
        "Asked for a post that does not qualify, appointed to one that does",
        START,
        AFTER,
        Due.DUE,
        facts={"post": "finance_officer"},
    ),
    Case(
        "New to care, and recruitment found it so: the bonus is added",
        SIX,
        LATER,
        Due.DUE,
        SIX_ON,
        {"new_to_care": True, "new_to_care_checked": True},
        pence=30_000,
    ),
    Case(
        "New to care on the friend’s word only: it waits for the check, without the bonus",
        SIX,
        LATER,
        Due.WAITING,
        SIX_ON,
        {"new_to_care": True},
        decided_by=(f"{N}.new_to_care_pence",),
    ),
    Case(
        "New to care as the friend said, and recruitment found otherwise: no bonus",
        SIX,
        LATER,
        Due.DUE,
        SIX_ON,
        {"new_to_care": True, "new_to_care_checked": False},
    ),
    Case("New to care: no bonus at the start", START, AFTER, Due.DUE, facts={"new_to_care": True}),
    Case(
        "The friend in work has us forget them: what was reached before stands, within the first weeks too",
        START,
        AFTER,
        Due.DUE,
        facts={"withdrew_on": d("2026-03-01")},
    ),
    Case(
        "The friend in work has us forget them: nothing after that day is known",
        SIX,
        LATER,
        Due.NOT_DUE,
        SIX_ON,
        facts={"withdrew_on": d("2026-03-01")},
        decided_by=(N,),
    ),
    Case(
        "A claim counts from the day the start was recorded, when that is later: claimed in time",
        START,
        d("2026-05-01"),
        Due.DUE,
        facts={"recorded": {"started": d("2026-04-10")}, "claimed_on": d("2026-04-30")},
        terms={"milestones.0.claim_days": 30},
    ),
    Case(
        "Recorded late, and still not claimed in the days after that",
        START,
        d("2026-05-11"),
        Due.NOT_DUE,
        facts={"recorded": {"started": d("2026-04-10")}},
        terms={"milestones.0.claim_days": 30},
        decided_by=(f"{M}.claim_days",),
    ),
    Case(
        "A voucher instead of money",
        START,
        AFTER,
        Due.DUE,
        terms={"milestones.0.kind": "voucher", "milestones.0.pence": 5_000},
        pence=5_000,
    ),
    # Claims
    Case(
        "A claim is needed and has not come",
        START,
        AFTER,
        Due.WAITING,
        terms={"milestones.0.claim_days": 30},
        decided_by=(f"{M}.claim_days",),
    ),
    Case(
        "Claimed on the last day of the window",
        START,
        LATER,
        Due.DUE,
        facts={"claimed_on": d("2026-03-25")},
        terms={"milestones.0.claim_days": 30},
    ),
    Case(
        "Claimed a day late",
        START,
        LATER,
        Due.NOT_DUE,
        facts={"claimed_on": d("2026-03-26")},
        terms={"milestones.0.claim_days": 30},
        decided_by=(f"{M}.claim_days",),
    ),
    Case(
        "Never claimed",
        START,
        LATER,
        Due.NOT_DUE,
        terms={"milestones.0.claim_days": 30},
        decided_by=(f"{M}.claim_days",),
    ),
    # Caps
    Case("The 12th reward in 12 months", START, AFTER, Due.DUE, facts={"rewards_before": 11}),
    Case(
        "The 13th reward in 12 months",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"rewards_before": 12},
        decided_by=("caps.rewards",),
    ),
    Case(
        "The thirteenth, where there is no cap",
        START,
        AFTER,
        Due.DUE,
        facts={"rewards_before": 12},
        terms={"caps.rewards": 0},
    ),
    Case("£2,000 in 12 months is reached to the penny", START, AFTER, Due.DUE, facts={"pence_before": 175_000}),
    Case(
        "£2,000 in 12 months would be passed by a penny",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"pence_before": 175_001},
        decided_by=("caps.pence",),
    ),
    # Several at once
    Case(
        "Two terms are not met: both are named",
        START,
        AFTER,
        Due.NOT_DUE,
        facts={"role": "recruitment", "first": False},
        decided_by=("referrers.excluded_roles", "friends"),
    ),
    Case(
        "Not due already, and something is still open",
        START,
        AFTER,
        Due.NOT_DUE,
        None,
        {"days": until("offered"), "in_process": True},
        decided_by=("friends.in_process",),
    ),
)

STATES = {Due.DUE: "Due", Due.WAITING: "Waiting", Due.NOT_DUE: "Not due"}
INTRODUCTION = """# Worked cases of the reward

Generated from `tests/unit/referrals/cases.py` by `python -m tests.unit.referrals.cases`; a test holds page, cases and
code together. The cases run under the terms of `outreach/data/scheme.toml` unless the case says that a term differs.

The ordinary referral: permanent staff, none of the excluded roles, refer a friend on 10 January 2026. The friend agrees
on 12 January, applies on the 14th, is offered a post as care worker on the 26th and starts on 23 February 2026, as
recruitment recorded. They had not applied before and never worked for the council. “Decided by” names each term that is
not met, or, while waiting, each that is still open.

| # | case | milestone | asked on | verdict | reached on | worth | decided by |
| ---: | --- | --- | --- | --- | --- | ---: | --- |
"""


def deciding(found: Verdict) -> tuple[str, ...]:
    """The terms that make the verdict what it is: not met, or still open."""
    wanted = Holds.NO if found.state is Due.NOT_DUE else Holds.NOT_YET
    return tuple(clause.term_path for clause in found.clauses if clause.holds is wanted)


def page() -> str:
    rows = []
    for number, case in enumerate(CASES, start=1):
        label = case.read_terms().milestone(case.milestone)
        cells = (
            str(number),
            case.name,
            label.label if label else case.milestone,
            say_day(case.on),
            STATES[case.state],
            say_day(case.due_on) if case.due_on else "–",
            say_pounds(case.pence) if case.pence else "badge",
            ", ".join(f"`{path}`" for path in case.decided_by) or "–",
        )
        rows.append(f"| {' | '.join(cells)} |\n")
    return INTRODUCTION + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
