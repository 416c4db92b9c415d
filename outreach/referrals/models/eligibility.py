"""What recruitment has checked about a referral and only the council's staff records can tell."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class Eligibility(Base):
    """The facts about referrer and friend on which the verdict rests besides the stages. One row a referral."""

    __tablename__ = "eligibility"

    referral_id: Mapped[int] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    employment: Mapped[str] = mapped_column(String(40))  # a code of the terms, or NONE of them
    role: Mapped[str] = mapped_column(String(40))  # an excluded role of the terms, or NONE of them
    notice_on: Mapped[date | None]
    referrer_left_on: Mapped[date | None]
    friend_left_on: Mapped[date | None]  # the friend's last day as a member of the council's staff, before
    in_process: Mapped[bool]
    appointed: Mapped[str | None] = mapped_column(String(64))  # the post: a code of the terms, or NONE of them
    appointed_hours: Mapped[int | None]
    new_to_care: Mapped[bool | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    checked_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RewardClaim(Base):
    """That a referrer claimed a reward which the terms have them claim."""

    __tablename__ = "reward_claim"
    __table_args__ = (UniqueConstraint("referral_id", "milestone", name="uq_reward_claim_referral_id_milestone"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    milestone: Mapped[str] = mapped_column(String(40))
    claimed_on: Mapped[date]
