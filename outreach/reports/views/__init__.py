"""Pages that need everything: the landing page, the work list, what people have given, the mails and the audit."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reports", __name__)

from outreach.reports.views import own, pages  # noqa: E402, F401 they hang on bp
