"""Candidates: friends who said yes, the days on which they reached each stage, and who may not handle them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base
from outreach.districts.models import District, Term
from outreach.referrals.models.referral import Referral


class Candidate(Base):
    """A friend who agreed. One open candidate for one contact, whoever referred them."""

    __tablename__ = "candidate"
    __table_args__ = (
        CheckConstraint("hours IS NULL OR hours BETWEEN 1 AND 168", name="hours_of_a_week"),
        CheckConstraint("(closed_at IS NULL) = (closed_on IS NULL)", name="closed_on_when_closed"),
        Index(
            "uq_candidate_contact_hash_open",
            "contact_hash",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_candidate_contact_hash", "contact_hash"),
        Index("ix_candidate_phone_hash", "phone_hash"),
        Index("ix_candidate_stage_since", "stage", "stage_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(40))
    contact_hash: Mapped[str | None] = mapped_column(String(64))
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(64))
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    hours: Mapped[int | None]
    new_to_care: Mapped[bool]
    progress_shown: Mapped[bool]
    notice: Mapped[str] = mapped_column(String(16))
    agreed_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(String(40))
    stage_since: Mapped[date]
    late_after: Mapped[date | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    outcome_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    referral: Mapped[Referral] = relationship()
    district: Mapped[District] = relationship()
    outcome: Mapped[Term | None] = relationship()


class StageEntry(Base):
    """One statement about one stage: reached on a day, or, without a day, not reached after all.

    Never changed: a correction is a further entry that supersedes the last one of its stage. The two
    constraints let each entry be superseded once, and each stage begin once.
    """

    __tablename__ = "stage_entry"
    __table_args__ = (
        UniqueConstraint("supersedes_id", name="uq_stage_entry_supersedes_id"),
        Index(
            "uq_stage_entry_first_of_stage",
            "referral_id",
            "stage",
            unique=True,
            sqlite_where=text("supersedes_id IS NULL"),
            postgresql_where=text("supersedes_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(40))
    reached_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("stage_entry.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class CandidateNote(Base):
    """What a recruitment officer noted about how an application goes."""

    __tablename__ = "candidate_note"
    __table_args__ = (Index("ix_candidate_note_candidate_id", "candidate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]


class Household(Base):
    """An officer's declaration that a candidate is family or of their household: from then on it is closed to them."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("referral_id", "account_id", name="uq_household_referral_id_account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    declared_at: Mapped[datetime]


# A stage's days decide who is paid what. Retention may only empty the reason, and delete all with the referral.
FIXED = "stage entries are only ever added"
_FACTS = "id, referral_id, stage, reached_on, supersedes_id, recorded_by_id, recorded_at"
SQLITE = [
    f"""CREATE TRIGGER stage_entry_fixed BEFORE UPDATE OF {_FACTS} ON stage_entry
BEGIN SELECT RAISE(ABORT, '{FIXED}'); END""",
    f"""CREATE TRIGGER stage_entry_reason BEFORE UPDATE OF reason ON stage_entry
WHEN NEW.reason <> ''
BEGIN SELECT RAISE(ABORT, '{FIXED}'); END""",
    """CREATE TRIGGER stage_entry_no_delete BEFORE DELETE ON stage_entry
WHEN EXISTS (SELECT 1 FROM referral WHERE id = OLD.referral_id)
BEGIN SELECT RAISE(ABORT, 'stage entries are only ever added'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION stage_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM referral WHERE id = OLD.referral_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'stage entries are only ever added';
END $$""",
    f"""CREATE TRIGGER stage_entry_fixed BEFORE DELETE OR UPDATE OF {_FACTS} ON stage_entry
FOR EACH ROW EXECUTE FUNCTION stage_entry_guard()""",
    """CREATE TRIGGER stage_entry_reason BEFORE UPDATE OF reason ON stage_entry
FOR EACH ROW WHEN (NEW.reason <> '') EXECUTE FUNCTION stage_entry_guard()""",
]

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            StageEntry.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),
        )
