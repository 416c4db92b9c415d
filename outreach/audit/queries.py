"""Reading the audit."""

from __future__ import annotations

from sqlalchemy import Select, select

from outreach.audit.models import AuditEntry
from outreach.db import db


def list_entries_of(subject_kind: str, subject_id: int, most: int = 100) -> list[AuditEntry]:
    """The acts on one row, oldest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id)
            .order_by(AuditEntry.at, AuditEntry.id)
            .limit(most)
        )
    )


def select_entries(action: str = "", actor_id: int | None = None) -> Select[AuditEntry]:
    """Entries, newest first, for a paged list."""
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if action:
        query = query.where(AuditEntry.action == action)
    if actor_id is not None:
        query = query.where(AuditEntry.actor_id == actor_id)
    return query
