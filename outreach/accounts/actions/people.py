"""An administrator's acts on accounts, and a person's own on their sessions."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update

from outreach import clock
from outreach.accounts.links import address
from outreach.accounts.models import Account, AccountRole, SignedIn
from outreach.accounts.queries import find_account, get_account, lock_account
from outreach.accounts.rules import check_disabling, check_role_change
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, refusing
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.outbox.actions import AddressCorrected, Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Actor, ActorKind, Role

ADDRESS_TAKEN = "Another account has this email address"
# The name of the constraint on PostgreSQL, and what SQLite says instead.
SAME_ADDRESS = {name: Conflict(ADDRESS_TAKEN, "email") for name in ("uq_account_email", "account.email")}


def add_account(actor: Actor, *, email: str, name: str, roles: Collection[Role]) -> Account:
    """Add an account and tell its person; an account that is there is given the roles that it lacks.

    From the command line (actor SYSTEM) no mail goes out. Raises Conflict for a disabled account.
    """
    _only_administrators(actor)
    email = email.strip().lower()
    account = find_account(email)
    if account is not None:
        if account.disabled_at is not None:
            raise Conflict("The account with this email address is disabled: enable it instead", "email")
        set_roles(actor, account, {*(one.role for one in account.roles), *roles})
        return account
    account = Account(
        email=email, name=name, created_at=clock.now(), roles=[AccountRole(role=role) for role in _in_order(roles)]
    )
    add_or_refuse(account, SAME_ADDRESS)
    record(actor, "account.add", account, roles=[role.value for role in _in_order(roles)])
    if actor.kind is ActorKind.ACCOUNT:
        queue_mail(
            Recipient(RecipientKind.ACCOUNT, account.id, account.name, account.email),
            "accounts/added",
            about=account,
            link=address("/sign-in"),
        )
    return account


def set_roles(actor: Actor, account: Account, roles: Collection[Role]) -> None:
    """Give an account exactly these roles. A change ends its sessions. Raises Conflict."""
    _only_administrators(actor)
    others = lock_account(account)
    before = {one.role for one in account.roles}
    after = set(roles)
    check_role_change(
        own=_is_own(actor, account),
        before={role.value for role in before},
        after={role.value for role in after},
        other_administrators=others,
    )
    if before == after:
        return
    kept = [one for one in account.roles if one.role in after]
    account.roles = [*kept, *(AccountRole(role=role) for role in _in_order(after - before))]
    end_sessions_of(account)
    record(
        actor,
        "account.set_roles",
        account,
        given=[role.value for role in _in_order(after - before)],
        taken=[role.value for role in _in_order(before - after)],
    )


def rename_account(actor: Actor, account: Account, *, name: str) -> None:
    """Change what an account is called; anybody may change their own name."""
    if not _is_own(actor, account):
        _only_administrators(actor)
    if account.name != name:
        account.name = name
        record(actor, "account.rename", account)


def disable_account(actor: Actor, account: Account) -> None:
    """Keep a person out from now on: their sessions end, and no link is mailed to them. Raises Conflict."""
    _only_administrators(actor)
    others = lock_account(account)
    check_disabling(
        own=_is_own(actor, account), roles={one.role.value for one in account.roles}, other_administrators=others
    )
    if account.disabled_at is not None:
        return
    account.disabled_at = clock.now()
    end_sessions_of(account)
    record(actor, "account.disable", account)


def enable_account(actor: Actor, account: Account) -> None:
    """Let a disabled account sign in again, with the roles it had."""
    _only_administrators(actor)
    lock_account(account)
    if account.disabled_at is None:
        return
    account.disabled_at = None
    record(actor, "account.enable", account)


def reset_second_step(actor: Actor, account: Account) -> None:
    """Forget somebody's authenticator app, as when the telephone is lost; they set up another at the next sign-in."""
    _only_administrators(actor)
    if _is_own(actor, account):
        raise Conflict("You cannot reset your own second step: ask another administrator.")
    lock_account(account)
    if account.totp_secret is None:
        return
    account.totp_secret = None
    account.totp_last_step = None
    end_sessions_of(account)
    record(actor, "account.reset_second_step", account)


def end_session(actor: Actor, session: SignedIn) -> None:
    """Sign somebody out somewhere: one's own session, or as an administrator anybody's."""
    if not (actor.kind is ActorKind.ACCOUNT and actor.id == session.account_id):
        _only_administrators(actor)
    ended = db.session.execute(
        update(SignedIn)
        .where(SignedIn.id == session.id, SignedIn.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(SignedIn.id)
    ).first()
    if ended is not None:
        record(actor, "session.end", session)


def end_other_sessions(actor: Actor) -> None:
    """Sign a person out everywhere but here."""
    if actor.kind is not ActorKind.ACCOUNT or actor.id is None:
        raise NotAllowed
    account = get_account(actor.id)
    end_sessions_of(account, but=actor.session_id)
    record(actor, "account.end_other_sessions", account)


def end_sessions_of(account: Account, *, but: int | None = None) -> None:
    """End every session of an account, as when a role changes or it is disabled."""
    query = update(SignedIn).where(SignedIn.account_id == account.id, SignedIn.ended_at.is_(None))
    if but is not None:
        query = query.where(SignedIn.id != but)
    db.session.execute(query.values(ended_at=clock.now()))


def correct_address(fact: AddressCorrected) -> None:
    """Correct an account's address with the mail that failed.

    Only an administrator may: whoever changes an account's address, or sends its sign-in mail elsewhere,
    can sign in as its person. Raises Conflict, which refuses the sending too.
    """
    if fact.kind is not RecipientKind.ACCOUNT:
        return
    if not fact.actor.has(Role.ADMINISTRATOR):
        raise Conflict("Only an administrator can send this mail to another address", "email")
    try:
        account = get_account(fact.id)
    except NotFound:
        raise Conflict("This mail was for somebody without an account: add an account instead", "email") from None
    lock_account(account)
    with refusing(SAME_ADDRESS):
        account.email = fact.email.strip().lower()
    end_sessions_of(account, but=fact.actor.session_id)
    record(fact.actor, "account.correct_address", account)


def _only_administrators(actor: Actor) -> None:
    if actor.kind is not ActorKind.SYSTEM and not actor.has(Role.ADMINISTRATOR):
        raise NotAllowed("Only an administrator can do this.")


def _is_own(actor: Actor, account: Account) -> bool:
    return actor.kind is ActorKind.ACCOUNT and actor.id == account.id


def _in_order(roles: Collection[Role]) -> list[Role]:
    return [role for role in Role if role in roles]
