"""Reading the outbox."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from outreach.db import db
from outreach.errors import NotFound
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus


def get_mail(mail_id: int) -> Mail:
    mail = db.session.get(Mail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound
    return mail


def select_failed() -> Select[Mail]:
    """Mails that were given up, oldest first: somebody is waiting for each."""
    return select(Mail).where(Mail.status == MailStatus.FAILED).order_by(Mail.created_at, Mail.id)


def count_failed() -> int:
    return db.session.scalar(select(func.count()).select_from(Mail).where(Mail.status == MailStatus.FAILED)) or 0


def select_all() -> Select[Mail]:
    """Every mail, newest first."""
    return select(Mail).order_by(Mail.created_at.desc(), Mail.id.desc())


def list_about(about_kind: str, about_id: int) -> list[Mail]:
    """The mails about one row, oldest first, for its history."""
    return list(
        db.session.scalars(
            select(Mail)
            .where(Mail.about_kind == about_kind, Mail.about_id == about_id)
            .order_by(Mail.created_at, Mail.id)
        )
    )
