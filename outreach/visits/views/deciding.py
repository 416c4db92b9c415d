"""The coordinator's pages: the list of requests, one request, and what becomes of it."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.db import db
from outreach.districts.queries import find_district, get_term, list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.events.queries import find_event_of_request
from outreach.institutions.queries import list_listed
from outreach.outbox.queries import list_about
from outreach.outbox.rules import RecipientKind
from outreach.visits.actions.asking import request_visit
from outreach.visits.actions.deciding import accept_request, deal_with_message, decline_request, withdraw_request
from outreach.visits.forms.journey import ActForm
from outreach.visits.forms.staff import OTHER_TIME, AcceptForm, DeclineForm, RequestFilters, TelephoneForm
from outreach.visits.models import VisitRequest
from outreach.visits.queries import count_coming, get_message, get_request, list_history, select_requests
from outreach.visits.rules import NOT_LISTED, RequestStatus, RequestStep, may_step
from outreach.visits.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.fields import Choice, choices_of
from outreach.web.filters import say_when
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate


@bp.route("/requests")
@allow(Role.COORDINATOR)
def requests() -> Response:
    filters = RequestFilters(request.args)
    filters.status.choices = choices_of(RequestStatus, {one: one.value.capitalize() for one in RequestStatus})
    filters.district.choices = [Choice(one.slug, one.name) for one in list_districts()]
    filters.read()
    wanted = select_requests(
        status=RequestStatus(filters.status.data) if filters.status.data else None,
        district=find_district(filters.district.data) if filters.district.data else None,
        words=filters.words.data,
    )
    page = paginate(db.session(), wanted, number=page_number(request.args))
    return show("visits/requests.html", filters=filters, page=page)


@bp.route("/requests/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> Response:
    form = TelephoneForm(request.form)
    sites = [(one, site) for one in list_listed() for site in one.sites]
    form.site.choices = [
        Choice(str(site.id), one.name if len(one.sites) == 1 else f"{one.name}, {site.name}") for one, site in sites
    ] + [Choice(NOT_LISTED, "Not on the list: give its details below")]
    form.district.choices = [Choice(one.slug, one.name) for one in list_districts()]
    form.kind.choices = [Choice(one.code, one.label) for one in list_terms(Vocabulary.INSTITUTION_KIND)]
    form.activity.choices = [Choice(one.code, one.label) for one in list_terms(Vocabulary.ACTIVITY)]
    audiences = list_terms(Vocabulary.AUDIENCE)
    form.audience.choices = [Choice(one.code, one.label) for one in audiences]
    if not any(one.under_18 for one in audiences if one.code in form.audience.sent):
        form.supervisor.optional = True
    if form.sent():
        with form.refusing():
            made = request_visit(actor(), form.asked())
            flash(f"The request was recorded as {made.reference}. The contact gets an email with it.", "success")
            return redirect(url_for("visits.request_page", reference=made.reference), 303)
    return show("visits/new.html", form, back=url_for("visits.requests"))


@bp.route("/requests/<reference>")
@allow(Role.COORDINATOR)
def request_page(reference: str) -> Response:
    visit = get_request(reference.upper())
    event = find_event_of_request(visit.id)
    mails = [
        one for one in list_about(VisitRequest.__tablename__, visit.id) if one.recipient_kind is RecipientKind.CONTACT
    ]
    return show(
        "visits/request_page.html",
        visit=visit,
        event=event,
        coming=count_coming(event) if event else 0,
        history=list_history(visit),
        mails=[one for one in mails if one.recipient_kind is RecipientKind.CONTACT],
        may={step.value: may_step(visit.status, step) for step in RequestStep},
        today=clock.today(),
        now=clock.now(),
    )


@bp.route("/requests/<reference>/accept", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def accept(reference: str) -> Response:
    visit = get_request(reference.upper())
    form = AcceptForm(request.form, data={"title": _title(visit), "needed": 1})
    spans = {str(one.position): (one.starts_at, one.ends_at) for one in visit.times if one.starts_at > clock.now()}
    form.time.choices = [Choice(number, say_when(*span)) for number, span in spans.items()]
    form.time.choices += [Choice(OTHER_TIME, "Another date and time, agreed by telephone")]
    if form.sent():
        with form.refusing():
            starts_at, ends_at = _agreed(form, spans)
            event = accept_request(
                actor(),
                visit,
                starts_at=starts_at,
                ends_at=ends_at,
                title=form.title.data,
                needed=form.needed.data or 1,
            )
            flash(
                f"The request was accepted and the institution told. {event.reference} now needs ambassadors.",
                "success",
            )
            return redirect(url_for("visits.request_page", reference=visit.reference), 303)
    return show("visits/accept.html", form, visit=visit, back=_page_of(visit), now=clock.now())


@bp.route("/requests/<reference>/decline", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def decline(reference: str) -> Response:
    visit = get_request(reference.upper())
    form = DeclineForm(request.form)
    form.reason.choices = [Choice(one.code, one.label) for one in list_terms(Vocabulary.DECLINE_REASON)]
    if form.sent():
        with form.refusing():
            reason = get_term(Vocabulary.DECLINE_REASON, form.reason.data)
            decline_request(actor(), visit, reason=reason, words=form.words.data)
            flash("The request was declined and the institution told.", "success")
            return redirect(url_for("visits.request_page", reference=visit.reference), 303)
    return show("visits/decline.html", form, visit=visit, back=_page_of(visit))


@bp.route("/requests/<reference>/withdraw", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def withdraw_for(reference: str) -> Response:
    visit = get_request(reference.upper())
    form = ActForm(request.form)
    if form.sent():
        with form.refusing():
            withdraw_request(actor(), visit)
            flash("The request was withdrawn and the institution told.", "success")
            return redirect(url_for("visits.request_page", reference=visit.reference), 303)
    event = find_event_of_request(visit.id)
    return show("visits/withdraw_for.html", form, visit=visit, event=event, back=_page_of(visit))


@bp.route("/requests/<reference>/messages/<int(max=2147483647):message_id>", methods=["POST"])
@allow(Role.COORDINATOR)
def deal_with(reference: str, message_id: int) -> Response:
    visit = get_request(reference.upper())
    deal_with_message(actor(), get_message(visit, message_id))
    flash("The message was marked as dealt with.", "success")
    return redirect(url_for("visits.request_page", reference=visit.reference), 303)


def _agreed(form: AcceptForm, spans: dict[str, tuple[datetime, datetime]]) -> tuple[datetime, datetime]:
    return form.other if form.other is not None else spans[form.time.data]


def _title(visit: VisitRequest) -> str:
    return f"{visit.activity.label} at {visit.institution.name}"[:200]


def _page_of(visit: VisitRequest) -> str:
    return url_for("visits.request_page", reference=visit.reference)
