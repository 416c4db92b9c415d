"""Writing the audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import insert

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.web.door import Actor


class Row(Protocol):
    """Anything with a table and a number."""

    __tablename__: str
    id: Any


def record(actor: Actor, action: str, row: Row, **details: str | int | bool | list[str] | None) -> None:
    """Write that `actor` did `action` to `row`. Details are codes, figures and references, never names or words."""
    db.session.flush()
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_kind=actor.kind,
            actor_id=actor.id,
            action=action,
            subject_kind=row.__tablename__,
            subject_id=row.id,
            details=details,
        )
    )


def record_many(
    actor: Actor, action: str, kind: type[Row], acts: Iterable[tuple[int, dict[str, str | int | bool]]]
) -> None:
    """Write that `actor` did `action` to many rows of a kind at once: the number of each, and the details."""
    at = clock.now()
    entries = [
        {
            "at": at,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "action": action,
            "subject_kind": kind.__tablename__,
            "subject_id": id,
            "details": details,
        }
        for id, details in acts
    ]
    if entries:
        db.session.execute(insert(AuditEntry), entries)
