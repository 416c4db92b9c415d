"""Events and the assignments of ambassadors to them.

Clashes are refused by the database: start and end are copied onto the assignment by a composite
foreign key that follows the event, and an exclusion constraint (PostgreSQL) or triggers (SQLite)
refuse a second holding assignment of the same person at that time.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

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
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.ambassadors.models import Ambassador
from outreach.db import Base, enum_of
from outreach.districts.models import District, Term
from outreach.events.rules import HOLDING, AssignmentStatus, EventStatus
from outreach.institutions.models import Contact, Institution, Site

# The foreign key also carries the times; the relationship goes by the event alone.
JOIN = "Event.id == foreign(Assignment.event_id)"


class Event(Base):
    """A talk, fair or other occasion. One that came from a visit request is never public."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("id", "starts_at", "ends_at", name="uq_event_id_starts_at_ends_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("needed BETWEEN 1 AND 50", name="needed_in_range"),
        CheckConstraint("audience_size IS NULL OR audience_size BETWEEN 1 AND 10000", name="size_in_range"),
        CheckConstraint("visit_request_id IS NULL OR published_at IS NULL", name="visits_never_public"),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        Index("ix_event_status_starts_at", "status", "starts_at"),
        Index("ix_event_district_id_starts_at", "district_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    title: Mapped[str]
    status: Mapped[EventStatus] = mapped_column(enum_of(EventStatus))
    activity_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    visit_request_id: Mapped[int | None] = mapped_column(ForeignKey("visit_request.id"), unique=True)
    online: Mapped[bool]
    place: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    needed: Mapped[int]
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    audience_size: Mapped[int | None]
    supervisor: Mapped[str]
    notes: Mapped[str] = mapped_column(Text)
    public_words: Mapped[str] = mapped_column(Text)
    is_key: Mapped[bool] = mapped_column(server_default=false())
    published_at: Mapped[datetime | None]
    unpublished_at: Mapped[datetime | None]
    cancel_reason_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    cancelled_at: Mapped[datetime | None]
    uid_public: Mapped[str] = mapped_column(String(100), unique=True)
    uid_staff: Mapped[str] = mapped_column(String(100), unique=True)
    sequence: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    activity: Mapped[Term] = relationship(foreign_keys=[activity_id])
    audience: Mapped[Term | None] = relationship(foreign_keys=[audience_id])
    district: Mapped[District] = relationship()
    institution: Mapped[Institution | None] = relationship()
    site: Mapped[Site | None] = relationship()
    contact: Mapped[Contact | None] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="event", order_by="Assignment.id", primaryjoin=JOIN
    )

    __mapper_args__ = {"version_id_col": version}


class Assignment(Base):
    """An ambassador on an event. One row a pair: asking again changes the row."""

    __tablename__ = "assignment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["event_id", "starts_at", "ends_at"],
            ["event.id", "event.starts_at", "event.ends_at"],
            onupdate="CASCADE",
            name="fk_assignment_event_times",
        ),
        UniqueConstraint("event_id", "ambassador_id", name="uq_assignment_event_id_ambassador_id"),
        CheckConstraint("hours IS NULL OR hours BETWEEN 0 AND 100", name="hours_in_range"),
        Index("ix_assignment_ambassador_id_starts_at", "ambassador_id", "starts_at"),
        Index("ix_assignment_status_answer_by", "status", "answer_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id"))
    status: Mapped[AssignmentStatus] = mapped_column(enum_of(AssignmentStatus))
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    invited_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    words: Mapped[str] = mapped_column(Text)
    hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    # What of it stands in their calendar: the SEQUENCE of the last REQUEST that was mailed, and to which address;
    # neither once a CANCEL took it out again.
    mailed_sequence: Mapped[int | None]
    mailed_to: Mapped[str | None] = mapped_column(String(320))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship(back_populates="assignments", primaryjoin=JOIN)
    ambassador: Mapped[Ambassador] = relationship()
    reason: Mapped[Term | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class ImportedEntry(Base):
    """An entry of somebody else's calendar that was imported, or left out, as its file last gave it.

    `digest` names the entry in its calendar: an institution's, or without one the county's own. What the event says
    now may differ: then somebody has changed it by hand, and the next file does not write over it unasked.
    """

    __tablename__ = "imported_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), unique=True)
    title: Mapped[str]
    place: Mapped[str] = mapped_column(String(300))
    words: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    event: Mapped[Event | None] = relationship()


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
