"""Plans of a term: for every unfilled opening of a period a proposal, all at once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import Base, enum_of
from outreach.districts.models import District
from outreach.events.models.events import Opening
from outreach.events.rules.plans import PlaceStatus, PlanMethod, PlanStatus


class Plan(Base):
    """A period to plan, and what came of it. `gap` is how far the best possible can be away, 0.01 being 1%."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="last_after_first"),
        CheckConstraint("limit_seconds BETWEEN 1 AND 600", name="limit_in_range"),
        Index("ix_plan_status", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    status: Mapped[PlanStatus] = mapped_column(enum_of(PlanStatus))
    limit_seconds: Mapped[int]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]  # when the worker last said that it is on it
    finished_at: Mapped[datetime | None]
    method: Mapped[PlanMethod | None] = mapped_column(enum_of(PlanMethod))
    gap: Mapped[float | None]
    score: Mapped[int | None]
    # Counts for its pages: openings, people, pairs looked at, seconds, what stood before.
    facts: Mapped[dict[str, Any]]
    answer_hours: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, server_default="", default="")
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    applied_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    district: Mapped[District | None] = relationship()
    places: Mapped[list[PlanPlace]] = relationship(
        back_populates="plan", order_by="PlanPlace.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class PlanPlace(Base):
    """One place of an opening in a plan: who is proposed and why, or what blocks it."""

    __tablename__ = "plan_place"
    __table_args__ = (
        UniqueConstraint("plan_id", "opening_id", "number", name="uq_plan_place_plan_id_opening_id_number"),
        UniqueConstraint("plan_id", "opening_id", "ambassador_id", name="uq_plan_place_plan_id_opening_id_ambassador"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]  # 1, 2, … within the opening
    ambassador_id: Mapped[int | None] = mapped_column(ForeignKey("ambassador.id"))
    pinned: Mapped[bool] = mapped_column(server_default=false(), default=False)
    status: Mapped[PlaceStatus] = mapped_column(enum_of(PlaceStatus))
    position: Mapped[int | None]
    out_of: Mapped[int | None]
    score: Mapped[int | None]
    reasons: Mapped[list[dict[str, Any]]]
    blocked: Mapped[str] = mapped_column(Text, server_default="", default="")  # why it is unfilled, or was skipped
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    plan: Mapped[Plan] = relationship(back_populates="places")
    opening: Mapped[Opening] = relationship()
    ambassador: Mapped[Ambassador | None] = relationship()
