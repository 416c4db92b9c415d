"""What makes somebody ready: the county's checklist, each person's items on it, and their manager's agreement."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.ambassadors.rules.readiness import Agreement, RequirementKind
from outreach.db import Base, enum_of


class Requirement(Base):
    """An item of the county's checklist. `months_valid` counts from the day it was done; none: it does not expire."""

    __tablename__ = "requirement"
    __table_args__ = (
        CheckConstraint("months_valid IS NULL OR months_valid BETWEEN 1 AND 120", name="months_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    kind: Mapped[RequirementKind] = mapped_column(enum_of(RequirementKind))
    required: Mapped[bool]
    months_valid: Mapped[int | None]
    position: Mapped[int]
    offered: Mapped[bool]


class ReadinessItem(Base):
    """That somebody has done an item, and until when it counts. One row a pair: doing it again moves the dates."""

    __tablename__ = "readiness_item"
    __table_args__ = (
        UniqueConstraint("ambassador_id", "requirement_id", name="uq_readiness_item_ambassador_id_requirement_id"),
        CheckConstraint("expires_on IS NULL OR expires_on >= done_on", name="expires_after_done"),
        Index("ix_readiness_item_expires_on", "expires_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id", ondelete="CASCADE"))
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    done_on: Mapped[date]
    expires_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    # The account that recorded it; none where a file or an answer by link did.
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    requirement: Mapped[Requirement] = relationship()


class ManagerAgreement(Base):
    """What a line manager was asked and said about the time the role takes. `hours_a_month` is what was agreed."""

    __tablename__ = "manager_agreement"
    __table_args__ = (
        CheckConstraint("manager_email = lower(manager_email)", name="manager_email_lower"),
        CheckConstraint("hours_a_month IS NULL OR hours_a_month BETWEEN 0.5 AND 100", name="hours_in_range"),
        Index("ix_manager_agreement_ambassador_id", "ambassador_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id", ondelete="CASCADE"))
    manager_name: Mapped[str]
    manager_email: Mapped[str] = mapped_column(String(320))
    status: Mapped[Agreement] = mapped_column(enum_of(Agreement))
    hours_a_month: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    backfill: Mapped[bool | None]
    words: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
