"""Codes of careers events: made by a coordinator or recruitment, printed, and counted."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Event
from outreach.events.queries.events import get_event
from outreach.referrals.actions import event_codes as actions
from outreach.referrals.forms.event_codes import EventCodeForm, StopForm
from outreach.referrals.models import EventCode
from outreach.referrals.queries import event_codes as queries
from outreach.referrals.queries.scheme import get_version_in_force
from outreach.referrals.rules.consent import DAYS_AFTER_EVENT
from outreach.referrals.views import bp
from outreach.referrals.views.sharing import address_of, picture_of
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate

ONE = "/event-codes/<string(maxlength=16):reference>"


@bp.get("/event-codes")
@allow(Role.COORDINATOR, Role.RECRUITMENT_OFFICER)
def event_codes() -> Response:
    page = paginate(db.session(), queries.select_events(), number=page_number(request.args))
    return show(
        "referrals/event_codes.html",
        page=page,
        codes=queries.find_codes_of(page.items),
        came=queries.count_came(page.items),
        until=_until,
    )


@bp.route(ONE, methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.RECRUITMENT_OFFICER)
def event_code(reference: str) -> Response:
    """The code of an event with its picture, or the question that makes one."""
    event = get_event(reference)
    code = queries.find_code_of(event.id)
    form = EventCodeForm(request.form, data={"days_after": DAYS_AFTER_EVENT})
    if form.sent():
        with form.refusing():
            actions.make_event_code(actor(), event, days_after=form.days_after.data or 0)
            flash("The code is made. Print the poster, or show the picture.", "success")
            return redirect(url_for("referrals.event_code", reference=event.reference), 303)
    return show(
        "referrals/event_code.html",
        form,
        event=event,
        code=code,
        until=_until(code) if code else None,
        open=code is not None and queries.find_open_code(code.code) is not None,
        address=address_of(code.code) if code else "",
        qr=picture_of(code.code) if code else "",
        came=queries.count_came([event]).get(event.id, queries.Came()),
    )


@bp.route(f"{ONE}/stop", methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.RECRUITMENT_OFFICER)
def stop_event_code(reference: str) -> Response:
    event, _ = _get(reference)
    form = StopForm(request.form)
    if form.sent():
        actions.stop_event_code(actor(), event)
        flash("The code has stopped.", "success")
        return redirect(url_for("referrals.event_code", reference=event.reference), 303)
    return show("referrals/stop_event_code.html", form, event=event)


@bp.get(f"{ONE}/poster")
@allow(Role.COORDINATOR, Role.RECRUITMENT_OFFICER)
def event_poster(reference: str) -> Response:
    event, code = _get(reference)
    return show(
        "referrals/event_poster.html",
        event=event,
        code=code,
        until=_until(code),
        address=address_of(code.code),
        qr=picture_of(code.code),
        posts=get_version_in_force(clock.today()).read().posts,
    )


def _get(reference: str) -> tuple[Event, EventCode]:
    event = get_event(reference)
    code = queries.find_code_of(event.id)
    if code is None:
        raise NotFound
    return event, code


def _until(code: EventCode) -> object:
    return clock.local(queries.open_until(code)).date()
