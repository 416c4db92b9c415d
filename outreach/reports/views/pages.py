"""The landing page, the coordinator's work list, the search box, the mails and the audit."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.db import db
from outreach.outbox.actions import send_again
from outreach.outbox.queries import get_mail, select_failed, select_others
from outreach.referrals.queries.coming import count_waiting
from outreach.reports import queries
from outreach.reports.forms import ACTOR_WORDS, AddressForm, AuditFilters, FindForm, say_code
from outreach.reports.rules import read_reference, say_problem
from outreach.reports.views import bp
from outreach.visits.models import VisitRequest
from outreach.web.door import EVERYONE, ActorKind, Role, actor, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate


@bp.route("/")
@allow(EVERYONE)
def home() -> Response:
    """The ways in. A coordinator's is the work list."""
    who = actor()
    signed_in = who.kind is ActorKind.ACCOUNT and not who.half_way
    if signed_in and who.has(Role.COORDINATOR):
        return redirect(url_for("reports.work"), 303)
    waiting = count_waiting(who.id) if signed_in and who.id and who.has(Role.RECRUITMENT_OFFICER) else None
    return show("reports/home.html", signed_in=signed_in, waiting=waiting)


@bp.route("/work")
@allow(Role.COORDINATOR)
def work() -> Response:
    groups = queries.list_groups()
    total = sum(len(group.items) for group in groups)
    return show("reports/work.html", groups=groups, total=total, opened=request.args.get("all", ""))


@bp.route("/find")
@allow(Role.COORDINATOR)
def find() -> Response:
    """A reference in any spelling goes straight to its page; other words are looked for."""
    form = FindForm(request.args)
    form.read()
    words = form.q.data
    reference = read_reference(words)
    row = queries.find_by_reference(reference) if reference else None
    if row is not None:
        endpoint = "visits.request_page" if isinstance(row, VisitRequest) else "events.show"
        return redirect(url_for(endpoint, reference=row.reference), 303)
    found = queries.find_anything(words) if words else None
    return show("reports/find.html", asked=form, words=words, reference=reference, found=found)


@bp.route("/mails")
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def mails() -> Response:
    failed = paginate(db.session(), select_failed(), per_page=50)
    page = paginate(db.session(), select_others(), number=page_number(request.args))
    return show("reports/mails.html", failed=failed, page=page, say_problem=say_problem)


@bp.route("/mails/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def mail(id: int) -> Response:
    """One mail; when it failed, its address can be corrected and the mail sent again."""
    found = get_mail(id)
    form = AddressForm(request.form, data={"email": found.recipient})
    if form.sent():
        with form.refusing():
            send_again(actor(), found, form.email.data)
            flash("The mail will be sent again within a minute.", "success")
            return redirect(url_for("reports.mails"), 303)
    return show("reports/mail.html", form, mail=found, say_problem=say_problem)


@bp.route("/audit")
@allow(Role.ADMINISTRATOR)
def audit() -> Response:
    filters = AuditFilters(request.args)
    filters.offer(*queries.list_audit_words())
    filters.read()
    page = paginate(db.session(), queries.select_audit(filters.wanted()), number=page_number(request.args))
    names = queries.find_actor_names(page.items)
    return show("reports/audit.html", filters=filters, page=page, names=names, kinds=ACTOR_WORDS, say_code=say_code)
