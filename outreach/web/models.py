"""What the page kit keeps: submissions seen, rate counters, drafts of public journeys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class Submission(Base):
    """A form that was sent once; sending it again leads to the same answer."""

    __tablename__ = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    location: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(index=True)


class RateHit(Base):
    """How often something was tried in one window of time, counted across processes."""

    __tablename__ = "rate_hit"
    __table_args__ = (UniqueConstraint("key", "window", name="uq_rate_hit_key_window"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    window: Mapped[int]
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class Draft(Base):
    """Answers given so far in a journey, kept for 24 hours under a cookie of its own."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    journey: Mapped[str] = mapped_column(String(32))
    answers: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)
