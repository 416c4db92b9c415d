"""Whose account the council's own sign-in opens."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app

from outreach.accounts.actions.sign_in import join
from outreach.accounts.models import Account
from outreach.accounts.queries import find_account, find_account_of_provider
from outreach.accounts.rules import (
    LONGEST_NAME,
    is_council_address,
    is_verified_address,
    name_from_address,
    subject_of,
)
from outreach.audit.actions import record
from outreach.db import refusing
from outreach.errors import Conflict
from outreach.web.door import Actor, ActorKind
from outreach.web.fields import clean_text

DISABLED = "Your account is disabled. Ask an administrator of the service."
NO_ADDRESS = "Your council account did not give us an email address at the council that it vouches for."
SOMEBODY_ELSES = (
    "Another person’s council account is linked to your email address. Ask an administrator of the service."
)
LONGEST_SUBJECT = 200


def account_of_provider(claims: Mapping[str, object]) -> Account:
    """The account of a person whom the provider has named. `claims` are those of a checked ID token.

    Known people are found by issuer and subject, whatever their address now is. Somebody new is matched by
    an address that the provider vouches for, and only at a council domain; without an account they get one
    that can only refer. Raises Conflict with a sentence for the person.
    """
    issuer, subject = str(claims.get("iss") or ""), subject_of(claims)
    if not issuer or not subject or max(len(issuer), len(subject)) > LONGEST_SUBJECT:
        raise Conflict("Your council account did not say who you are.")
    account = find_account_of_provider(issuer, subject)
    if account is None:
        account = _meet(claims, issuer, subject)
    if account.disabled_at is not None:
        raise Conflict(DISABLED)
    return account


def _meet(claims: Mapping[str, object], issuer: str, subject: str) -> Account:
    email = str(claims.get("email") or "").strip().lower()
    if not is_verified_address(claims) or not is_council_address(email, current_app.config["COUNCIL_EMAIL_DOMAINS"]):
        raise Conflict(NO_ADDRESS)
    account = find_account(email)
    if account is None:
        name = clean_text(str(claims.get("name") or ""))[:LONGEST_NAME]
        return join(email, name or name_from_address(email), how="council", issuer=issuer, subject=subject)
    if account.subject is not None:
        raise Conflict(SOMEBODY_ELSES)
    if account.disabled_at is not None:
        return account
    with refusing(dict.fromkeys(("uq_account_issuer_subject", "account.issuer"), Conflict(SOMEBODY_ELSES))):
        account.issuer, account.subject = issuer, subject
    record(Actor(ActorKind.ACCOUNT, account.id, account.name), "account.link_council", account)
    return account
