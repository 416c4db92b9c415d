"""Finding visit requests."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.accounts.rules import first_name
from outreach.audit.queries import list_entries_of
from outreach.db import db
from outreach.districts.models import District
from outreach.errors import NotFound
from outreach.events.models import Event
from outreach.events.queries import list_coming
from outreach.events.rules import EventStatus
from outreach.institutions.models import Contact, Institution, Site
from outreach.outbox.models import Mail
from outreach.outbox.queries import list_about
from outreach.visits.models import PreferredTime, RequestMessage, VisitRequest
from outreach.visits.rules import (
    HISTORY_WORDS,
    HOST_MAIL_WORDS,
    HOST_WORDS,
    Companion,
    Happening,
    RequestStatus,
    read_reference,
)
from outreach.web.door import ActorKind

OTHERS = {
    ActorKind.CONTACT: "the contact",
    ActorKind.PUBLIC: "the contact",
    ActorKind.SYSTEM: "the system",
    ActorKind.AMBASSADOR: "an ambassador",
}


def _whole() -> tuple[ExecutableOption, ...]:
    """Everything that a page of one request shows."""
    return (
        joinedload(VisitRequest.institution).joinedload(Institution.kind),
        joinedload(VisitRequest.site).joinedload(Site.district),
        joinedload(VisitRequest.contact),
        joinedload(VisitRequest.activity),
        joinedload(VisitRequest.audience),
        joinedload(VisitRequest.decline_reason),
        selectinload(VisitRequest.times),
        selectinload(VisitRequest.messages),
    )


def find_request(reference: str) -> VisitRequest | None:
    return db.session.scalar(select(VisitRequest).where(VisitRequest.reference == reference).options(*_whole()))


def get_request(reference: str) -> VisitRequest:
    found = find_request(reference)
    if found is None:
        raise NotFound
    return found


def get_request_of_contact(request_id: int, contact_id: int | None) -> VisitRequest:
    """The request that a private link follows, if it is still that contact's."""
    found = db.session.scalar(
        select(VisitRequest)
        .where(VisitRequest.id == request_id, VisitRequest.contact_id == contact_id)
        .options(*_whole())
    )
    if found is None:
        raise NotFound
    return found


def get_message(request: VisitRequest, message_id: int) -> RequestMessage:
    found = db.session.scalar(
        select(RequestMessage).where(RequestMessage.id == message_id, RequestMessage.request_id == request.id)
    )
    if found is None:
        raise NotFound
    return found


def _listed() -> Select[VisitRequest]:
    return select(VisitRequest).options(
        joinedload(VisitRequest.institution),
        joinedload(VisitRequest.site).joinedload(Site.district),
        joinedload(VisitRequest.contact),
        joinedload(VisitRequest.activity),
        selectinload(VisitRequest.times),
    )


def list_new_requests() -> list[VisitRequest]:
    """Requests that wait for an answer, oldest first."""
    return list(
        db.session.scalars(
            _listed().where(VisitRequest.status == RequestStatus.NEW).order_by(VisitRequest.created_at, VisitRequest.id)
        )
    )


def list_open_messages() -> list[RequestMessage]:
    """Changes that were asked for and nobody has dealt with, oldest first."""
    return list(
        db.session.scalars(
            select(RequestMessage)
            .where(RequestMessage.handled_at.is_(None))
            .options(
                joinedload(RequestMessage.request).joinedload(VisitRequest.institution),
                joinedload(RequestMessage.request).joinedload(VisitRequest.site).joinedload(Site.district),
            )
            .order_by(RequestMessage.created_at, RequestMessage.id)
        )
    )


def select_requests(
    *, status: RequestStatus | None = None, district: District | None = None, words: str = ""
) -> Select[VisitRequest]:
    """Requests for a paged list: those that wait first and oldest first, then the others, newest first."""
    is_new = VisitRequest.status == RequestStatus.NEW
    query = _listed().order_by(
        case((is_new, 0), else_=1),
        case((is_new, VisitRequest.created_at)),
        VisitRequest.created_at.desc(),
        VisitRequest.id.desc(),
    )
    if status is not None:
        query = query.where(VisitRequest.status == status)
    if district is not None:
        at = exists().where(Site.id == VisitRequest.site_id, Site.district_id == district.id)
        query = query.where(at)
    if words:
        query = query.where(
            or_(
                VisitRequest.reference.icontains(words, autoescape=True),
                VisitRequest.reference == read_reference(words),
                VisitRequest.topic_notes.icontains(words, autoescape=True),
                exists().where(
                    Institution.id == VisitRequest.institution_id, Institution.name.icontains(words, autoescape=True)
                ),
                exists().where(Contact.id == VisitRequest.contact_id, Contact.name.icontains(words, autoescape=True)),
            )
        )
    return query


def list_open_of(contact: Contact) -> list[VisitRequest]:
    """A contact's requests that were accepted, oldest first."""
    return list(
        db.session.scalars(
            select(VisitRequest)
            .where(VisitRequest.contact_id == contact.id, VisitRequest.status == RequestStatus.ACCEPTED)
            .order_by(VisitRequest.id)
        )
    )


def list_requests_past(moment: datetime) -> list[VisitRequest]:
    """Requests that nobody answered and whose every preferred time has begun, locked for a change."""
    ahead = exists().where(PreferredTime.request_id == VisitRequest.id, PreferredTime.starts_at > moment)
    return list(
        db.session.scalars(
            select(VisitRequest)
            .where(VisitRequest.status == RequestStatus.NEW, ~ahead)
            .order_by(VisitRequest.id)
            .with_for_update(skip_locked=True)
        )
    )


def list_companions(contact: Contact | None, event: Event) -> list[Companion]:
    """Who is coming, as their host may know it: nobody is named to a contact whom no one has verified."""
    if contact is None or contact.verified_at is None:
        return []
    return [Companion(first_name(one.name), one.job_title, one.employer.name) for one in list_coming(event)]


def count_coming(event: Event) -> int:
    return len(list_coming(event))


def list_visits_between(start: datetime, end: datetime) -> list[tuple[VisitRequest, Event]]:
    """Visits that are to take place and begin in a span of time, soonest first."""
    rows = db.session.execute(
        select(VisitRequest, Event)
        .join(Event, Event.visit_request_id == VisitRequest.id)
        .where(
            VisitRequest.status == RequestStatus.ACCEPTED,
            Event.status.in_((EventStatus.PLANNED, EventStatus.CONFIRMED)),
            Event.starts_at >= start,
            Event.starts_at < end,
        )
        .options(joinedload(Event.arrangements), joinedload(Event.audience))
        .order_by(Event.starts_at, Event.id)
    )
    return [(row[0], row[1]) for row in rows]


def count_recent_mails(email: str, messages: tuple[str, ...]) -> int:
    """How many mails of these kinds went to an address in the last 24 hours."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Mail)
            .where(
                Mail.recipient == email,
                Mail.message.in_(messages),
                Mail.created_at > clock.now() - timedelta(days=1),
            )
        )
        or 0
    )


def was_queued(once: str) -> bool:
    return db.session.scalar(select(Mail.id).where(Mail.once == once)) is not None


def find_last_mail(request: VisitRequest, once_starts: tuple[str, ...]) -> Mail | None:
    """The latest mail about a request whose key begins with one of these."""
    return db.session.scalar(
        select(Mail)
        .where(
            Mail.about_kind == VisitRequest.__tablename__,
            Mail.about_id == request.id,
            or_(*(Mail.once.startswith(start, autoescape=True) for start in once_starts)),
        )
        .order_by(Mail.id.desc())
        .limit(1)
    )


def list_history(request: VisitRequest) -> list[Happening]:
    """What was done to a request, newest first, with the names of council people and of nobody else."""
    entries = list_entries_of(VisitRequest.__tablename__, request.id)
    ids = {entry.actor_id for entry in entries if entry.actor_kind is ActorKind.ACCOUNT}
    names = list_account_names({one for one in ids if one is not None})
    return [
        Happening(
            HISTORY_WORDS.get(entry.action, entry.action),
            entry.at,
            OTHERS.get(entry.actor_kind) or names.get(entry.actor_id or 0, "a former account"),
        )
        for entry in reversed(entries)
    ]


def list_history_for_host(request: VisitRequest) -> list[Happening]:
    """What happened to a request, newest first, in words for who asked; their own messages are in it."""
    entries = list_entries_of(VisitRequest.__tablename__, request.id)
    found = [Happening(HOST_WORDS[one.action], one.at) for one in entries if one.action in HOST_WORDS]
    mails = list_about(VisitRequest.__tablename__, request.id)
    found += [
        Happening(HOST_MAIL_WORDS[one.message], one.created_at) for one in mails if one.message in HOST_MAIL_WORDS
    ]
    found += [Happening("You asked for a change", one.created_at, text=one.words) for one in request.messages]
    return sorted(found, key=lambda one: one.when, reverse=True)
