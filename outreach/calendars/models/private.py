"""Private feeds: an address that only its digest is kept of, whose it is, and what it gave last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.calendars.rules.private import FeedKind
from outreach.db import Base, enum_of
from outreach.districts.models import District
from outreach.web.door import ActorKind


class PrivateFeed(Base):
    """One private address. What it opens is decided at every fetch by what its holder may see then.

    `digest` is all that is kept of the address, and `mailbox` that of the holder's own when it was made: whoever could
    read the mail of an old mailbox does not go on reading the feed. An ended row stays for a while, so that a calendar
    program can be told that the address is gone for good. `checksum`, `changed_at`, `items` and `size` are of the last
    answer; the checksum is empty until there is one.
    """

    __tablename__ = "private_feed"
    __table_args__ = (
        Index(
            "uq_private_feed_live",
            "holder_kind",
            "holder_id",
            "name",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[FeedKind] = mapped_column(enum_of(FeedKind))
    holder_kind: Mapped[ActorKind] = mapped_column(enum_of(ActorKind))
    holder_id: Mapped[int]
    mailbox: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime]
    checksum: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]
    items: Mapped[int]
    size: Mapped[int]

    district: Mapped[District | None] = relationship()
