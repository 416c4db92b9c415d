"""What falls due next: as a page, and as a file for the recruitment officer's own calendar."""

from __future__ import annotations

from flask import current_app, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.links import address
from outreach.ical import single
from outreach.referrals.queries.coming import Coming, list_coming, list_unchecked
from outreach.referrals.queries.due_dates import FILE, due_date
from outreach.referrals.views import bp
from outreach.referrals.views.candidates import officer_id
from outreach.web.door import Role, allow
from outreach.web.fields.base import upper_first
from outreach.web.forms import show

MONTHS_AHEAD = 6


@bp.get("/rewards/coming")
@allow(Role.RECRUITMENT_OFFICER)
def coming() -> Response:
    """The due dates of the next months, month by month, and the staff records to look at before them."""
    rows, unchecked = list_coming(officer_id(), MONTHS_AHEAD), list_unchecked(officer_id())
    months: dict[str, list[Coming]] = {}
    for row in rows:
        months.setdefault(f"{row.on:%B %Y}", []).append(row)
    return show(
        "referrals/coming.html", by_month=months, unchecked=unchecked, months=MONTHS_AHEAD, upper_first=upper_first
    )


@bp.get("/rewards/coming.ics")
@allow(Role.RECRUITMENT_OFFICER)
def coming_file() -> Response:
    """The same days as whole-day entries, by reference and milestone: no name of a friend leaves the service."""
    now, host = clock.now(), current_app.config["HOST"]
    days = [
        due_date(
            reference=one.referral.reference,
            milestone=one.milestone.code,
            due=one.due,
            on=one.on,
            made_at=one.referral.made_at,
            now=now,
            host=host,
            url=address(url_for("referrals.verdict", reference=one.referral.reference)),
        )
        for one in list_coming(officer_id(), MONTHS_AHEAD)
    ]
    response = Response(single(*days), content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=FILE)
    return response
