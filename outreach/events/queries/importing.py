"""What earlier imports of a calendar came to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.db import db
from outreach.districts.models import County
from outreach.events.models import Assignment, Event, ImportedEntry
from outreach.institutions.models import Institution

BATCH = 500


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


def known_uids(uids: Iterable[str]) -> set[str]:
    """Those of these UIDs that an event of ours has in a calendar."""
    wanted, found = sorted(uids), set[str]()
    for first in range(0, len(wanted), BATCH):
        some = wanted[first : first + BATCH]
        for column in (Event.uid_public, Event.uid_staff):
            found.update(db.session.scalars(select(column).where(column.in_(some))))
    return found


def lock_calendar(institution_id: int | None) -> None:
    """Have the calendar of an institution, or without one the county's own, to oneself until the act is done."""
    whose = (
        select(County.id) if institution_id is None else select(Institution.id).where(Institution.id == institution_id)
    )
    db.session.execute(whose.with_for_update(key_share=True))


def lock_events(ids: list[int]) -> None:
    """Have these events to oneself until the act is done, by number."""
    db.session.execute(select(Event.id).where(Event.id.in_(ids)).order_by(Event.id).with_for_update())
