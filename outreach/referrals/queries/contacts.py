"""Contacts as keyed hashes: to know somebody again without keeping who they are."""

from __future__ import annotations

from outreach.accounts.rules import plain_email
from outreach.referrals.rules.consent import plain_phone
from outreach.web.keys import keyed_digest


def hash_email(email: str) -> str:
    """The same for every spelling of one mailbox; of no use without HASH_KEY."""
    return keyed_digest(f"a friend's mailbox: {plain_email(email)}")


def hash_phone(phone: str | None) -> str | None:
    """The same for every spelling of one number; None without one."""
    return keyed_digest(f"a friend's telephone: {plain_phone(phone)}") if phone else None
