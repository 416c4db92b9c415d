"""What earlier imports of a calendar came to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.db import db
from outreach.events.models import Assignment, Event, ImportedEntry


def list_imported(institution_id: int | None) -> list[ImportedEntry]:
    """Everything an institution's calendar, or without one the county's own, has brought, with its events."""
    return list(
        db.session.scalars(
            select(ImportedEntry)
            .where(ImportedEntry.institution_id == institution_id)
            .options(
                joinedload(ImportedEntry.event).selectinload(Event.assignments).joinedload(Assignment.ambassador),
                joinedload(ImportedEntry.event).joinedload(Event.site),
            )
            .order_by(ImportedEntry.id)
            .execution_options(populate_existing=True)
        )
    )


def lock_events(ids: list[int]) -> None:
    """Have these events to oneself until the act is done, by number."""
    db.session.execute(select(Event.id).where(Event.id.in_(ids)).order_by(Event.id).with_for_update())
