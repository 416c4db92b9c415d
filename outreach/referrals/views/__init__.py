"""Pages of the referral scheme: for referrers, for friends by link, and for recruitment."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("referrals", __name__)


from outreach.referrals.views import (  # noqa: E402 they need the blueprint
    candidates,
    drafting,
    due_dates,
    event_codes,
    figures,
    friend,
    importing,
    ledger,
    own_details,
    payroll,
    refer,
    scheme,
    stages,
    vacancies,
)

__all__ = [
    "bp",
    "candidates",
    "drafting",
    "due_dates",
    "event_codes",
    "figures",
    "friend",
    "importing",
    "ledger",
    "own_details",
    "payroll",
    "refer",
    "scheme",
    "stages",
    "vacancies",
]
