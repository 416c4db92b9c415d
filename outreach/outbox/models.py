"""The outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, enum_of
from outreach.outbox.rules import MailStatus, RecipientKind


class Mail(Base):
    """One mail to one address. The body may hold a private link, so it is blanked once sent, and the calendar with it.

    Mails of one `thread` go out in the order in which they were queued.
    """

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_mail_status_due_at", "status", "due_at"),
        Index("ix_mail_about", "about_kind", "about_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    message: Mapped[str] = mapped_column(String(64))
    recipient: Mapped[str] = mapped_column(String(320))
    recipient_kind: Mapped[RecipientKind] = mapped_column(enum_of(RecipientKind))
    recipient_id: Mapped[int | None]
    about_kind: Mapped[str | None] = mapped_column(String(32))
    about_id: Mapped[int | None]
    once: Mapped[str | None] = mapped_column(String(120), unique=True)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    calendar_method: Mapped[str | None] = mapped_column(String(16))
    thread: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[MailStatus] = mapped_column(enum_of(MailStatus))
    attempts: Mapped[int]
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class JobRun(Base):
    """When a background job last ran, so that several workers run it once between them."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failures: Mapped[int]
    changed: Mapped[int]
