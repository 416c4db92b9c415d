"""Signing in by a mailed link: asked for, minted, used once."""

from __future__ import annotations

import secrets

from flask import current_app
from sqlalchemy import update

from outreach import clock
from outreach.accounts.links import address
from outreach.accounts.models import Account, SignIn
from outreach.accounts.queries import Mailbox, find_account, find_mailbox
from outreach.accounts.rules import CODE_DIGITS, SIGN_IN_LASTS, is_council_address, name_from_address
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db
from outreach.errors import Conflict
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Actor, ActorKind
from outreach.web.keys import digest, keyed_digest, new_token

WRONG_CODE = "The code must be the one in the newest email we sent you"
USED_LINK = "This link was used already, or no longer counts. Ask for a new one."


def begin_sign_in(email: str, *, next_path: str | None) -> str:
    """Queue a sign-in mail where the address may sign in; returns the token for the asking browser's cookie.

    Whoever the address belongs to, the same work is done and the same rows are written: for an address
    that may not sign in, the mail is written too and then taken back, so that time tells nothing.
    """
    mailbox = find_mailbox(email)
    browser = new_token()
    row, token, code = _mint(email, browser, next_path)
    to = Recipient(RecipientKind.ACCOUNT, mailbox.account_id, mailbox.name or name_from_address(email), email)
    with db.session.begin_nested() as attempt:
        queue_mail(to, "accounts/sign_in", about=row, link=_link(token), code=code, lasts=SIGN_IN_LASTS)
        if not _may_sign_in(email, mailbox):
            attempt.rollback()
    return browser


def mint_sign_in(email: str) -> tuple[str, str]:
    """A sign-in link and its code, for the command line: no mail. Raises Conflict without an enabled account."""
    email = email.strip().lower()
    mailbox = find_mailbox(email)
    if not mailbox.account_id or mailbox.disabled:
        raise Conflict(f"There is no enabled account for {email}.", "email")
    # No browser holds this row's cookie, so whoever opens the link must type the code.
    _, token, code = _mint(email, new_token(), None)
    return _link(token), code


def use_sign_in(sign_in: SignIn, *, browser: str = "", code: str = "") -> Account:
    """Use a sign-in up, by its asking browser's cookie or by the mail's code, and say whose account it opens.

    A council address without an account is given one that can only refer. One statement both checks and
    uses: of two requests at once, one succeeds. Raises Conflict.
    """
    proof = (
        SignIn.browser_digest == digest(browser) if browser else SignIn.code_digest == _of_code(sign_in.digest, code)
    )
    email = db.session.scalar(
        update(SignIn)
        .where(SignIn.id == sign_in.id, SignIn.used_at.is_(None), SignIn.expires_at > clock.now(), proof)
        .values(used_at=clock.now())
        .returning(SignIn.email)
    )
    account = _account_for(email) if email is not None else None
    if account is None:
        raise Conflict(USED_LINK) if browser else Conflict(WRONG_CODE, "code")
    return account


def _mint(email: str, browser: str, next_path: str | None) -> tuple[SignIn, str, str]:
    token = new_token()
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row = SignIn(
        email=email,
        digest=digest(token),
        browser_digest=digest(browser),
        code_digest=_of_code(digest(token), code),
        next_path=next_path,
        created_at=clock.now(),
        expires_at=clock.now() + SIGN_IN_LASTS,
    )
    db.session.add(row)
    db.session.flush()
    return row, token, code


def _of_code(row_digest: str, code: str) -> str:
    """The code's digest, tied to its row: there are only a million codes, and two rows may share one."""
    return keyed_digest(f"sign-in {row_digest} {code}")


def _link(token: str) -> str:
    return address(f"/sign-in/link/{token}")


def _may_sign_in(email: str, mailbox: Mailbox) -> bool:
    if mailbox.account_id:
        return not mailbox.disabled
    return is_council_address(email, current_app.config["COUNCIL_EMAIL_DOMAINS"])


def _account_for(email: str) -> Account | None:
    if not _may_sign_in(email, find_mailbox(email)):
        return None
    account = find_account(email)
    if account is not None:
        return account
    try:
        return join(email, name_from_address(email), how="mail")
    except Conflict:  # two of their sign-ins met, and the other one was first
        return find_account(email)


def join(email: str, name: str, *, how: str, issuer: str | None = None, subject: str | None = None) -> Account:
    """Make the account of a council person who came by themselves. It has no role. Raises Conflict on a race."""
    account = Account(email=email, name=name, created_at=clock.now(), issuer=issuer, subject=subject)
    taken = Conflict("Somebody has just signed in with this address: try again")
    add_or_refuse(
        account,
        dict.fromkeys(("uq_account_email", "account.email", "uq_account_issuer_subject", "account.issuer"), taken),
    )
    record(Actor(ActorKind.ACCOUNT, account.id, account.name), "account.join", account, how=how)
    return account
