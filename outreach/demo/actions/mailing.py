"""The mails that had gone out when the demonstration begins, and the two that had not arrived."""

from __future__ import annotations

from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.events.actions.mails import mail_accepted, mail_coordinators_cannot_come, mail_invitation
from outreach.events.queries.arrangements import is_missing
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.institutions.models import Contact
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind
from outreach.visits.actions.mailing import mail_contact
from outreach.visits.queries import count_coming, list_companions
from outreach.visits.rules import RequestStatus

REFUSED = "refused: 550 5.1.1 no such mailbox"


def add_mails(scene: Scene) -> None:
    """Every invitation that waits and every new request has its mail; one of each kind went to a mistyped address."""
    for event in scene.events:
        for assignment in event.assignments:
            if assignment.status is AssignmentStatus.INVITED and event.starts_at > scene.now:
                mail_invitation(assignment, "")
    for request in scene.requests:
        if request.status is RequestStatus.NEW and request.entered_by_id is None:
            mail_contact(request, "received")
    _tell_of_the_next(scene)
    if scene.dropped_out is not None:
        mail_coordinators_cannot_come(scene.dropped_out, was_coming=True)
    for kind in (RecipientKind.AMBASSADOR, RecipientKind.CONTACT):
        _fail(kind)


def _tell_of_the_next(scene: Scene) -> None:
    """The next visits' mails with the visit pack: to one host who has said all about the day, and one who has not."""
    ahead = [
        one
        for one in sorted(scene.events, key=lambda one: (one.starts_at, one.id))
        if one.starts_at > scene.moment and one.status is EventStatus.CONFIRMED and one in scene.asked
    ]
    for missing in (False, True):
        event = next((one for one in ahead if is_missing(one) is missing), None)
        if event is not None:
            companions = list_companions(event.contact, event)
            message = "coming" if companions else "coming_unnamed"
            mail_contact(scene.asked[event], message, event=event, companions=companions, coming=count_coming(event))
            for one in event.assignments:
                if one.status is AssignmentStatus.ACCEPTED:
                    mail_accepted(one, on_behalf=False)


def _fail(kind: RecipientKind) -> None:
    mail = db.session.scalar(select(Mail).where(Mail.recipient_kind == kind).order_by(Mail.id).limit(1))
    if mail is not None:
        person: Ambassador | Contact | None
        if kind is RecipientKind.AMBASSADOR:
            person = db.session.get(Ambassador, mail.recipient_id)
        else:
            person = db.session.get(Contact, mail.recipient_id)
        mail.recipient = mail.recipient.replace(".example", ".exmaple")
        if person is not None:
            person.email = mail.recipient
        mail.status, mail.attempts, mail.error = MailStatus.FAILED, 1, REFUSED
        mail.due_at = clock.now()
