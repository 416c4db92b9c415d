"""The second step: a code from an authenticator app (RFC 6238), where a mailed link alone is not enough."""

from __future__ import annotations

import hmac

import pyotp
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import Account
from outreach.accounts.rules import TOTP_STEP, steps_to_try
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict, NotFound
from outreach.web.door import Actor
from outreach.web.keys import seal, unseal

WRONG_CODE = "The code must be the one that your authenticator app shows now"
USED_CODE = "This code was used already: wait for the app to show the next one"


def new_secret() -> str:
    """A fresh key for an authenticator app: 160 random bits, in letters and digits."""
    return pyotp.random_base32()


def enrol_second_step(actor: Actor, *, secret: str, code: str) -> None:
    """Tie an authenticator app to one's account, proven by a code that it shows. Raises Conflict."""
    account = _own_account(actor)
    if account.totp_secret is not None:
        raise Conflict("Your account has an authenticator app already: enter its code")
    account.totp_last_step = _step_of(secret, code, after=None)
    account.totp_secret = seal(secret)
    record(actor, "account.enrol_second_step", account)


def pass_second_step(actor: Actor, *, code: str) -> None:
    """Check the app's code. Each is good once, even while it still shows. Raises Conflict."""
    account = _own_account(actor)
    secret = unseal(account.totp_secret) if account.totp_secret else None
    if secret is None:
        # HASH_KEY was changed: what the old one sealed cannot be read.
        raise Conflict("Your authenticator app must be set up again: ask an administrator to reset your second step")
    account.totp_last_step = _step_of(secret, code, after=account.totp_last_step)
    record(actor, "account.pass_second_step", account)


def _own_account(actor: Actor) -> Account:
    """The account of whoever is half-way, held so that a code cannot be used twice at once."""
    account = db.session.scalar(
        select(Account).where(Account.id == actor.id).with_for_update().execution_options(populate_existing=True)
    )
    if account is None:
        raise NotFound
    return account


def _step_of(secret: str, code: str, *, after: int | None) -> int:
    """The time step that a code belongs to. Raises Conflict if to none, or to one that was used."""
    totp = pyotp.TOTP(secret, interval=TOTP_STEP)
    fits = [step for step in steps_to_try(clock.now()) if hmac.compare_digest(totp.generate_otp(step), code)]
    if not fits:
        raise Conflict(WRONG_CODE, "code")
    fresh = [step for step in fits if after is None or step > after]
    if not fresh:
        raise Conflict(USED_CODE, "code")
    return fresh[0]
