"""Secrets that are handed out and digests that are kept. Only digests reach the database."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import current_app


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


ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels and no look-alikes: no words, no misreadings


def new_reference(prefix: str) -> str:
    """A reference people can read over the telephone, such as VR-7K3M-9QTX (about 38 bits)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
