"""Visit requests, the dates they would like, and what is said about them later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, enum_of
from outreach.districts.models import Term
from outreach.institutions.models import Contact, Institution, Site
from outreach.visits.rules import RequestStatus


class VisitRequest(Base):
    """What an institution asks for. The event that it becomes points back at it."""

    __tablename__ = "visit_request"
    __table_args__ = (
        CheckConstraint("audience_size BETWEEN 1 AND 10000", name="size_in_range"),
        Index("ix_visit_request_status_created_at", "status", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    status: Mapped[RequestStatus] = mapped_column(enum_of(RequestStatus))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    audience_size: Mapped[int]
    online: Mapped[bool]
    topic_notes: Mapped[str] = mapped_column(Text)
    access_notes: Mapped[str] = mapped_column(Text)
    supervisor: Mapped[str]
    created_at: Mapped[datetime]
    answer_by: Mapped[date]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decline_reason_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    decline_words: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    institution: Mapped[Institution] = relationship()
    site: Mapped[Site] = relationship()
    contact: Mapped[Contact] = relationship()
    activity: Mapped[Term] = relationship(foreign_keys=[activity_id])
    audience: Mapped[Term] = relationship(foreign_keys=[audience_id])
    decline_reason: Mapped[Term | None] = relationship(foreign_keys=[decline_reason_id])
    times: Mapped[list[PreferredTime]] = relationship(cascade="all, delete-orphan", order_by="PreferredTime.position")
    messages: Mapped[list[RequestMessage]] = relationship(order_by="RequestMessage.id")

    __mapper_args__ = {"version_id_col": version}


class PreferredTime(Base):
    """A date and time that would suit, in order of preference."""

    __tablename__ = "preferred_time"
    __table_args__ = (
        UniqueConstraint("request_id", "position", name="uq_preferred_time_request_id_position"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("visit_request.id", ondelete="CASCADE"))
    position: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class RequestMessage(Base):
    """A change that the contact asks for in words of their own; handled by a person."""

    __tablename__ = "request_message"
    __table_args__ = (Index("ix_request_message_handled_at", "handled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("visit_request.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    request: Mapped[VisitRequest] = relationship(back_populates="messages")
