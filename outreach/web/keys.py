"""Secrets that are handed out and digests that are kept. Only digests reach the database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from outreach import clock


def new_token() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256. Tokens are random, so no key or salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_digest(text: str) -> str:
    """A digest of something guessable (an address, a six-digit code), keyed by HASH_KEY."""
    key: str = current_app.config["HASH_KEY"]
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def seal(text: str) -> str:
    """A secret that must be read again, encrypted under a key that HASH_KEY gives."""
    return _sealer().encrypt_at_time(text.encode(), _seconds_now()).decode()


def unseal(sealed: str, *, seconds: int | None = None) -> str | None:
    """What was sealed; None if it was changed, sealed under another key, or longer ago than `seconds`."""
    try:
        if seconds is None:
            return _sealer().decrypt(sealed.encode()).decode()
        return _sealer().decrypt_at_time(sealed.encode(), seconds, _seconds_now()).decode()
    except InvalidToken:
        return None


def _sealer() -> Fernet:
    # A key for this use alone: the same HASH_KEY also makes digests.
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(keyed_digest("the key that seals"))))


def _seconds_now() -> int:
    return int(clock.now().timestamp())


ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels and no look-alikes: no words, no misreadings


def new_reference(prefix: str) -> str:
    """A reference people can read over the telephone, such as VR-7K3M-9QTX (about 38 bits)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
