"""Sending what is queued: claim a mail in one short transaction, talk to the server in none, then mark it.

At least once: a kill between the server's 250 and our mark repeats one mail, with the same Message-ID.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import begin_writing
from outreach.outbox.models import Mail
from outreach.outbox.rules import LEASE, MOST_ATTEMPTS, STEPS, MailStatus, wait_before

SMTP_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    """Where mails go. `smtp://` upgrades to TLS when offered, `smtps://` begins with it."""

    host: str
    port: int
    user: str
    password: str
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
    """Take the next due mail for LEASE, or None. Commits."""
    begin_writing(session)
    mail = session.scalar(
        select(Mail)
        .where(
            or_(Mail.status == MailStatus.QUEUED, Mail.status == MailStatus.SENDING),
            Mail.due_at <= clock.now(),
        )
        .order_by(Mail.due_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if mail is None:
        session.rollback()
        return None
    mail.status = STEPS[mail.status, "claim"]
    mail.attempts += 1
    mail.due_at = clock.now() + LEASE
    session.commit()
    session.expunge(mail)
    return mail


def deliver(mail: Mail, mail_from: str, server: Server | None) -> str | None:
    """Hand one mail to the server; without one (demo) it counts as delivered. Returns what went wrong, or None.

    A refusal that will not pass by itself begins with "refused".
    """
    if server is None:
        return None
    try:
        with _connect(server) as connection:
            connection.send_message(compose(mail, mail_from))
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
        return "refused: the address or the subject cannot be written in a mail"
    return None


def mark(session: Session, mail: Mail, problem: str | None, keep_body: bool) -> MailStatus:
    """Write how it went. Commits. The body goes at once on success: it may hold a private link."""
    if problem is None:
        step = "sent"
    elif problem.startswith("refused") or mail.attempts >= MOST_ATTEMPTS:
        step = "give up"
    else:
        step = "try again"
    status = STEPS[MailStatus.SENDING, step]
    values: dict[str, object] = {"status": status, "error": problem[:300] if problem else None}
    if step == "sent":
        values["sent_at"] = clock.now()
        if not keep_body:
            values["body"] = ""
    elif step == "try again":
        values["due_at"] = clock.now() + wait_before(mail.attempts)
    begin_writing(session)
    session.execute(update(Mail).where(Mail.id == mail.id, Mail.status == MailStatus.SENDING).values(values))
    session.commit()
    return status


def compose(mail: Mail, mail_from: str) -> EmailMessage:
    """The mail as it is sent: plain text, one recipient, a stable Message-ID."""
    message = EmailMessage(policy=SMTP)
    message["From"] = mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="quoted-printable")
    return message


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SMTP_TIMEOUT_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SMTP_TIMEOUT_SECONDS)
        if "starttls" in _extensions(connection):
            connection.starttls(context=context)
    if server.user:
        connection.login(server.user, server.password)
    return connection


def _extensions(connection: smtplib.SMTP) -> dict[str, str]:
    connection.ehlo_or_helo_if_needed()
    return connection.esmtp_features
