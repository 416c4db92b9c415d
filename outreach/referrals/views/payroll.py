"""The payroll files: built once a month, downloaded as often as needed, marked as paid by somebody else."""

from __future__ import annotations

import re
from datetime import date

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.errors import NotFound
from outreach.referrals.actions.payroll import build_payroll_file, mark_file_paid
from outreach.referrals.models import PayrollFile
from outreach.referrals.queries import ledger as queries
from outreach.referrals.rules.ledger import Act
from outreach.referrals.rules.payroll import first_of_month
from outreach.referrals.views import bp
from outreach.sheets import as_bytes
from outreach.web.door import Role, actor, allow
from outreach.web.filters import plural
from outreach.web.forms import Form, show

MONTH = "<string(length=7):month>"


@bp.route("/payroll", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def payroll() -> Response:
    """Every file; a POST builds this month's."""
    form = Form(request.form)
    if form.sent():
        with form.refusing():
            file = build_payroll_file(actor())
            flash(f"The file for {file.month:%B %Y} is built. Download it and send it to payroll.", "success")
            return redirect(url_for("referrals.payroll_month", month=f"{file.month:%Y-%m}"), 303)
    files = queries.list_payroll_files()
    this_month = first_of_month(clock.today())
    built = any(one.month == this_month for one in files)
    return show("referrals/payroll.html", form, files=files, this_month=this_month, built=built)


@bp.route(f"/payroll/{MONTH}", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def payroll_month(month: str) -> Response:
    """One file; a POST marks what it holds as paid."""
    file = _get_file(month)
    form = Form(request.form)
    if form.sent():
        with form.refusing():
            marked, left = mark_file_paid(actor(), file)
            words = f"{plural(marked, 'reward')} marked as paid."
            flash(words + (f" {plural(left, 'reward')} must be marked by somebody else." if left else ""), "success")
            return redirect(url_for("referrals.payroll_month", month=month), 303)
    names = list_account_names({line.reward.referrer_id for line in file.lines} | {file.built_by_id or 0})
    unpaid = sum(1 for line in file.lines if line.pence > 0 and line.reward.state is Act.APPROVED)
    return show("referrals/payroll_month.html", form, file=file, names=names, unpaid=unpaid)


@bp.get(f"/payroll/{MONTH}/file.csv")
@allow(Role.RECRUITMENT_OFFICER)
def payroll_file(month: str) -> Response:
    """The very bytes that were built, as often as they are asked for."""
    file = _get_file(month)
    if not file.content:
        raise NotFound
    response = make_response(as_bytes(file.content))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="rewards-{month}.csv"'
    return response


def _get_file(month: str) -> PayrollFile:
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", month)
    if found is None or int(found[1]) < 1900:
        raise NotFound
    return queries.get_payroll_file(date(int(found[1]), int(found[2]), 1))
