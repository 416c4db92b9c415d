"""One event, or one visit, to add to a calendar once. A file knows of no later change, and the pages say so."""

from __future__ import annotations

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from outreach import clock
from outreach.calendars.queries import calendar_event_of, get_public_event
from outreach.calendars.rules.private import attachment
from outreach.calendars.views import bp
from outreach.calendars.views.serving import CALENDAR
from outreach.errors import NotFound
from outreach.events.models import Event
from outreach.events.queries import (
    entry_for_ambassador,
    entry_for_host,
    entry_for_staff,
    find_event_of_request,
    get_assignment,
    get_event,
)
from outreach.events.rules import COMING, AssignmentStatus, EventStatus
from outreach.ical import CalendarEvent, single
from outreach.visits.queries import get_request_of_contact
from outreach.web.door import EVERYONE, Purpose, Role, actor, allow, link


@bp.route("/events/<reference>.ics")
@allow(EVERYONE)
def event_file(reference: str) -> AnyResponse:
    """A public event."""
    event = get_public_event(reference)
    return _file(event, calendar_event_of(event))


@bp.route("/invitations/<token>/visit.ics")
@allow(Purpose.INVITATION)
def invited_file(token: str) -> AnyResponse:
    """What an ambassador is asked to, held, or has agreed to."""
    assignment = get_assignment(link().subject_id)
    asked = assignment.status in (*COMING, AssignmentStatus.INVITED)
    if assignment.ambassador_id != actor().id or not asked:
        raise NotFound
    return _private(
        assignment.event,
        entry_for_ambassador(assignment.event, assignment.status, (assignment.starts_at, assignment.ends_at)),
    )


@bp.route("/visits/follow/<token>/visit.ics")
@allow(Purpose.FOLLOW)
def hosted_file(token: str) -> AnyResponse:
    """The visit that a contact asked for, once it has a date."""
    visit = get_request_of_contact(link().subject_id, actor().id)
    event = find_event_of_request(visit.id)
    if event is None:
        raise NotFound
    return _private(event, entry_for_host(event, named=visit.contact.verified_at is not None))


@bp.route("/manage/events/<reference>.ics")
@allow(Role.COORDINATOR)
def staff_file(reference: str) -> AnyResponse:
    """Any event, as the staff calendar has it."""
    event = get_event(reference)
    return _file(event, entry_for_staff(event))


def _private(event: Event, entry: CalendarEvent) -> AnyResponse:
    """A visit for somebody's own calendar. One that is off is not offered to be added."""
    if event.status is EventStatus.CANCELLED or event.ends_at <= clock.now():
        raise NotFound
    return _file(event, entry)


def _file(event: Event, entry: CalendarEvent) -> AnyResponse:
    response = Response(single(entry), content_type=CALENDAR)
    response.headers["Content-Disposition"] = attachment(event.reference, event.title)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
