"""The text of each event as calendars carry it, kept so that a feed is a join and not a rendering."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.calendars.rules import View
from outreach.db import Base, enum_of


class CalendarText(Base):
    """One event for one kind of reader, as iCalendar, with the SEQUENCE and the time of change that stand in it."""

    __tablename__ = "calendar_text"
    __table_args__ = (
        UniqueConstraint("event_id", "view", name="uq_calendar_text_event_id_view"),
        Index("ix_calendar_text_view_shown_until", "view", "shown_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    view: Mapped[View] = mapped_column(enum_of(View))
    text: Mapped[bytes] = mapped_column(LargeBinary)
    sequence: Mapped[int | None]  # unknown in rows of before it was kept
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    shown_until: Mapped[date]
    changed_at: Mapped[datetime]


class CalendarVersion(Base):
    """How often the texts of one view have changed: whoever has read this number has every change before it."""

    __tablename__ = "calendar_version"

    view: Mapped[View] = mapped_column(enum_of(View), primary_key=True)
    number: Mapped[int]
    changed_at: Mapped[datetime]
