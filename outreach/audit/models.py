"""The audit table. Triggers refuse UPDATE and DELETE; retention alone deletes, through a named exception."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, enum_of
from outreach.web.door import ActorKind


class AuditEntry(Base):
    """One act. Names no person: the actor and the row are numbers, details are codes and figures."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[ActorKind] = mapped_column(enum_of(ActorKind))
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    details: Mapped[dict[str, Any]]


class AuditRelease(Base):
    """The named exception: while a row stands here, retention may delete entries older than `before`."""

    __tablename__ = "audit_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    before: Mapped[datetime]


SQLITE = [
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END""",
    """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
WHEN NOT EXISTS (SELECT 1 FROM audit_release WHERE OLD.at < before)
BEGIN SELECT RAISE(ABORT, 'audit entries are only deleted by retention'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_release WHERE OLD.at < before) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'audit entries are append-only';
END $$""",
    """CREATE TRIGGER audit_entry_guard BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()""",
]

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            AuditRelease.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),
        )
