"""The text of each event as calendars carry it, kept so that a feed is a join and not a rendering."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.calendars.rules import View
from outreach.db import Base, enum_of


class CalendarText(Base):
    """One event for one kind of reader, as iCalendar.

    A feed's version is read off its texts: how many there are and the sum of their checksums. So there is no
    counter that every change of every event would have to lock, and the same events give the same version anywhere.
    """

    __tablename__ = "calendar_text"
    __table_args__ = (
        UniqueConstraint("event_id", "view", name="uq_calendar_text_event_id_view"),
        Index("ix_calendar_text_feed", "view", "district_id", "shown_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    view: Mapped[View] = mapped_column(enum_of(View))
    uid: Mapped[str] = mapped_column(String(100), unique=True)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    checksum: Mapped[int] = mapped_column(BigInteger)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    shown_until: Mapped[date]
    changed_at: Mapped[datetime] = mapped_column(index=True)
