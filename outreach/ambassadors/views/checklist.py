"""The coordinator's part of joining: the checklist, and the line manager."""

from __future__ import annotations

import re

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.ambassadors import actions, queries
from outreach.ambassadors.forms.joining import ActForm, ItemForm, LineManagerForm, PaperForm, SeenForm
from outreach.ambassadors.rules import RequirementKind
from outreach.ambassadors.views import bp
from outreach.errors import NotFound
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show

REFERENCE = re.compile("[A-Z0-9-]{1,20}")  # of an event: whatever else an address says leads nowhere


@bp.route("/ambassadors/<int(max=2147483647):id>/checklist/<code>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def item(id: int, code: str) -> Response:
    ambassador, requirement = queries.get_ambassador(id), queries.get_requirement(code)
    if requirement.kind is RequirementKind.MANAGER:
        return redirect(url_for("ambassadors.agreement", id=id), 303)
    kind = SeenForm if requirement.kind is RequirementKind.CHILD_CHECK else ItemForm
    form = kind(request.form, data={"done_on": clock.today()})
    if form.sent() and form.done_on.data:
        with form.refusing():
            actions.record_item(actor(), ambassador, requirement, form.done_on.data)
            flash(f"Recorded: {requirement.label}, {ambassador.name}.", "success")
            return redirect(_came_from(id), 303)
    held = queries.find_item(id, requirement.id)
    return show(
        "ambassadors/item.html",
        form,
        ambassador=ambassador,
        requirement=requirement,
        held=held,
        by=queries.name_of_recorder(held),
        back=_came_from(id),
    )


@bp.route("/ambassadors/<int(max=2147483647):id>/checklist/<code>/take-back", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def take_back(id: int, code: str) -> Response:
    ambassador, requirement = queries.get_ambassador(id), queries.get_requirement(code)
    form = ActForm(request.form)
    if form.sent():
        with form.refusing():
            actions.take_back_item(actor(), ambassador, requirement)
            flash(f"Taken back: {requirement.label}.", "success")
            return redirect(_page_of(id), 303)
    if request.method == "GET" and queries.find_item(id, requirement.id) is None:
        raise NotFound
    return show("ambassadors/take_back.html", form, ambassador=ambassador, requirement=requirement, back=_page_of(id))


@bp.route("/ambassadors/<int(max=2147483647):id>/agreement", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def agreement(id: int) -> Response:
    ambassador = queries.get_ambassador(id)
    known = queries.find_agreement(id)
    held = {
        "manager_name": known.manager_name if known else "",
        "manager_email": known.manager_email if known else "",
        "hours": known.hours_a_month if known else None,
        "backfill": bool(known and known.backfill),
        "done_on": clock.today(),
    }
    form = PaperForm(request.form, data=held)
    if form.sent() and form.done_on.data:
        with form.refusing():
            actions.record_agreement(
                actor(),
                ambassador,
                form.said(),
                name=form.manager_name.data,
                email=form.manager_email.data,
                done_on=form.done_on.data,
            )
            flash("The line manager’s agreement has been recorded.", "success")
            return redirect(_page_of(id), 303)
    return show("ambassadors/agreement.html", form, ambassador=ambassador, back=_page_of(id))


@bp.route("/ambassadors/<int(max=2147483647):id>/manager", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def ask_manager(id: int) -> Response:
    ambassador = queries.get_ambassador(id)
    known = queries.find_agreement(id)
    held = {"manager_name": known.manager_name, "manager_email": known.manager_email} if known else {}
    form = LineManagerForm(request.form, data=held)
    if form.sent():
        with form.refusing():
            name, email = form.manager_name.data, form.manager_email.data
            actions.ask_manager(actor(), ambassador, name=name, email=email)
            flash(f"{name} has been asked by email. The link lasts three weeks.", "success")
            return redirect(_page_of(id), 303)
    return show("ambassadors/ask_manager.html", form, ambassador=ambassador, known=known, back=_page_of(id))


def _came_from(id: int) -> str:
    """Their record; or the event, or the choosing for one of its openings, that could not go on without the item."""
    event, opening = request.args.get("event", ""), request.args.get("opening", "")
    if not REFERENCE.fullmatch(event):
        return _page_of(id)
    if opening:
        return url_for("events.assign", reference=event, opening=opening)
    return url_for("events.show", reference=event)


def _page_of(id: int) -> str:
    return url_for("ambassadors.show", id=id)
