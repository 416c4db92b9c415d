"""The rewards of the demo county, in every state of the ledger, and what payroll was told month by month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from outreach import clock
from outreach.db import db
from outreach.demo.actions.auditing import audit_line
from outreach.demo.actions.scene import Scene
from outreach.demo.rules.friends import Story
from outreach.referrals.models import LedgerEntry, PayrollFile, PayrollLine, Referral, Reward
from outreach.referrals.queries.verdicts import Case, list_cases
from outreach.referrals.rules import payroll
from outreach.referrals.rules.ledger import Act, Reason, movement, payroll_difference
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.verdict import Due, Verdict
from outreach.web.door import ActorKind

MONTHS = 17
BUILT_ON, PAID_ON = 20, 28  # the days of the month on which payroll is told, and pays
KEPT = timedelta(days=364)  # how long retention keeps what a file said

STEPS = {
    Act.PROPOSED: "reward.propose",
    Act.APPROVED: "reward.approve",
    Act.REFUSED: "reward.refuse",
    Act.PAID: "reward.pay",
    Act.HANDED_OVER: "reward.hand_over",
    Act.REVERSED: "reward.reverse",
}
"""The words of the audit."""


@dataclass
class Books:
    """The rewards while they are made up, with their entries, and the lines for the audit."""

    scene: Scene
    audit: list[dict[str, Any]]
    entries: dict[Reward, list[LedgerEntry]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[Reward, Case] = field(default_factory=dict)
    reversals: list[tuple[datetime, Reward, int]] = field(default_factory=list)
    told: dict[Reward, int] = field(default_factory=lambda: defaultdict(int))

    def enter(self, reward: Reward, act: Act, at: datetime, by: int | None, reason: Reason | None = None) -> None:
        """The next entry of a reward."""
        before = self.entries[reward][-1].act if self.entries[reward] else None
        moved = movement(before, act, reward.pence)
        entry = LedgerEntry(
            reward_id=reward.id,
            step=len(self.entries[reward]) + 1,
            act=act,
            reason=reason,
            owed_pence=moved.owed,
            given_pence=moved.given,
            by_id=by,
            at=at,
        )
        db.session.add(entry)
        self.entries[reward].append(entry)
        reward.state = act
        kind = ActorKind.ACCOUNT if by else ActorKind.SYSTEM
        self.audit.append(audit_line(reward, STEPS[act], at, kind, by))

    def reverse(self, until: datetime) -> None:
        """Take back what was to be taken back by then."""
        for at, reward, by in [one for one in self.reversals if one[0] <= until]:
            self.enter(reward, Act.REVERSED, at, by, Reason.FRIEND_LEFT)
        self.reversals = [one for one in self.reversals if one[0] > until]

    def stood(self, reward: Reward, at: datetime) -> LedgerEntry | None:
        """The last entry that there was at an instant."""
        return next((one for one in reversed(self.entries[reward]) if one.at <= at), None)

    def officers(self, reward: Reward) -> tuple[int, int]:
        """Who approves a reward and who gives it. It changes from reward to reward."""
        one, other = self.scene.accounts["recruitment"].id, self.scene.accounts["second_recruitment"].id
        return (one, other) if reward.id % 3 else (other, one)


def add_rewards(scene: Scene, told: list[tuple[Referral, Story]], audit: list[dict[str, Any]]) -> None:
    """What the verdict proposes for these referrals, and what two officers and payroll made of it until today."""
    stories = {referral.id: story for referral, story in told}
    books = Books(scene, audit)
    for case in list_cases([referral for referral, _ in told]):
        story = stories[case.referral.id]
        for milestone in case.terms.milestones:
            # Before recruitment knew of the end, the start of a friend who left early was due.
            known = case.verdict(milestone.code, _asked(scene, case, story))
            if known.state is Due.DUE and known.on is not None:
                _reward(books, case, known, story)
    first = scene.today.replace(day=1)
    for back in range(MONTHS, 0, -1):
        _month(books, add_months(first, -back), back)
    books.reverse(scene.now)


def _asked(scene: Scene, case: Case, story: Story) -> date:
    if story.oddity in ("taken back", "to take back"):
        start = case.facts.days[case.terms.start_stage]
        return start + timedelta(days=2)
    return scene.today


def _reward(books: Books, case: Case, found: Verdict, story: Story) -> None:
    """A reward from its proposal until somebody decided on it, as far as that lies in the past."""
    scene, candidate = books.scene, case.candidate
    if candidate is None or candidate.contact_hash is None or found.on is None:
        return
    proposed = min(scene.at(found.on + timedelta(days=1), 6, 15), scene.now)
    reward = Reward(
        reference=scene.reference("RW"),
        candidate_hash=candidate.contact_hash,
        milestone=found.milestone,
        referral_id=case.referral.id,
        scheme_version_id=case.referral.scheme_version_id,
        referrer_id=case.referral.referrer_id,
        kind=found.kind,
        pence=found.pence,
        words=found.words,
        due_on=found.on,
        state=Act.PROPOSED,
        created_at=proposed,
    )
    db.session.add(reward)
    db.session.flush()
    books.cases[reward] = case
    books.enter(reward, Act.PROPOSED, proposed, None)
    approver, giver = books.officers(reward)
    decided = scene.at(found.on + timedelta(days=scene.chance.randint(5, 8)), 10, scene.chance.randint(0, 59))
    if decided >= scene.now:
        return
    if story.oddity == "refused":
        books.enter(reward, Act.REFUSED, decided, approver, Reason.AGAINST_TERMS)
        return
    books.enter(reward, Act.APPROVED, decided, approver)
    handed_over = decided + timedelta(days=scene.chance.randint(3, 9))
    if not _by_payroll(reward, case) and handed_over < scene.now:
        books.enter(reward, Act.HANDED_OVER, handed_over, giver)
    if candidate.closed_at is not None and story.oddity == "taken back":
        books.reversals.append((candidate.closed_at + timedelta(days=1), reward, approver))
    elif candidate.closed_at is not None and story.oddity == "to take back":
        reward.recall_since = candidate.closed_at.date()


def _by_payroll(reward: Reward, case: Case) -> bool:
    kind = case.terms.kind(reward.kind)
    return kind is not None and kind.payroll


def _month(books: Books, month: date, back: int) -> None:
    """Payroll is told of what was decided, and pays some days later."""
    scene = books.scene
    built_at, paid_at = scene.at(month.replace(day=BUILT_ON), 10), scene.at(month.replace(day=PAID_ON), 14)
    books.reverse(built_at)
    told: list[tuple[Reward, LedgerEntry, int]] = []
    for reward, case in books.cases.items():
        entry = books.stood(reward, built_at)
        if entry is not None and entry.act in (Act.APPROVED, Act.PAID, Act.REVERSED) and _by_payroll(reward, case):
            pence = payroll_difference(entry.act, reward.pence, books.told[reward])
            if pence:
                told.append((reward, entry, pence))
                books.told[reward] += pence
    if not told:
        return
    builder = scene.accounts["recruitment" if back % 2 else "second_recruitment"].id
    _file(books, month, built_at, builder, told)
    for reward, _, pence in told:
        if pence > 0:
            books.enter(reward, Act.PAID, paid_at, books.officers(reward)[1])


def _file(
    books: Books, month: date, built_at: datetime, builder: int, told: list[tuple[Reward, LedgerEntry, int]]
) -> None:
    content = payroll.write_file(
        month, [_line(books.cases[reward], reward, entry, pence) for reward, entry, pence in told]
    )
    db.session.flush()
    file = PayrollFile(
        month=month,
        content=content if books.scene.now - built_at < KEPT else "",
        sha256=payroll.digest_of(content),
        total_pence=sum(pence for _, _, pence in told),
        built_by_id=builder,
        built_at=built_at,
        lines=[PayrollLine(reward_id=reward.id, entry_id=entry.id, pence=pence) for reward, entry, pence in told],
    )
    db.session.add(file)
    db.session.flush()
    books.audit.append(audit_line(file, "payroll.build", built_at, ActorKind.ACCOUNT, builder))


def _line(case: Case, reward: Reward, entry: LedgerEntry, pence: int) -> payroll.Line:
    milestone, kind = case.terms.milestone(reward.milestone), case.terms.kind(reward.kind)
    referrer = case.referral.referrer
    return payroll.Line(
        reference=reward.reference,
        name=referrer.name if referrer else "",
        email=referrer.email if referrer else "",
        milestone=milestone.label if milestone else reward.milestone,
        pence=pence,
        taxable=kind is not None and kind.taxable,
        decided_on=clock.local(entry.at).date(),
    )
