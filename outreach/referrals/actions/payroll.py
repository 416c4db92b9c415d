"""The monthly file for payroll, and marking what it holds as paid."""

from __future__ import annotations

from sqlalchemy import select

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.referrals.actions.ledger import give, kind_of
from outreach.referrals.actions.stages import may_handle
from outreach.referrals.models import PayrollFile, PayrollLine, Referral
from outreach.referrals.queries.ledger import list_accounts, list_rewards, list_untold
from outreach.referrals.rules import payroll as rules
from outreach.referrals.rules.ledger import Act
from outreach.sheets import as_bytes
from outreach.web.door import Actor, Role

BUILT = Conflict(
    "The payroll file of this month has been built already. What was approved since goes into the next one."
)


def build_payroll_file(actor: Actor) -> PayrollFile:
    """Build this month's file: approved rewards that payroll pays and has not been told of, and what is taken back.

    Raises Conflict when this month has its file, or when there is nothing to tell.
    """
    _may(actor)
    month = rules.first_of_month(clock.today())
    if db.session.scalar(select(PayrollFile.id).where(PayrollFile.month == month)) is not None:
        raise BUILT
    told = list_untold(lock=True).lines
    if not told:
        raise Conflict("There is nothing new to tell payroll")
    accounts = list_accounts({reward.referrer_id for reward, _ in told})
    lines = []
    for reward, pence in told:
        milestone = reward.scheme_version.read().milestone(reward.milestone)
        account = accounts[reward.referrer_id]
        lines.append(
            rules.Line(
                reference=reward.reference,
                name=account.name,
                email=account.email,
                milestone=milestone.label if milestone else reward.milestone,
                pence=pence,
                taxable=kind_of(reward).taxable,
                decided_on=clock.local(reward.entries[-1].at).date(),
            )
        )
    content = rules.write_file(month, lines)
    file = PayrollFile(
        month=month,
        content=content,
        sha256=rules.digest_of(content),
        total_pence=sum(pence for _, pence in told),
        built_by_id=actor.id,
        built_at=clock.now(),
    )
    add_or_refuse(file, {"uq_payroll_file_month": BUILT, "payroll_file.month": BUILT})
    file.lines = [
        PayrollLine(reward_id=reward.id, entry_id=reward.entries[-1].id, pence=pence) for reward, pence in told
    ]
    twice = Conflict("Another file holds one of these rewards already.")
    for line in file.lines:
        add_or_refuse(line, {"uq_payroll_line_entry_id": twice, "payroll_line.entry_id": twice})
    record(actor, "payroll.build", file, month=month.isoformat(), lines=len(lines), total_pence=file.total_pence)
    return file


def mark_file_paid(actor: Actor, file: PayrollFile) -> tuple[int, int]:
    """Payroll has paid: mark what this person may mark. Returns how many were marked, and how many wait for another.

    Left to somebody else are rewards they approved themselves, and those of their own referrals and household.
    """
    _may(actor)
    marked = left = 0
    ids = sorted(line.reward_id for line in file.lines if line.pence > 0)
    for reward in list_rewards(ids, lock=True):
        if reward.state is not Act.APPROVED:
            continue
        referral = db.session.get(Referral, reward.referral_id) if reward.referral_id else None
        try:
            if referral is not None:
                may_handle(actor, referral)
            give(actor, reward, "pay")
            marked += 1
        except (Conflict, NotFound):
            left += 1
    if marked == 0:
        raise Conflict(
            "You approved the rewards in this file, or they are for your own referrals or household: "
            "somebody else must mark them"
            if left
            else "Everything in this file is marked as paid already"
        )
    record(actor, "payroll.paid", file, marked=marked, left=left)
    return marked, left


def download_payroll_file(actor: Actor, file: PayrollFile) -> bytes:
    """The very bytes that were built, as often as they are asked for; who took them, and when, is in the audit."""
    _may(actor)
    if not file.content:
        raise NotFound
    record(actor, "payroll.download", file, month=file.month.isoformat())
    return as_bytes(file.content)


def _may(actor: Actor) -> None:
    if not actor.has(Role.RECRUITMENT_OFFICER):
        raise NotAllowed("Only a recruitment officer works on the payroll file.")
