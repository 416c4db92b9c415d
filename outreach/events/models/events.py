"""Events, the openings in them, and what is arranged for the day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, enum_of
from outreach.districts.models import District, Term
from outreach.events.rules.states import EventStatus
from outreach.institutions.models import Contact, Institution, Site

if TYPE_CHECKING:
    from outreach.events.models.assignments import Assignment


class Event(Base):
    """A talk, fair or other occasion. One that came from a visit request is never public."""

    __tablename__ = "event"
    __table_args__ = (
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
    needed: Mapped[int]  # the sum of its openings
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
    openings: Mapped[list[Opening]] = relationship(
        back_populates="event", order_by="(Opening.starts_at, Opening.id)", cascade="all, delete-orphan"
    )
    assignments: Mapped[list[Assignment]] = relationship(back_populates="event", order_by="Assignment.id")
    arrangements: Mapped[Arrangements | None] = relationship(back_populates="event", passive_deletes=True)

    __mapper_args__ = {"version_id_col": version}


class Opening(Base):
    """A part of an event that somebody is needed for. Every event has one at least; its times lie within the event's.

    `qualified_needed` of the people must have the qualification: a role family, or a term that ambassadors have.
    """

    __tablename__ = "opening"
    __table_args__ = (
        UniqueConstraint("event_id", "id", "starts_at", "ends_at", name="uq_opening_event_id_id_starts_at_ends_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("needed BETWEEN 1 AND 50", name="needed_in_range"),
        CheckConstraint("qualified_needed BETWEEN 0 AND needed", name="qualified_in_range"),
        CheckConstraint("(qualification_id IS NULL) = (qualified_needed = 0)", name="qualification_whole"),
        Index("ix_opening_starts_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    needed: Mapped[int]
    qualification_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    qualified_needed: Mapped[int] = mapped_column(server_default="0", default=0)
    open_to_offers: Mapped[bool] = mapped_column(server_default=false(), default=False)
    created_at: Mapped[datetime]

    event: Mapped[Event] = relationship(back_populates="openings")
    qualification: Mapped[Term | None] = relationship()


class Arrangements(Base):
    """What the people of one event need to know of each other on the day; the host gives it, or the coordinator.

    `host_agreed_at` is when the host ticked that a named adult stays with a group under 18, and the rest of it.
    """

    __tablename__ = "arrangements"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    room: Mapped[str] = mapped_column(String(300), server_default="", default="")
    access: Mapped[str] = mapped_column(Text, server_default="", default="")
    parking: Mapped[str] = mapped_column(Text, server_default="", default="")
    contact_name: Mapped[str] = mapped_column(server_default="", default="")
    contact_phone: Mapped[str] = mapped_column(String(40), server_default="", default="")
    safeguarding_name: Mapped[str] = mapped_column(server_default="", default="")
    safeguarding_phone: Mapped[str] = mapped_column(String(40), server_default="", default="")
    slides: Mapped[str] = mapped_column(String(500), server_default="", default="")
    needs: Mapped[str] = mapped_column(Text, server_default="", default="")
    host_agreed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship(back_populates="arrangements")

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
