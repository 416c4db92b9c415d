"""Mails that came to us: those that wait for a person, and a trace of those that were acted on or put aside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.db import Base, enum_of
from outreach.events.models import Assignment, Event
from outreach.replies.rules import AnswerKind, Reason, ReplyStatus


class Reply(Base):
    """One mail that came to us, read once: `digest` knows it again.

    Who wrote and what is kept only while a person has to see it. `detail` says why an answer was refused.
    """

    __tablename__ = "reply"
    __table_args__ = (
        CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name="done_has_a_time"),
        Index("ix_reply_status_received_at", "status", "received_at"),
        Index("ix_reply_assignment_id_received_at", "assignment_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    received_at: Mapped[datetime]
    status: Mapped[ReplyStatus] = mapped_column(enum_of(ReplyStatus))
    reason: Mapped[Reason | None] = mapped_column(enum_of(Reason))
    detail: Mapped[str] = mapped_column(String(300))
    sender: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[AnswerKind | None] = mapped_column(enum_of(AnswerKind))
    stamp: Mapped[datetime | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()

    event: Mapped[Event | None] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
    done_by: Mapped[Account | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
