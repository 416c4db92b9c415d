"""What the contact sees and does by the private link."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.events.queries import find_event_of_request
from outreach.events.queries.arrangements import is_missing, unconfirmed_of
from outreach.visits.actions.deciding import ask_for_change, withdraw_request
from outreach.visits.forms.journey import ActForm, ChangeForm
from outreach.visits.models import VisitRequest
from outreach.visits.queries import count_coming, get_request_of_contact, list_companions, list_history_for_host
from outreach.visits.rules import RequestStep, may_step, stage_of
from outreach.visits.views import bp
from outreach.web.door import Purpose, actor, allow, link
from outreach.web.forms import show
from outreach.web.limits import limited

AHEAD = ("finding", "checking", "confirming", "coming")  # there is a day to arrange, and a pack for it


def _visit() -> VisitRequest:
    return get_request_of_contact(link().subject_id, link().actor.id)


@bp.route("/visits/follow/<token>")
@allow(Purpose.FOLLOW)
def follow(token: str) -> Response:
    visit = _visit()
    event = find_event_of_request(visit.id)
    begun = event is not None and event.starts_at <= clock.now()
    coming = count_coming(event) if event else 0
    stage = stage_of(
        visit.status,
        cancelled=event is not None and event.cancelled_at is not None,
        over=event is not None and event.ends_at <= clock.now(),
        coming=coming,
        verified=visit.contact.verified_at is not None,
        confirmed=event is None or not unconfirmed_of(event),
    )
    ahead = event is not None and stage.value in AHEAD and event.contact_id == visit.contact_id
    return show(
        "visits/follow.html",
        visit=visit,
        event=event,
        stage=stage.value,
        coming=coming,
        today=clock.today(),
        companions=list_companions(visit.contact, event) if event else [],
        history=list_history_for_host(visit),
        open_to_change=may_step(visit.status, RequestStep.WITHDRAW) and not begun and stage.value != "cancelled",
        to_tell=event is not None and ahead and is_missing(event),
        ahead=ahead,
        token=token,
    )


@bp.route("/visits/follow/<token>/change", methods=["GET", "POST"])
@allow(Purpose.FOLLOW)
@limited("visit_change", 20, 60)
def change(token: str) -> Response:
    visit = _visit()
    back = url_for("visits.follow", token=token)
    form = ChangeForm(request.form)
    if form.sent():
        with form.refusing():
            ask_for_change(actor(), visit, form.words.data)
            flash("Your message has been sent. We will get in touch if we need to.", "success")
            return redirect(back, 303)
    return show("visits/change.html", form, visit=visit, back=back)


@bp.route("/visits/follow/<token>/withdraw", methods=["GET", "POST"])
@allow(Purpose.FOLLOW)
@limited("visit_withdraw", 20, 60)
def withdraw(token: str) -> Response:
    visit = _visit()
    back = url_for("visits.follow", token=token)
    form = ActForm(request.form)
    if form.sent():
        with form.refusing():
            withdraw_request(actor(), visit)
            flash("Your request has been withdrawn.", "success")
            return redirect(back, 303)
    return show("visits/withdraw.html", form, visit=visit, event=find_event_of_request(visit.id), back=back)
