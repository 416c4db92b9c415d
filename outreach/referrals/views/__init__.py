"""Pages of the referral scheme: for referrers, for friends by link, and for recruitment."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("referrals", __name__)

from outreach.referrals.views import refer  # noqa: E402, F401 the pages register themselves on `bp`
