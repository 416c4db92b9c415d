"""When an ambassador can be asked: a weekly pattern, and the days they are away."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import Base, enum_of


class WeeklyFree(Base):
    """A part of a weekday on which somebody can usually come; 0 is Monday. No row at all: they have not said."""

    __tablename__ = "weekly_free"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_in_range"),)

    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[PartOfDay] = mapped_column(enum_of(PartOfDay), primary_key=True)


class Away(Base):
    """Days on which somebody cannot come, the last one included. Of one person no two overlap: the action refuses."""

    __tablename__ = "away"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="last_after_first"),
        Index("ix_away_ambassador_id_last_day", "ambassador_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id", ondelete="CASCADE"))
    first_day: Mapped[date]
    last_day: Mapped[date]
