"""Pages of accounts."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from outreach.accounts.views import council, own, people, second_step, sign_in  # noqa: E402 they need the blueprint

__all__ = ["bp", "council", "own", "people", "second_step", "sign_in"]
