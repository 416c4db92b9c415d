"""Accounts, their roles and sessions, sign-ins under way, and private links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, enum_of
from outreach.web.door import ActorKind, Purpose, Role


class Account(Base):
    """A council person who signs in. Every account may refer a friend; roles allow more."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        UniqueConstraint("issuer", "subject", name="uq_account_issuer_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    issuer: Mapped[str | None] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    totp_last_step: Mapped[int | None]

    roles: Mapped[list[AccountRole]] = relationship(
        cascade="all, delete-orphan", order_by="AccountRole.role", lazy="selectin"
    )


class AccountRole(Base):
    """A role granted to an account."""

    __tablename__ = "account_role"
    __table_args__ = (UniqueConstraint("account_id", "role", name="uq_account_role_account_id_role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(enum_of(Role))


class SignedIn(Base):
    """A session: one browser that an account signed in from."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    second_step_at: Mapped[datetime | None]
    council_sign_in: Mapped[bool]
    device: Mapped[str] = mapped_column(String(80))

    account: Mapped[Account] = relationship()


class SignIn(Base):
    """A sign-in by mail under way: used once, within ten minutes, from the asking browser or with the code."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    browser_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    next_path: Mapped[str | None] = mapped_column(String(2000))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class LinkToken(Base):
    """A private link that was mailed. Opens the pages of its purpose for one subject; only its digest is kept."""

    __tablename__ = "link_token"
    __table_args__ = (Index("ix_link_token_subject", "purpose", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[Purpose] = mapped_column(enum_of(Purpose))
    subject_id: Mapped[int]
    holder_kind: Mapped[ActorKind] = mapped_column(enum_of(ActorKind))
    holder_id: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
