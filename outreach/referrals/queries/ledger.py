"""Reading rewards, the ledger and the payroll files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from outreach.accounts.models import Account
from outreach.db import db
from outreach.errors import NotFound
from outreach.referrals.models import Household, LedgerEntry, PayrollFile, PayrollLine, Reward
from outreach.referrals.rules.ledger import PROMISED, Act, Balance, payroll_difference


def select_rewards(officer_id: int, *, state: Act | None = None, recall: bool = False) -> Select[Reward]:
    """The rewards an officer may see, what waits for somebody first. Not those of their own referrals or household."""
    waits = case((Reward.state == Act.PROPOSED, 0), (Reward.state == Act.APPROVED, 1), else_=2)
    longest_first = case((waits < 2, Reward.due_on))
    query = _visible(officer_id).options(joinedload(Reward.scheme_version))
    query = query.order_by(waits, longest_first, Reward.due_on.desc(), Reward.id)
    if recall:
        return query.where(Reward.recall_since.is_not(None), Reward.state.in_(PROMISED))
    return query.where(Reward.state == state) if state else query


def get_reward(officer_id: int, reference: str) -> Reward:
    """A reward this officer may decide on; for anybody else there is none."""
    found = db.session.scalar(
        _visible(officer_id)
        .where(Reward.reference == reference)
        .options(joinedload(Reward.scheme_version), selectinload(Reward.entries))
    )
    if found is None:
        raise NotFound
    return found


def count_by_state(officer_id: int) -> dict[Act, int]:
    rows = db.session.execute(
        _visible(officer_id).with_only_columns(Reward.state, func.count()).group_by(Reward.state).order_by(Reward.state)
    )
    return {row[0]: row[1] for row in rows}


def count_to_give(officer_id: int) -> int:
    """Approved rewards that this officer may mark as given: somebody else approved them."""
    approved = exists().where(
        LedgerEntry.reward_id == Reward.id, LedgerEntry.act == Act.APPROVED, LedgerEntry.by_id == officer_id
    )
    found = _visible(officer_id).where(Reward.state == Act.APPROVED, ~approved).with_only_columns(func.count())
    return db.session.scalar(found) or 0


def count_to_recall(officer_id: int) -> int:
    found = select_rewards(officer_id, recall=True).order_by(None).options().with_only_columns(func.count())
    return db.session.scalar(found) or 0


def get_balance(since: datetime | None = None) -> Balance:
    """What is owed and what was given, from the entries alone; since an instant, or ever."""
    query = select(
        func.coalesce(func.sum(LedgerEntry.owed_pence), 0), func.coalesce(func.sum(LedgerEntry.given_pence), 0)
    )
    if since is not None:
        query = query.where(LedgerEntry.at >= since)
    owed, given = db.session.execute(query).one()
    return Balance(int(owed), int(given))


def list_payroll_files() -> list[PayrollFile]:
    """Every file, the newest month first."""
    return list(
        db.session.scalars(
            select(PayrollFile)
            .options(selectinload(PayrollFile.lines).joinedload(PayrollLine.reward))
            .order_by(PayrollFile.month.desc(), PayrollFile.id)
        )
    )


def get_payroll_file(month: date) -> PayrollFile:
    found = db.session.scalar(
        select(PayrollFile)
        .where(PayrollFile.month == month)
        .options(selectinload(PayrollFile.lines).joinedload(PayrollLine.reward))
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Untold:
    """What payroll must be told of: each reward with a sum to pay, or below nothing one to take back.

    `held_back` are approved, and not due after all: they wait until somebody has looked at them again.
    """

    lines: list[tuple[Reward, int]]
    held_back: list[Reward]


def list_untold(*, lock: bool = False) -> Untold:
    """What the next file would hold; locked for building it."""
    states = (Act.APPROVED, Act.PAID, Act.REVERSED)
    ids = db.session.scalars(select(Reward.id).where(Reward.state.in_(states)).order_by(Reward.id)).all()
    rewards = [one for one in list_rewards(ids, lock=lock) if _is_paid_by_payroll(one) and one.state in states]
    told = sum_told([one.id for one in rewards])
    found = [(one, payroll_difference(one.state, one.pence, told[one.id])) for one in rewards]
    return Untold(
        [(one, pence) for one, pence in found if pence < 0 or (pence > 0 and one.recall_since is None)],
        [one for one, pence in found if pence > 0 and one.recall_since is not None],
    )


def list_rewards(ids: Sequence[int], *, lock: bool = False) -> list[Reward]:
    """These rewards as they are now, locked in the order of their numbers if they are to change."""
    query = (
        select(Reward)
        .where(Reward.id.in_(ids))
        .options(selectinload(Reward.entries), selectinload(Reward.scheme_version))
        .order_by(Reward.id)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def _is_paid_by_payroll(reward: Reward) -> bool:
    kind = reward.scheme_version.read().kind(reward.kind)
    return kind is not None and kind.payroll


def sum_told(reward_ids: Sequence[int]) -> dict[int, int]:
    """What payroll has been told of each of these rewards, all files together."""
    rows = db.session.execute(
        select(PayrollLine.reward_id, func.sum(PayrollLine.pence))
        .where(PayrollLine.reward_id.in_(reward_ids))
        .group_by(PayrollLine.reward_id)
    )
    told = dict.fromkeys(reward_ids, 0)
    told |= {row[0]: int(row[1]) for row in rows}
    return told


def list_accounts(account_ids: set[int]) -> dict[int, Account]:
    return {one.id: one for one in db.session.scalars(select(Account).where(Account.id.in_(account_ids)))}


def _visible(officer_id: int) -> Select[Reward]:
    declared = exists().where(Household.referral_id == Reward.referral_id, Household.account_id == officer_id)
    return select(Reward).where(Reward.referrer_id != officer_id, or_(Reward.referral_id.is_(None), ~declared))
