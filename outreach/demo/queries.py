"""Finding somebody to be: whoever has something to do just now."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach import clock
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.institutions.models import Contact
from outreach.outbox.models import Mail
from outreach.outcomes.models import Outcome
from outreach.referrals.models import Candidate, PendingFriend, Referral
from outreach.referrals.rules.consent import ReferralState
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus

OPEN = (EventStatus.PLANNED, EventStatus.CONFIRMED)


def find_waiting_invitation() -> Assignment | None:
    """The soonest invitation that has not been answered."""
    return db.session.scalar(
        _assignments()
        .where(Assignment.status == AssignmentStatus.INVITED, Event.starts_at > clock.now())
        .order_by(Event.starts_at, Assignment.id)
        .limit(1)
    )


def find_unrecorded_visit() -> Assignment | None:
    """The latest visit that is over and of which its ambassador has not said how it went."""
    return db.session.scalar(
        _assignments()
        .outerjoin(Outcome, Outcome.event_id == Event.id)
        .where(Assignment.status == AssignmentStatus.ACCEPTED, Event.ends_at < clock.now(), Outcome.id.is_(None))
        .order_by(Event.ends_at.desc(), Assignment.id)
        .limit(1)
    )


def _assignments() -> Select[Assignment]:
    return (
        select(Assignment)
        .join(Assignment.event)
        .where(Event.status.in_(OPEN))
        .options(contains_eager(Assignment.event), joinedload(Assignment.ambassador))
    )


def find_coming_visit() -> VisitRequest | None:
    """A request of a verified contact that was accepted, with somebody coming; the soonest."""
    return db.session.scalar(
        select(VisitRequest)
        .join(Event, Event.visit_request_id == VisitRequest.id)
        .join(Contact, Contact.id == VisitRequest.contact_id)
        .where(
            VisitRequest.status == RequestStatus.ACCEPTED,
            Event.status == EventStatus.CONFIRMED,
            Event.starts_at > clock.now(),
            Contact.verified_at.is_not(None),
        )
        .options(joinedload(VisitRequest.contact), joinedload(VisitRequest.institution))
        .order_by(Event.starts_at, Event.id)
        .limit(1)
    )


def find_friend() -> Referral | None:
    """A friend who has been asked and has not answered, the newest; when all have, the newest who said yes."""
    waiting = select(Referral).join(PendingFriend, PendingFriend.referral_id == Referral.id)
    agreed = select(Referral).join(Candidate, Candidate.referral_id == Referral.id).where(Candidate.email != "")
    for query, state in ((waiting, ReferralState.WAITING), (agreed, ReferralState.AGREED)):
        newest = query.where(Referral.state == state).order_by(Referral.made_at.desc(), Referral.id.desc())
        found = db.session.scalar(newest.limit(1))
        if found is not None:
            return found
    return None


def get_mail_with_calendar(mail_id: int) -> Mail:
    mail = db.session.get(Mail, mail_id)
    if mail is None or mail.calendar is None:
        raise NotFound
    return mail


def select_mails() -> Select[Mail]:
    """Everything that was queued or sent, newest first."""
    return select(Mail).order_by(Mail.created_at.desc(), Mail.id.desc())
