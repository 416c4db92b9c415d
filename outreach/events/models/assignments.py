"""Assignments of ambassadors to events, and how each came about.

Clashes are refused by the database: start and end are copied onto the assignment by a composite
foreign key that follows its opening, and an exclusion constraint (PostgreSQL) or triggers (SQLite)
refuse a second holding assignment of the same person at that time.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import Base, enum_of
from outreach.districts.models import Term
from outreach.events.models.events import Event, Opening
from outreach.events.rules.choosing import ChoiceWay, OrderStatus, StandInStatus
from outreach.events.rules.states import HOLDING, AssignmentStatus, holds_place


class Assignment(Base):
    """An ambassador on an event, in one of its openings. One row a pair: asking again changes the row."""

    __tablename__ = "assignment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["event_id", "opening_id", "starts_at", "ends_at"],
            ["opening.event_id", "opening.id", "opening.starts_at", "opening.ends_at"],
            onupdate="CASCADE",
            name="fk_assignment_opening_times",
        ),
        UniqueConstraint("event_id", "ambassador_id", name="uq_assignment_event_id_ambassador_id"),
        CheckConstraint("hours IS NULL OR hours BETWEEN 0 AND 100", name="hours_in_range"),
        Index("ix_assignment_ambassador_id_starts_at", "ambassador_id", "starts_at"),
        Index("ix_assignment_status_answer_by", "status", "answer_by"),
        Index("ix_assignment_opening_id", "opening_id"),
        Index("ix_assignment_order_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    opening_id: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id"))
    status: Mapped[AssignmentStatus] = mapped_column(enum_of(AssignmentStatus))
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    invited_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    words: Mapped[str] = mapped_column(Text)  # the coordinator's message to them
    said: Mapped[str] = mapped_column(Text, server_default="", default="")  # theirs, when they cannot come
    order_id: Mapped[int | None] = mapped_column(ForeignKey("invitation_order.id"))
    place_in_order: Mapped[int | None]
    skipped: Mapped[str | None] = mapped_column(String(40))  # the code of what ruled them out when their turn came
    checked_out_at: Mapped[datetime | None]
    hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    # What of it stands in their calendar: the SEQUENCE of the last REQUEST that was mailed, and to which address;
    # neither once a CANCEL took it out again.
    mailed_sequence: Mapped[int | None]
    mailed_to: Mapped[str | None] = mapped_column(String(320))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship(back_populates="assignments")
    opening: Mapped[Opening] = relationship(primaryjoin="Opening.id == foreign(Assignment.opening_id)")
    order: Mapped[InvitationOrder | None] = relationship(back_populates="assignments")
    ambassador: Mapped[Ambassador] = relationship()
    reason: Mapped[Term | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def holds_place(self) -> bool:
        """Whether a place of the opening is theirs now (`rules.holds_place`)."""
        return holds_place(self.status, self.answer_by, clock.now())

    @property
    def late(self) -> bool:
        """Whether they were asked, and the time to answer is over, though the worker has not ended it yet."""
        return self.status is AssignmentStatus.INVITED and not self.holds_place

    @property
    def logged(self) -> bool:
        """Whether a coordinator put them down as having been there, and they were asked nothing and said nothing."""
        asked = self.invited_at is not None or self.assigned_by_id is None
        return self.status is AssignmentStatus.ACCEPTED and not asked


class Choice(Base):
    """Why somebody was asked, as it stood then: a row each time they are, or offer themselves.

    `reasons` holds the lines of the shortlist, each with its code, words and points; `override` the coordinator's
    reason for asking somebody whom the shortlist ruled out.
    """

    __tablename__ = "choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    way: Mapped[ChoiceWay] = mapped_column(enum_of(ChoiceWay))
    position: Mapped[int | None]
    out_of: Mapped[int | None]
    score: Mapped[int | None]
    reasons: Mapped[list[dict[str, Any]]]
    override: Mapped[str] = mapped_column(Text, server_default="", default="")

    assignment: Mapped[Assignment] = relationship()


class InvitationOrder(Base):
    """People who are asked one after the other until an opening is filled; at most one order of an opening runs."""

    __tablename__ = "invitation_order"
    __table_args__ = (
        CheckConstraint("answer_hours BETWEEN 1 AND 336", name="hours_in_range"),
        Index(
            "uq_invitation_order_opening_id_running",
            "opening_id",
            unique=True,
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id", ondelete="CASCADE"), index=True)
    status: Mapped[OrderStatus] = mapped_column(enum_of(OrderStatus))
    answer_hours: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    opening: Mapped[Opening] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(back_populates="order", order_by="Assignment.place_in_order")


class OtherDate(Base):
    """A day on which somebody who cannot come could have come, as they say."""

    __tablename__ = "other_date"
    __table_args__ = (UniqueConstraint("assignment_id", "day", "part", name="uq_other_date_assignment_id_day_part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"))
    day: Mapped[date]
    part: Mapped[PartOfDay] = mapped_column(enum_of(PartOfDay))


class StandIn(Base):
    """A colleague whom somebody who cannot come has named. Nobody is asked before the coordinator says so."""

    __tablename__ = "stand_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(String(320))
    status: Mapped[StandInStatus] = mapped_column(enum_of(StandInStatus))
    named_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    assignment: Mapped[Assignment] = relationship()


class Weight(Base):
    """How much a criterion of the shortlist counts; one that has no row counts as the rules say."""

    __tablename__ = "weight"
    __table_args__ = (CheckConstraint("points BETWEEN 0 AND 100", name="points_in_range"),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    points: Mapped[int]


CLASH = "ex_assignment_clash"
_HOLDS = "(" + ", ".join(f"'{status.value}'" for status in HOLDING) + ")"
_SQLITE_CLASH = f"""FOR EACH ROW WHEN NEW.status IN {_HOLDS} AND EXISTS (
  SELECT 1 FROM assignment AS other
  WHERE other.ambassador_id = NEW.ambassador_id AND other.id IS NOT NEW.id
  AND other.status IN {_HOLDS}
  AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at)
BEGIN SELECT RAISE(ABORT, '{CLASH}'); END"""  # noqa: S608 made of our own constants

# Triggers stand on the table and go when a batch migration rebuilds it: re-create them there, a test looks for them.
SQLITE_CLASH = [
    f"""CREATE TRIGGER assignment_clash_insert BEFORE INSERT ON assignment
{_SQLITE_CLASH}""",
    f"""CREATE TRIGGER assignment_clash_update BEFORE UPDATE OF status, starts_at, ends_at, ambassador_id ON assignment
{_SQLITE_CLASH}""",
]
# int8range instead of btree_gist, which a plain server may lack.
POSTGRESQL_CLASH = [
    f"""ALTER TABLE assignment ADD CONSTRAINT {CLASH} EXCLUDE USING gist (
  int8range(ambassador_id::bigint, ambassador_id::bigint, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
WHERE (status IN {_HOLDS})"""
]

for _dialect, _statements in (("sqlite", SQLITE_CLASH), ("postgresql", POSTGRESQL_CLASH)):
    for _statement in _statements:
        _rule = DDL(_statement).execute_if(dialect=_dialect)
        event.listen(Assignment.__table__, "after_create", _rule)
