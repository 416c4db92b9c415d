"""What the promise of one in every district needs to remember: what was asked for in vain, and last week's board."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base
from outreach.districts.models import District, Term


class UnmetDemand(Base):
    """Somebody searched for what nobody offers in a district, and told the coordinator. Nothing about who asked."""

    __tablename__ = "unmet_demand"
    __table_args__ = (Index("ix_unmet_demand_closed_at", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    role_family_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    language_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    times: Mapped[int]
    first_told_at: Mapped[datetime]
    last_told_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    district: Mapped[District] = relationship()
    activity: Mapped[Term | None] = relationship(foreign_keys=[activity_id])
    audience: Mapped[Term | None] = relationship(foreign_keys=[audience_id])
    role_family: Mapped[Term | None] = relationship(foreign_keys=[role_family_id])
    language: Mapped[Term | None] = relationship(foreign_keys=[language_id])


class BoardNote(Base):
    """The board as the last weekly digest told it, so that the next one says what changed. Codes only, no names."""

    __tablename__ = "board_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(unique=True)
    cells: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
