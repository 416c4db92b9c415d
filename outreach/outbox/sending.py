"""Sending what is queued: claim a mail in one short transaction, talk to the server in none, then mark it.

At least once: a kill between the server's 250 and our mark repeats one mail, with the same Message-ID.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.db import begin_writing
from outreach.ical import Method
from outreach.outbox.models import Mail
from outreach.outbox.rules import LEASE, STEPS, WAITING, MailStatus, as_html, step_after, wait_before

SCHEDULING = (Method.REQUEST, Method.CANCEL)  # what Outlook, Gmail and Apple answer, or act upon
SMTP_TIMEOUT_SECONDS = 10.0
UNWRITABLE = "refused: the address or the subject cannot be written in a mail"


@dataclass(frozen=True)
class Server:
    """Where mails go. `smtp://` upgrades to TLS when offered, `smtps://` begins with it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool

    @classmethod
    def from_url(cls, url: str) -> Server:
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        return cls(
            parts.hostname or "localhost",
            parts.port or (465 if tls else 25),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls,
        )


def claim(session: Session) -> Mail | None:
    """Take the next due mail for LEASE, or None. Commits. Takes no lock while nothing is due.

    A mail waits while an earlier one of its thread is on its way, so that a CANCEL never overtakes its REQUEST; one
    that was given up holds nothing back.
    """
    due = (
        select(Mail)
        .where(Mail.status.in_(WAITING), Mail.due_at <= clock.now(), ~_held_back())
        .order_by(Mail.due_at, Mail.id)
        .limit(1)
    )
    anything = session.scalar(select(due.exists()))
    session.rollback()
    if not anything:
        return None
    begin_writing(session)
    mail = session.scalar(due.with_for_update(skip_locked=True))
    if mail is None:
        session.rollback()
        return None
    mail.status = STEPS[mail.status, "claim"]
    mail.attempts += 1
    mail.due_at = clock.now() + LEASE
    session.commit()
    session.expunge(mail)
    return mail


def _held_back() -> ColumnElement[bool]:
    earlier = aliased(Mail)
    return exists().where(earlier.thread == Mail.thread, earlier.id < Mail.id, earlier.status.in_(WAITING))


def deliver(mail: Mail, mail_from: str, server: Server | None) -> str | None:
    """Hand one mail to the server; without one (demo) it counts as delivered. Returns what went wrong, or None.

    A refusal that will not pass by itself begins with "refused".
    """
    if server is None:
        return None
    if "@" not in mail.recipient:
        return UNWRITABLE  # the library takes an empty list of recipients for a refusal without a reason
    try:
        message = compose(mail, mail_from)
    except (ValueError, LookupError, AttributeError, TypeError, MessageError):
        # The library's parser of addresses fails in several ways; none of them passes by itself.
        return UNWRITABLE
    try:
        connection = _connect(server)
        try:
            connection.send_message(message)
        finally:
            # The server has answered already: how it says goodbye must not make a mail go out twice.
            _leave(connection)
    except smtplib.SMTPNotSupportedError:
        return UNWRITABLE
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return f"{'refused' if code >= 500 else 'deferred'}: {code} {words.decode('utf-8', 'replace')}"
    except smtplib.SMTPResponseException as error:
        text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        kind = "refused" if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500 else "deferred"
        return f"{kind}: {error.smtp_code} {text}"
    except (OSError, smtplib.SMTPException) as error:
        return f"unreachable: {type(error).__name__}"
    except ValueError:
        return UNWRITABLE
    return None


def mark(session: Session, mail: Mail, problem: str | None, keep_body: bool) -> MailStatus:
    """Write how it went. Commits. The body goes at once on success: it may hold a private link.

    A worker that was so slow that another took the mail over may still say that it was sent, but not that it was not.
    """
    step = step_after(problem, mail.attempts)
    status = STEPS[MailStatus.SENDING, step]
    values: dict[str, object] = {"status": status, "error": problem[:300] if problem else None}
    if step == "sent":
        values["sent_at"] = clock.now()
        if not keep_body:
            values |= {"body": "", "calendar": None}
    elif step == "try again":
        values["due_at"] = clock.now() + wait_before(mail.attempts)
    begin_writing(session)
    own = (Mail.status == MailStatus.SENDING) & (Mail.attempts == mail.attempts)
    which = Mail.status != MailStatus.SENT if step == "sent" else own
    session.execute(update(Mail).where(Mail.id == mail.id, which).values(values))
    session.commit()
    return status


def compose(mail: Mail, mail_from: str) -> EmailMessage:
    """The mail as it is sent: one recipient, a stable Message-ID, plain text, and perhaps a calendar.

    One that asks or takes back is the last alternative of the text, where Outlook and Gmail look for it to show their
    buttons, and once more a file for those that do not; one that is only offered is a file.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="quoted-printable")
    if mail.calendar is not None and mail.calendar_method is not None:
        _add_calendar(message, mail, mail.calendar, mail.calendar_method)
    return message


def _add_calendar(message: EmailMessage, mail: Mail, text: str, method: str) -> None:
    """In base64, so that no relay breaks a line. Only the SMTP policy keeps the lines' CRLF."""
    as_calendar: dict[str, Any] = {
        "subtype": "calendar",
        "charset": "UTF-8",
        "cte": "base64",
        "params": {"method": method},
    }
    if method not in SCHEDULING:
        message.add_attachment(text, filename="event.ics", **as_calendar)
        return
    message.add_alternative(as_html(mail.body), subtype="html", cte="quoted-printable")
    message.add_alternative(text, **as_calendar)
    message.add_attachment(text.encode(), maintype="application", subtype="ics", filename="invite.ics")


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SMTP_TIMEOUT_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SMTP_TIMEOUT_SECONDS)
    try:
        if not server.tls and "starttls" in _extensions(connection):
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _leave(connection: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()
    connection.close()


def _extensions(connection: smtplib.SMTP) -> dict[str, str]:
    connection.ehlo_or_helo_if_needed()
    return connection.esmtp_features
