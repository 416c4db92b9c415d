"""Writing the audit."""

from __future__ import annotations

from typing import Any, Protocol

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
