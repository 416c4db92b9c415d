"""Queueing a mail, and mending one that failed. Nothing is sent inside a request."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from sqlalchemy import delete, select

from outreach import clock
from outreach.audit.actions import Row, record
from outreach.db import db
from outreach.errors import Conflict
from outreach.ical import CalendarPart, readdress
from outreach.outbox.models import Mail
from outreach.outbox.queries import is_overtaken
from outreach.outbox.rules import STEPS, MailStatus, RecipientKind
from outreach.web.door import Actor
from outreach.web.facts import emit

# What a passage left out of a template leaves behind.
BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True)
class Recipient:
    """A person a mail goes to."""

    kind: RecipientKind
    id: int
    name: str
    email: str


@dataclass(frozen=True)
class AddressCorrected:
    """A fact: the address of this person was wrong and is now `email`."""

    actor: Actor
    kind: RecipientKind
    id: int
    email: str


def queue_mail(
    to: Recipient,
    message: str,
    about: Row | None = None,
    once: str | None = None,
    calendar: CalendarPart | None = None,
    thread: str | None = None,
    **context: Any,
) -> Mail | None:
    """Queue `templates/email/<message>/` for one person, in the transaction of the act that causes it.

    `once` names a mail that may only ever go out once (a reminder for one day); if it was queued
    before, nothing happens and None is returned. `calendar` goes with it. Mails of one `thread` are sent in the order
    in which they are queued, so whoever queues them holds a lock that gives them one.
    """
    context |= {"to": to, "calendar": calendar}
    if once is not None and db.session.scalar(select(Mail.id).where(Mail.once == once)) is not None:
        return None
    subject = render_template(f"email/{message}/subject.txt", **context)
    body = render_template(f"email/{message}/body.txt", **context)
    db.session.flush()
    host: str = current_app.config["HOST"]
    mail = Mail(
        message_id=f"<{secrets.token_hex(16)}@{host}>",
        message=message,
        recipient=to.email,
        recipient_kind=to.kind,
        recipient_id=to.id,
        about_kind=about.__tablename__ if about is not None else None,
        about_id=about.id if about is not None else None,
        once=once,
        subject=" ".join(subject.split())[:300],
        body=BLANK_LINES.sub("\n\n", body.strip()) + "\n",
        calendar=calendar.text if calendar else None,
        calendar_method=calendar.method if calendar else None,
        thread=thread,
        status=MailStatus.QUEUED,
        attempts=0,
        created_at=clock.now(),
        due_at=clock.now(),
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def drop_mails(once: str) -> None:
    """Take back the mails whose `once` begins so, unless one is being sent: what they ask for is settled."""
    mine = Mail.once.startswith(once, autoescape=True)
    db.session.execute(delete(Mail).where(mine, Mail.status == MailStatus.QUEUED))


def send_again(actor: Actor, mail: Mail, email: str) -> None:
    """Send a failed mail again, to a corrected address if it differs.

    Emits AddressCorrected, so that the person's record is corrected with it.
    """
    if (mail.status, "send again") not in STEPS:
        raise Conflict("This mail is no longer waiting to be sent again.")
    if not mail.body:
        raise Conflict("This mail is too old to be sent again: its text has been erased.")
    if is_overtaken(mail):
        raise Conflict("A later mail about the same event has been sent since, so this one is out of date.")
    if email != mail.recipient and mail.calendar is not None:
        mail.calendar = readdress(mail.calendar, email)
    if email != mail.recipient and mail.recipient_id is not None:
        emit(AddressCorrected(actor, mail.recipient_kind, mail.recipient_id, email))
    mail.recipient = email
    mail.status = STEPS[mail.status, "send again"]
    mail.attempts = 0
    mail.error = None
    mail.due_at = clock.now()
    record(actor, "mail.send_again", mail)
