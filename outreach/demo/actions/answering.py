"""The mails that wait under "Answers by mail": each is read as the mailbox would read it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Select, select

from outreach import clock
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.demo.rules.letters import LETTERS, Invitation
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind
from outreach.replies.actions import receive_mail

LEFT_ALONE = 2
"""The soonest invitations are those that the demonstration opens for people to answer."""


def add_answers(scene: Scene) -> None:
    """Some answer their invitations in ways that wait for a person. None of their invitations is answered by it."""
    invited = [
        one
        for event in sorted(scene.events, key=lambda event: (event.starts_at, event.id))
        for one in event.assignments
        if one.status is AssignmentStatus.INVITED and event.starts_at > scene.now
    ]
    mails = {(mail.about_id, mail.recipient_id): mail for mail in db.session.scalars(_invitations())}
    asked = [one for one in invited if (one.event_id, one.ambassador_id) in mails][LEFT_ALONE:]
    for write, one in zip(LETTERS, asked, strict=False):
        at = (one.invited_at or scene.now) + timedelta(minutes=scene.chance.randint(90, 20 * 60))
        letter = write(_invitation(one, mails[one.event_id, one.ambassador_id], at))
        reply = receive_mail(letter.as_bytes())
        if reply is not None:
            reply.received_at = at
    db.session.flush()


def _invitations() -> Select[Mail]:
    return (
        select(Mail)
        .where(
            Mail.about_kind == "event",
            Mail.recipient_kind == RecipientKind.AMBASSADOR,
            Mail.status != MailStatus.FAILED,
        )
        .order_by(Mail.id)
    )


def _invitation(assignment: Assignment, mail: Mail, at: datetime) -> Invitation:
    event = assignment.event
    return Invitation(
        title=event.title,
        name=assignment.ambassador.name,
        email=assignment.mailed_to or assignment.ambassador.email,
        organizer=current_app.config["MAIL_REPLIES"],
        mail_id=mail.message_id,
        uid=event.uid_staff,
        sequence=assignment.mailed_sequence or 0,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        answered_at=min(at, clock.now()),  # the demonstration may be built for a day that has not come
    )
