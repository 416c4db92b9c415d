"""Be anybody, and read what would have been mailed. Only in a demonstration: elsewhere these pages do not exist."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.db import db
from outreach.demo import queries
from outreach.demo.actions.links import mint_demo_link, mint_joining_link, mint_leaving_link
from outreach.demo.actions.people import sign_in_as
from outreach.demo.actions.sample import college_calendar
from outreach.demo.rules import PERSONAS
from outreach.outbox.rules import split_links
from outreach.sheets import write_csv
from outreach.web.door import IN_DEMO, Purpose, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate

bp = Blueprint("demo", __name__)


@bp.route("/demo")
@allow(IN_DEMO)
def people() -> Response:
    """The people of the demonstration, and what each can try."""
    return show("demo/people.html", people=PERSONAS)


@bp.route("/demo/be/<key>", methods=["POST"])
@allow(IN_DEMO)
def be(key: str) -> Response:
    sign_in_as(key)
    return redirect(url_for("reports.home"), 303)


@bp.route("/demo/open/<any(follow, invitation, outcome, own, manager, friend):purpose>", methods=["POST"])
@allow(IN_DEMO)
def open_link(purpose: str) -> Response:
    """Open the page that an ambassador, a contact or a friend would open from a mail."""
    return redirect(mint_demo_link(Purpose(purpose)), 303)


@bp.route("/demo/open/joining", methods=["POST"])
@allow(IN_DEMO)
def open_joining() -> Response:
    """Open the page on which somebody confirms that they want to become an ambassador."""
    return redirect(mint_joining_link(), 303)


@bp.route("/demo/open/check-out", methods=["POST"])
@allow(IN_DEMO)
def open_leaving() -> Response:
    """Open the page on which an ambassador says that they have left a visit."""
    return redirect(mint_leaving_link(), 303)


@bp.route("/demo/mails")
@allow(IN_DEMO)
def mails() -> Response:
    page = paginate(db.session(), queries.select_mails(), number=page_number(request.args), per_page=10)
    return show("demo/mails.html", page=page, split_links=split_links)


@bp.route("/demo/mails/<int(max=2147483647):mail_id>/calendar.ics")
@allow(IN_DEMO)
def mail_calendar(mail_id: int) -> Response:
    """What a mail carries for a calendar, as it would be sent."""
    mail = queries.get_mail_with_calendar(mail_id)
    return Response(
        mail.calendar,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{str(mail.calendar_method).lower()}.ics"'},
    )


@bp.route("/demo/college.ics")
@allow(IN_DEMO)
def sample_calendar() -> Response:
    """A college's calendar, for trying the import."""
    return Response(
        college_calendar(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="college.ics"'},
    )


@bp.route("/demo/ambassadors.csv")
@allow(IN_DEMO)
def sample() -> Response:
    """A list to try the import of ambassadors with."""
    response = make_response(write_csv(queries.SAMPLE_COLUMNS, queries.list_sample_rows()))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="association-list.csv"'
    return response
