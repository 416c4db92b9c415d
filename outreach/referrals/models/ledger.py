"""Rewards and the ledger of what was done with them. Entries and payroll lines are only ever added.

A reward is known by the candidate's keyed contact hash and the milestone, so that an erased friend who
is referred again earns nothing twice. Two acts at once take the same step number, and one is refused.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, enum_of
from outreach.referrals.models.scheme import SchemeVersion
from outreach.referrals.rules.ledger import Act, Reason

ONE_REWARD = "uq_reward_candidate_hash_milestone"
ONE_ACT = "uq_ledger_entry_reward_id_step"
ONE_FILE = "uq_payroll_file_month"


class Reward(Base):
    """What one milestone of one candidate earned. Its state is the act of its last entry."""

    __tablename__ = "reward"
    __table_args__ = (
        UniqueConstraint("candidate_hash", "milestone", name=ONE_REWARD),
        CheckConstraint("pence >= 0", name="pence_not_negative"),
        Index("ix_reward_state_due_on", "state", "due_on"),
        Index("ix_reward_referrer_id_due_on", "referrer_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    candidate_hash: Mapped[str] = mapped_column(String(64))
    milestone: Mapped[str] = mapped_column(String(40))
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id", ondelete="SET NULL"), index=True)
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"))
    referrer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(40))
    pence: Mapped[int]
    words: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[Act] = mapped_column(enum_of(Act))
    recall_since: Mapped[date | None]  # the verdict says since then that it is not due after all
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    scheme_version: Mapped[SchemeVersion] = relationship()
    entries: Mapped[list[LedgerEntry]] = relationship(back_populates="reward", order_by="LedgerEntry.step")

    __mapper_args__ = {"version_id_col": version}


class LedgerEntry(Base):
    """One act on a reward, and what it moved. Never changed, never deleted."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("reward_id", "step", name=ONE_ACT),
        CheckConstraint("step >= 1", name="step_from_one"),
        Index("ix_ledger_entry_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reward_id: Mapped[int] = mapped_column(ForeignKey("reward.id"))
    step: Mapped[int]
    act: Mapped[Act] = mapped_column(enum_of(Act))
    reason: Mapped[Reason | None] = mapped_column(enum_of(Reason))
    owed_pence: Mapped[int]
    given_pence: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]

    reward: Mapped[Reward] = relationship(back_populates="entries")


class PayrollFile(Base):
    """What payroll was told of one month: the very bytes, their digest, and the total."""

    __tablename__ = "payroll_file"
    __table_args__ = (UniqueConstraint("month", name=ONE_FILE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    total_pence: Mapped[int]
    built_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    built_at: Mapped[datetime]

    lines: Mapped[list[PayrollLine]] = relationship(back_populates="file", order_by="PayrollLine.id")


class PayrollLine(Base):
    """A sum in a payroll file, for one ledger entry: an approval to pay, or a reversal to take back."""

    __tablename__ = "payroll_line"
    __table_args__ = (Index("ix_payroll_line_file_id", "file_id"), Index("ix_payroll_line_reward_id", "reward_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("payroll_file.id"))
    reward_id: Mapped[int] = mapped_column(ForeignKey("reward.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    pence: Mapped[int]

    file: Mapped[PayrollFile] = relationship(back_populates="lines")
    reward: Mapped[Reward] = relationship()


FIXED = "ledger entries are only ever added"
_REWARD_FIXED = "milestone, kind, pence, referrer_id, scheme_version_id"
SQLITE = [
    *(
        f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{FIXED}'); END"""
        for table in ("ledger_entry", "payroll_line")
        for act in ("UPDATE", "DELETE")
    ),
    f"""CREATE TRIGGER reward_sum_fixed BEFORE UPDATE OF {_REWARD_FIXED} ON reward
BEGIN SELECT RAISE(ABORT, '{FIXED}'); END""",
]
POSTGRESQL = [
    f"""CREATE FUNCTION ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{FIXED}';
END $$""",
    *(
        f"""CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION ledger_guard()"""
        for table in ("ledger_entry", "payroll_line")
    ),
    f"""CREATE TRIGGER reward_guard BEFORE UPDATE OF {_REWARD_FIXED} ON reward
FOR EACH ROW EXECUTE FUNCTION ledger_guard()""",
]

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            PayrollLine.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),
        )
