"""Thanks to an ambassador."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.ambassadors.rules.thanks import ThanksFrom
from outreach.db import Base, enum_of


class Thanks(Base):
    """Words of thanks from a coordinator or a host, kept with the ambassador and shown on their own page."""

    __tablename__ = "thanks"
    __table_args__ = (Index("ix_thanks_ambassador_id", "ambassador_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    source: Mapped[ThanksFrom] = mapped_column(enum_of(ThanksFrom))
    signed: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    thanked_at: Mapped[datetime]
