"""Employers, for coordinators: what hosts are told of their checks, and whom to ring there."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors.actions.employers import edit_employer
from outreach.ambassadors.forms.employers import EmployerFilters, EmployerForm
from outreach.ambassadors.queries.employers import count_ambassadors_of, get_employer, select_employers
from outreach.ambassadors.views import bp
from outreach.db import db
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate


@bp.get("/employers")
@allow(Role.COORDINATOR)
def employers() -> Response:
    filters = EmployerFilters(request.args)
    filters.read()
    found = select_employers(words=filters.words.data, unassured=filters.unassured.data)
    page = paginate(db.session(), found, number=page_number(request.args))
    counts = count_ambassadors_of([one.id for one in page.items])
    return show("ambassadors/employers.html", filters=filters, page=page, counts=counts)


@bp.route("/employers/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def employer(id: int) -> Response:
    found = get_employer(id)
    form = EmployerForm(request.form, obj=found)
    if form.sent():
        with form.refusing():
            edit_employer(
                actor(),
                found,
                assurance=form.assurance.data,
                contact_name=form.contact_name.data,
                contact_phone=form.contact_phone.data,
                version=form.version.data,
            )
            flash(f"{found.name} has been changed.", "success")
            return redirect(url_for("ambassadors.employers"), 303)
    return show("ambassadors/employer.html", form, employer=found, count=count_ambassadors_of([id]).get(id, 0))
