"""Which feeds are fetched, and by what kind of program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.calendars.rules.clients import Client
from outreach.db import Base, enum_of


class FeedFetch(Base):
    """When a kind of program last fetched a feed. No address and no program's own words are kept."""

    __tablename__ = "feed_fetch"
    __table_args__ = (UniqueConstraint("feed", "client", name="uq_feed_fetch_feed_client"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str] = mapped_column(String(120))
    client: Mapped[Client] = mapped_column(enum_of(Client))
    fetched_at: Mapped[datetime]
