"""Pages of the referral scheme: for referrers, for friends by link, and for recruitment."""

from __future__ import annotations

from flask import Blueprint, current_app

bp = Blueprint("referrals", __name__)


@bp.context_processor
def _pages() -> dict[str, object]:
    """`has_page(endpoint)` for templates: a link is drawn only to what there is."""
    return {"has_page": current_app.view_functions.__contains__}


from outreach.referrals.views import (  # noqa: E402 they need the blueprint
    candidates,
    drafting,
    due_dates,
    figures,
    friend,
    importing,
    ledger,
    payroll,
    refer,
    scheme,
    stages,
)

__all__ = [
    "bp",
    "candidates",
    "drafting",
    "due_dates",
    "figures",
    "friend",
    "importing",
    "ledger",
    "payroll",
    "refer",
    "scheme",
    "stages",
]
