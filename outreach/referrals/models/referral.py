"""Referrals, the quarantine in which a friend's details wait for their answer, and who must not be written to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.db import Base, enum_of
from outreach.events.models import Event
from outreach.referrals.models.scheme import SchemeVersion
from outreach.referrals.rules.consent import ReferralState, Way


class ReferLink(Base):
    """The personal link that a referrer passes on. The code is shown to its owner again and again, so it is kept."""

    __tablename__ = "refer_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    made_at: Mapped[datetime]

    account: Mapped[Account] = relationship()


class EventCode(Base):
    """A short code on a poster at a careers event. Whoever comes by it was referred by nobody, so no reward is due."""

    __tablename__ = "event_code"
    __table_args__ = (CheckConstraint("days_after BETWEEN 0 AND 90", name="days_after_in_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    days_after: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]

    event: Mapped[Event] = relationship()


class Referral(Base):
    """That somebody was referred on a day, under the scheme in force then. Holds nothing of the friend.

    By a member of staff, or, where there is no referrer, by the code of a careers event.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when_closed"),
        CheckConstraint("(closed_at IS NULL) = (closed_shown_at IS NULL)", name="shown_when_closed"),
        Index("ix_referral_referrer_id", "referrer_id"),
        Index("ix_referral_event_id", "event_id"),
        Index("ix_referral_state_ends_at", "state", "ends_at"),
        Index("ix_referral_duplicate_of_id", "duplicate_of_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    referrer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"))
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"))
    way: Mapped[Way] = mapped_column(enum_of(Way))
    state: Mapped[ReferralState] = mapped_column(enum_of(ReferralState))
    made_at: Mapped[datetime]
    stated_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_shown_at: Mapped[datetime | None]
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id", ondelete="SET NULL"))

    referrer: Mapped[Account | None] = relationship()
    event: Mapped[Event | None] = relationship()
    scheme_version: Mapped[SchemeVersion] = relationship()


class PendingFriend(Base):
    """The quarantine: a friend's details until they answer. No list, search or export reads it."""

    __tablename__ = "pending_friend"

    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(40))
    contact_hash: Mapped[str] = mapped_column(String(64), index=True)
    post: Mapped[str | None] = mapped_column(String(64))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    hours: Mapped[int | None]
    new_to_care: Mapped[bool | None]
    progress_shown: Mapped[bool]
    mailed_at: Mapped[datetime | None]
    mails: Mapped[int]
    created_at: Mapped[datetime]

    referral: Mapped[Referral] = relationship()


class Asked(Base):
    """How often an address that has not agreed was written to lately: a keyed hash, which outlives the answer.

    Else somebody who says no, or is taken back, could be asked again on the same day, for ever.
    """

    __tablename__ = "asked"

    contact_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    mails: Mapped[int]
    last_at: Mapped[datetime]


class Refusal(Base):
    """Somebody who said never: only a keyed hash, so that the next referral of them writes to nobody."""

    __tablename__ = "refusal"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_hash: Mapped[str] = mapped_column(String(64), unique=True)
    refused_at: Mapped[datetime]
