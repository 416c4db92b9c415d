"""Finding accounts, sessions and links."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.accounts.models import Account, AccountRole, LinkToken, SignedIn
from outreach.accounts.rules import session_is_live
from outreach.db import db
from outreach.errors import NotFound
from outreach.web.door import Actor, Link, Purpose, Role
from outreach.web.keys import digest


def find_account(email: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


def get_account(account_id: int) -> Account:
    account = db.session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound
    return account


def find_account_of_provider(issuer: str, subject: str) -> Account | None:
    """The account of a person at the council's sign-in provider."""
    return db.session.scalar(select(Account).where(Account.issuer == issuer, Account.subject == subject))


def select_accounts(words: str = "") -> Select[Account]:
    """Accounts by name or address, in order of name."""
    query = select(Account).order_by(Account.name, Account.id)
    if words:
        like = f"%{words.lower()}%"
        query = query.where(func.lower(Account.name).like(like) | Account.email.like(like))
    return query


def list_accounts_with(role: Role) -> list[Account]:
    """The people who hold a role and may sign in, in order of name."""
    return list(
        db.session.scalars(
            select(Account)
            .join(AccountRole)
            .where(AccountRole.role == role, Account.disabled_at.is_(None))
            .order_by(Account.name, Account.id)
        )
    )


def count_other_administrators(account: Account) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Account)
            .join(AccountRole)
            .where(
                AccountRole.role == Role.ADMINISTRATOR, Account.disabled_at.is_(None), Account.id != account.id
            )
        )
        or 0
    )


def find_session(token: str) -> SignedIn | None:
    """The live session of this cookie, with its account and roles; None if it ended, idled out or was disabled."""
    found = db.session.scalar(
        select(SignedIn).where(SignedIn.digest == digest(token)).options(joinedload(SignedIn.account))
    )
    if found is None or found.account.disabled_at is not None:
        return None
    roles = [one.role.value for one in found.account.roles]
    if not session_is_live(roles, found.started_at, found.last_seen_at, found.ended_at, clock.now()):
        return None
    return found


def list_sessions_of(account: Account) -> list[SignedIn]:
    """The sessions of an account that were not ended, newest first; idle ones too, for the person to see."""
    return list(
        db.session.scalars(
            select(SignedIn)
            .where(SignedIn.account_id == account.id, SignedIn.ended_at.is_(None))
            .order_by(SignedIn.last_seen_at.desc(), SignedIn.id.desc())
            .limit(50)
        )
    )


def find_link(purpose: Purpose, token: str) -> Link | None:
    """The link of this token and purpose; unusable once expired or revoked; None if there is none."""
    found = db.session.scalar(
        select(LinkToken).where(LinkToken.digest == digest(token), LinkToken.purpose == purpose)
    )
    if found is None:
        return None
    return Link(
        id=found.id,
        purpose=found.purpose,
        subject_id=found.subject_id,
        actor=Actor(found.holder_kind, found.holder_id),
        usable=found.revoked_at is None and clock.now() < found.expires_at,
    )
