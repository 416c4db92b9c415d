"""Reading the audit, narrowed, with the names of those who acted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select

from outreach import clock
from outreach.accounts.models import Account
from outreach.ambassadors.models import Ambassador
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.institutions.models import Contact
from outreach.web.door import ActorKind


@dataclass(frozen=True)
class AuditFilter:
    """What the audit is narrowed to; what is left out does not narrow it."""

    action: str = ""
    actor_kind: ActorKind | None = None
    subject_kind: str = ""
    subject_id: int | None = None
    first: date | None = None
    last: date | None = None


def select_audit(wanted: AuditFilter) -> Select[AuditEntry]:
    """Entries, newest first. Both days are included, as London counts them."""
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.actor_kind is not None:
        query = query.where(AuditEntry.actor_kind == wanted.actor_kind)
    if wanted.subject_kind:
        query = query.where(AuditEntry.subject_kind == wanted.subject_kind)
    if wanted.subject_id is not None:
        query = query.where(AuditEntry.subject_id == wanted.subject_id)
    if wanted.first is not None:
        query = query.where(AuditEntry.at >= clock.start_of(wanted.first))
    if wanted.last is not None and wanted.last < date.max:
        query = query.where(AuditEntry.at < clock.start_of(wanted.last + timedelta(days=1)))
    return query


def list_audit_words() -> tuple[list[str], list[str]]:
    """The actions and the kinds of rows that occur in the audit, to choose from."""
    actions = db.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action))
    kinds = db.session.scalars(select(AuditEntry.subject_kind).distinct().order_by(AuditEntry.subject_kind))
    return list(actions), list(kinds)


def find_actor_names(entries: Iterable[AuditEntry]) -> dict[tuple[ActorKind, int], str]:
    """The names of the people who did these acts, looked up now: the audit itself holds none."""
    wanted: dict[ActorKind, set[int]] = {}
    for entry in entries:
        if entry.actor_id is not None:
            wanted.setdefault(entry.actor_kind, set()).add(entry.actor_id)
    names: dict[tuple[ActorKind, int], str] = {}
    for kind, model in ((ActorKind.ACCOUNT, Account), (ActorKind.AMBASSADOR, Ambassador), (ActorKind.CONTACT, Contact)):
        ids = wanted.get(kind, set())
        rows = db.session.execute(select(model.id, model.name).where(model.id.in_(ids))) if ids else ()
        names |= {(kind, row[0]): row[1] for row in rows}
    return names
