"""Reading the outbox."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from outreach.db import db
from outreach.errors import NotFound
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind


def get_mail(mail_id: int) -> Mail:
    """A mail that the coordinator may see, locked for a change."""
    mail = db.session.scalar(select_shown().where(Mail.id == mail_id).with_for_update())
    if mail is None:
        raise NotFound
    return mail


def select_failed() -> Select[Mail]:
    """Mails that were given up, oldest first: somebody is waiting for each.

    One whose text has been erased for its age can no longer be sent; one that a later mail has overtaken must not be.
    """
    return (
        select_shown()
        .where(Mail.status == MailStatus.FAILED, Mail.body != "", ~_overtaken())
        .order_by(Mail.created_at, Mail.id)
    )


def _overtaken() -> ColumnElement[bool]:
    later = aliased(Mail)
    return exists().where(later.thread == Mail.thread, later.id > Mail.id, later.status != MailStatus.FAILED)


def is_overtaken(mail: Mail) -> bool:
    """Whether a later mail of its thread has gone out, or is on its way."""
    return bool(db.session.scalar(select(_overtaken()).where(Mail.id == mail.id)))


def count_failed() -> int:
    return db.session.scalar(select(func.count()).select_from(select_failed().order_by(None).subquery())) or 0


def select_others() -> Select[Mail]:
    """Mails that wait, are being sent or were sent, newest first."""
    return select_shown().where(Mail.status != MailStatus.FAILED).order_by(Mail.created_at.desc(), Mail.id.desc())


def select_shown() -> Select[Mail]:
    """Mails that the coordinator may see: not those to friends who were referred, which are recruitment's own."""
    return select(Mail).where(Mail.recipient_kind != RecipientKind.FRIEND)


def list_about(about_kind: str, about_id: int) -> list[Mail]:
    """The mails about one row, oldest first, for its history."""
    return list(
        db.session.scalars(
            select(Mail)
            .where(Mail.about_kind == about_kind, Mail.about_id == about_id)
            .order_by(Mail.created_at, Mail.id)
        )
    )
