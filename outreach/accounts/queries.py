"""Finding accounts, sessions and links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.accounts.models import Account, AccountRole, LinkToken, SignedIn, SignIn
from outreach.accounts.rules import LEAVING_LASTS, session_is_live
from outreach.db import db
from outreach.errors import NotFound
from outreach.web.door import Actor, Link, Purpose, Role
from outreach.web.keys import digest


def find_account(email: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


@dataclass(frozen=True)
class Mailbox:
    """What signing in by mail needs to know of an address; `account_id` is 0 where there is no account."""

    account_id: int
    name: str
    disabled: bool


def find_mailbox(email: str) -> Mailbox:
    """One statement whoever it is, so that the time it takes does not tell whether there is an account."""
    found = db.session.execute(
        select(Account.id, Account.name, Account.disabled_at).where(Account.email == email.strip().lower())
    ).first()
    return Mailbox(found.id, found.name, found.disabled_at is not None) if found else Mailbox(0, "", disabled=False)


def get_account(account_id: int) -> Account:
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def lock_account(account: Account) -> int:
    """Hold an account, and every administrator's, until the act is over; returns how many administrators are others.

    All are locked at once and in one order: two administrators who change each other's roles at the same
    moment wait for each other instead of both leaving too few, or both waiting for ever.
    """
    administrators = select(AccountRole.account_id).where(AccountRole.role == Role.ADMINISTRATOR)
    locked = db.session.scalars(
        select(Account)
        .where(Account.id.in_(administrators) | (Account.id == account.id))
        .order_by(Account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return sum(
        1
        for one in locked
        if one.id != account.id
        and one.disabled_at is None
        and any(grant.role is Role.ADMINISTRATOR for grant in one.roles)
    )


def find_account_of_provider(issuer: str, subject: str) -> Account | None:
    """The account of a person at the council's sign-in provider."""
    return db.session.scalar(select(Account).where(Account.issuer == issuer, Account.subject == subject))


def select_accounts(words: str = "") -> Select[Account]:
    """Accounts by name or address, in order of name."""
    query = select(Account).order_by(Account.name, Account.id)
    if words:
        lowered = words.lower()
        query = query.where(
            func.lower(Account.name).contains(lowered, autoescape=True)
            | Account.email.contains(lowered, autoescape=True)
        )
    return query


def list_account_names(account_ids: set[int]) -> dict[int, str]:
    """The names of these accounts, by their numbers: who did what, in a history."""
    found = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row[0]: row[1] for row in found}


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


def find_sign_in(*, token: str = "", browser: str = "") -> SignIn | None:
    """The sign-in under way of this link, or of this browser's cookie; None once used, expired or unknown."""
    if not token and not browser:
        return None
    whose = SignIn.digest == digest(token) if token else SignIn.browser_digest == digest(browser)
    return db.session.scalar(select(SignIn).where(whose, SignIn.used_at.is_(None), SignIn.expires_at > clock.now()))


# Every page of somebody who has signed in begins with it: one statement, made once.
_SESSION = (
    select(SignedIn)
    .where(SignedIn.digest == bindparam("digest"))
    .options(joinedload(SignedIn.account).joinedload(Account.roles))
)


def find_session(token: str) -> SignedIn | None:
    """The live session of this cookie, with its account and roles; None if it ended, idled out or was disabled."""
    found = db.session.scalars(_SESSION, {"digest": digest(token)}).unique().first()
    if found is None or found.account.disabled_at is not None:
        return None
    roles = [one.role.value for one in found.account.roles]
    if not session_is_live(roles, found.started_at, found.last_seen_at, found.ended_at, clock.now()):
        return None
    return found


def get_session_of(account: Account, session_id: int) -> SignedIn:
    """A session of this account that was not ended."""
    found = db.session.get(SignedIn, session_id)
    if found is None or found.account_id != account.id or found.ended_at is not None:
        raise NotFound
    return found


def list_sessions_of(account: Account) -> list[SignedIn]:
    """Where an account is signed in, last used first. Sessions that idled out are over and not listed."""
    roles = [one.role.value for one in account.roles]
    found = db.session.scalars(
        select(SignedIn)
        .where(SignedIn.account_id == account.id, SignedIn.ended_at.is_(None))
        .order_by(SignedIn.last_seen_at.desc(), SignedIn.id.desc())
        .limit(50)
    )
    now = clock.now()
    return [one for one in found if session_is_live(roles, one.started_at, one.last_seen_at, None, now)]


_OUTLASTS = {Purpose.LEAVING: (Purpose.INVITATION, LEAVING_LASTS)}
"""Purposes without rows of their own: whose rows they are looked up in, and how long they outlast those."""


def find_link(purpose: Purpose, token: str) -> Link | None:
    """The link of this token and purpose; unusable once expired or revoked; None if there is none."""
    kept_as, longer = _OUTLASTS.get(purpose, (purpose, timedelta(0)))
    found = db.session.scalar(select(LinkToken).where(LinkToken.digest == digest(token), LinkToken.purpose == kept_as))
    if found is None:
        return None
    return Link(
        id=found.id,
        purpose=purpose,
        subject_id=found.subject_id,
        actor=Actor(found.holder_kind, found.holder_id),
        usable=found.revoked_at is None and clock.now() < found.expires_at + longer,
    )
