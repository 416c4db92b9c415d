"""Finding what a mail answers, and the mails that wait for a person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.outbox.rules import RecipientKind
from outreach.replies.models import Reply
from outreach.replies.rules import ReplyStatus

MOST_ASKED = 20
READ = (ReplyStatus.ACTED, ReplyStatus.NOTED)


def find_event(uid: str) -> Event | None:
    """The event of an invitation, by the UID that stood in it."""
    return db.session.scalar(select(Event).where(Event.uid_staff == uid))


def find_invited(event: Event, address: str) -> Assignment | None:
    """The assignment whose invitation went to an address, or would go there."""
    invited = func.lower(func.coalesce(Assignment.mailed_to, Ambassador.email))
    return db.session.scalar(
        select(Assignment)
        .join(Assignment.ambassador)
        .where(Assignment.event_id == event.id, invited == address.lower())
        .order_by(Assignment.mailed_to.is_(None), Assignment.id)
        .limit(1)
    )


def list_asked(address: str) -> list[Assignment]:
    """What somebody who writes from an address is asked or expected to do, soonest first."""
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.ambassador)
            .join(Assignment.event)
            .where(
                func.lower(Ambassador.email) == address.lower(),
                Assignment.status.in_((AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED)),
                Event.ends_at > clock.now(),
            )
            .options(contains_eager(Assignment.event), contains_eager(Assignment.ambassador))
            .order_by(Event.starts_at, Event.id)
            .limit(MOST_ASKED)
        )
    )


def find_last_read(assignment: Assignment) -> Reply | None:
    """The last answer by mail that counted."""
    return db.session.scalar(
        select(Reply)
        .where(Reply.assignment_id == assignment.id, Reply.status.in_(READ), Reply.stamp.is_not(None))
        .order_by(Reply.stamp.desc(), Reply.id.desc())
        .limit(1)
    )


def find_mail_about(message_ids: Sequence[str]) -> Mail | None:
    """The mail of ours that a mail refers to."""
    known = {mail.message_id: mail for mail in db.session.scalars(select(Mail).where(Mail.message_id.in_(message_ids)))}
    return next((known[one] for one in message_ids if one in known), None)


def find_event_of(mail: Mail) -> tuple[Event | None, Assignment | None]:
    """The event that a mail of ours was about, and the assignment to it of the person it went to."""
    event = db.session.get(Event, mail.about_id) if mail.about_kind == "event" and mail.about_id is not None else None
    if event is None or mail.recipient_kind is not RecipientKind.AMBASSADOR:
        return event, None
    found = select(Assignment).where(Assignment.event_id == event.id, Assignment.ambassador_id == mail.recipient_id)
    return event, db.session.scalar(found)


def get_waiting(reply_id: int) -> Reply:
    """A mail that a person has, or had, to see."""
    found = db.session.scalar(_shown().where(Reply.id == reply_id))
    if found is None:
        raise NotFound
    return found


def select_waiting() -> Select[Reply]:
    """The mails that wait for a person, oldest first."""
    return _shown().where(Reply.status == ReplyStatus.WAITING).order_by(Reply.received_at, Reply.id)


def count_waiting() -> int:
    return db.session.scalar(select(func.count()).where(Reply.status == ReplyStatus.WAITING)) or 0


def _shown() -> Select[Reply]:
    return (
        select(Reply)
        .where(Reply.status.in_((ReplyStatus.WAITING, ReplyStatus.DONE)))
        .options(
            joinedload(Reply.event),
            joinedload(Reply.assignment).joinedload(Assignment.ambassador),
            joinedload(Reply.done_by),
        )
    )
