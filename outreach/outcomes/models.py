"""Outcomes of events, and the requester's rating."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, enum_of
from outreach.districts.models import Term
from outreach.events.models import Event
from outreach.web.door import ActorKind


class Outcome(Base):
    """Whether an event took place, and what came of it. Hours stand on each assignment."""

    __tablename__ = "outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    took_place: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by_kind: Mapped[ActorKind] = mapped_column(enum_of(ActorKind))
    recorded_by_id: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    reached: Mapped[list[Reach]] = relationship(cascade="all, delete-orphan", order_by="Reach.id")

    __mapper_args__ = {"version_id_col": version}


class Reach(Base):
    """How many people of one audience an event reached."""

    __tablename__ = "reach"
    __table_args__ = (
        UniqueConstraint("outcome_id", "audience_id", name="uq_reach_outcome_id_audience_id"),
        CheckConstraint("people BETWEEN 0 AND 100000", name="people_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    people: Mapped[int]

    audience: Mapped[Term] = relationship()


class Rating(Base):
    """How the requester found a visit. One an event; giving it again changes it."""

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score_in_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    score: Mapped[int]
    ask_again: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    given_on: Mapped[date]

    event: Mapped[Event] = relationship()
