"""The staff list, an event's own page, logging one, its details, and publishing."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.db import db
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.events import actions, queries
from outreach.events.actions.events import check_editable
from outreach.events.forms import (
    EditEventForm,
    EventFilters,
    NewEventForm,
    Times,
    offer_districts,
    offer_sites,
    offer_terms,
    say_site,
)
from outreach.events.models import Assignment, Event
from outreach.events.queries import EventFilter
from outreach.events.queries.answers import list_offers
from outreach.events.queries.children import child_remarks_of
from outreach.events.queries.leaving import list_alone
from outreach.events.queries.openings import list_standings
from outreach.events.queries.packs import day_of
from outreach.events.rules import COMING, AssignmentStatus, EventDetails, EventStep, may_go
from outreach.events.rules.today import is_now
from outreach.events.views import bp
from outreach.institutions.queries import list_listed
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate


@bp.get("/manage/events")
@allow(Role.COORDINATOR)
def index() -> Response:
    filters = EventFilters(request.args)
    offer_districts(filters.district, list_districts())
    filters.read()
    wanted, latest_first = _wanted(filters)
    found = queries.select_events(wanted, latest_first=latest_first)
    page = paginate(db.session(), found, number=page_number(request.args))
    yesterday = clock.today() - timedelta(days=1)
    return show("events/index.html", filters=filters, page=page, yesterday=yesterday, latest_first=latest_first)


def _wanted(filters: EventFilters) -> tuple[EventFilter, bool]:
    """What the filters ask for. Without a day or a word the list is of what is still to come."""
    first, last = filters.start.data, filters.end.data
    looking_back = first is None and bool(last or filters.words.data)
    begins = clock.start_of(first) if first else None if looking_back else clock.now()
    wanted = EventFilter(
        district_id=filters.district.data.id if filters.district.data else None,
        status=filters.status.data,
        starts_from=begins,
        starts_before=clock.start_of(last + timedelta(days=1)) if last else None,
        short=filters.short.data,
        key=filters.key.data,
        ambassador=filters.ambassador.data,
        words=filters.words.data,
    )
    return wanted, looking_back


@bp.get("/manage/events/<reference>", endpoint="show")
@allow(Role.COORDINATOR)
def show_event(reference: str) -> Response:
    event = queries.get_event(reference)
    now = clock.now()
    people = sorted(queries.list_assignments(event), key=_nearness)
    return show(
        "events/show.html",
        event=event,
        people=people,
        standings=list_standings(event, people),
        now=now,
        history=queries.list_history(event),
        request_reference=queries.find_request_reference(event),
        begun=event.starts_at <= now,
        over=event.ends_at <= now,
        open=may_go(event.status, EventStep.REOPEN),
        cancellable=may_go(event.status, EventStep.CANCEL),
        day=day_of(event),
        alone=list_alone(event),
        offers=list_offers(people),
        children=child_remarks_of(event, people),
        gone=queries.list_gone(people),
        recorders=list_account_names({one.assigned_by_id for one in people if one.logged and one.assigned_by_id}),
        verified_by=_verifier_of(event),
        orders=queries.list_orders(event),
        on_now=is_now(event.starts_at, event.ends_at, now),
    )


def _nearness(assignment: Assignment) -> tuple[int, int]:
    """Who comes is shown first, then who has been asked, who waits in which place, and who will not come."""
    firm = (COMING, {AssignmentStatus.INVITED}, {AssignmentStatus.QUEUED})
    group = next((number for number, one in enumerate(firm) if assignment.status in one), len(firm))
    return group, assignment.place_in_order or 0 if assignment.status is AssignmentStatus.QUEUED else 0


def _verifier_of(event: Event) -> str:
    """Who has seen to it that the contact is who they say; empty while nobody has."""
    by = event.contact.verified_by_id if event.contact else None
    return list_account_names({by}).get(by, "") if by else ""


@bp.route("/manage/events/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> Response:
    form = NewEventForm(request.form, data={"needed": 1})
    offer_terms(form.activity, list_terms(Vocabulary.ACTIVITY))
    offer_terms(form.audience, list_terms(Vocabulary.AUDIENCE))
    offer_districts(form.district, list_districts())
    offer_sites(form.site, list_listed())
    if form.sent() and form.times is not None:
        with form.refusing():
            event = actions.plan_event(actor(), _details(form, form.times))
            if form.public.data:
                actions.publish_event(actor(), event)
            flash(f"{event.reference} is in the calendar. Choose who goes.", "success")
            return redirect(url_for("events.assign", reference=event.reference), 303)
    return show("events/new.html", form)


def _details(form: NewEventForm, times: Times) -> EventDetails:
    site, district = form.site.data, form.district.data
    return EventDetails(
        title=form.title.data,
        activity_id=form.activity.data.id,
        district_id=site.district_id if site else district.id,
        institution_id=site.institution_id if site else None,
        site_id=site.id if site else None,
        contact_id=None,
        visit_request_id=None,
        online=form.online.data,
        place=form.place.data or (say_site(site) if site and not form.online.data else ""),
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        needed=form.needed.data or 1,
        audience_id=form.audience.data.id if form.audience.data else None,
        audience_size=form.audience_size.data,
        supervisor=form.supervisor.data,
        notes=form.notes.data,
        public_words=form.public_words.data,
    )


@bp.route("/manage/events/<reference>/edit", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def edit(reference: str) -> Response:
    event = queries.get_event(reference)
    if request.method == "GET":
        check_editable(event)
    form = EditEventForm(request.form, data=_held(event))
    offer_terms(form.activity, list_terms(Vocabulary.ACTIVITY), [event.activity])
    offer_terms(form.audience, list_terms(Vocabulary.AUDIENCE), [event.audience])
    if len(event.openings) > 1:
        del form.needed  # each opening says how many it needs
    if form.sent():
        with form.refusing():
            actions.edit_event(actor(), event, _edited(form, event), version=form.version.data)
            flash("The details are changed. Nobody was mailed.", "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    return show("events/edit.html", form, event=event)


def _held(event: Event) -> dict[str, object]:
    names = ("title", "audience_size", "needed", "supervisor", "notes", "public_words", "version")
    audience = event.audience.code if event.audience else None
    return {name: getattr(event, name) for name in names} | {"activity": event.activity.code, "audience": audience}


def _edited(form: EditEventForm, event: Event) -> actions.EventEdit:
    return actions.EventEdit(
        title=form.title.data,
        activity_id=form.activity.data.id,
        needed=(form.needed.data or 1) if "needed" in form else event.needed,
        audience_id=form.audience.data.id if form.audience.data else None,
        audience_size=form.audience_size.data,
        supervisor=form.supervisor.data,
        notes=form.notes.data,
        public_words=form.public_words.data if event.visit_request_id is None else event.public_words,
    )


@bp.post("/manage/events/<reference>/publish")
@allow(Role.COORDINATOR)
def publish(reference: str) -> Response:
    event = queries.get_event(reference)
    actions.publish_event(actor(), event)
    flash("The event is in the public calendar.", "success")
    return redirect(url_for("events.show", reference=event.reference), 303)


@bp.post("/manage/events/<reference>/unpublish")
@allow(Role.COORDINATOR)
def unpublish(reference: str) -> Response:
    event = queries.get_event(reference)
    actions.unpublish_event(actor(), event)
    flash("The event is no longer in the public calendar.", "success")
    return redirect(url_for("events.show", reference=event.reference), 303)
