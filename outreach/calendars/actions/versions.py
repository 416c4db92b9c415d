"""One number for each view, raised by every transaction that changed a text of it, as the last thing before its commit.

A reader that knows the number knows whether what it holds is still so. The rows of the numbers are locked only from
the end of an act to its commit, in one order, when every other lock has been taken: so no two acts can wait for
each other in a ring, and nobody waits for the length of an act.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from outreach import clock
from outreach.calendars.actions.rendering import render_events
from outreach.calendars.models import CalendarVersion
from outreach.calendars.rules import View, next_change
from outreach.db import db

NOTES = "calendars"


@dataclass
class Notes:
    """What a transaction has changed so far that calendars show."""

    events: set[int] = field(default_factory=set)
    views: set[View] = field(default_factory=set)


def note_event(event_id: int) -> None:
    """Have the texts of an event rendered before this transaction is committed."""
    _notes(db.session()).events.add(event_id)


def note_view(view: View) -> None:
    """Have the version of a view raised with this transaction."""
    _notes(db.session()).views.add(view)


def _notes(session: Session) -> Notes:
    notes: Notes = session.info.setdefault(NOTES, Notes())
    return notes


@event.listens_for(db.session, "before_commit")
def settle(session: Session) -> None:
    """Render what has changed, then raise the versions. A savepoint is not the end: only the commit is."""
    if NOTES not in session.info or session.in_nested_transaction():
        return
    notes: Notes = session.info.pop(NOTES)
    session.flush()
    views = notes.views | render_events(notes.events)
    for view in sorted(views, key=lambda one: one.value):
        _raise_version(view)
    session.flush()


@event.listens_for(db.session, "after_transaction_end")
def forget(session: Session, transaction: SessionTransaction) -> None:
    """What was rolled back has not happened."""
    if transaction.parent is None:
        session.info.pop(NOTES, None)


def _raise_version(view: View) -> None:
    """On PostgreSQL the first writer of a view makes its row, and a second one waits for it here."""
    found = select(CalendarVersion).where(CalendarVersion.view == view).with_for_update()
    locked = found.execution_options(populate_existing=True)
    row = db.session.scalar(locked)
    if row is None:
        dialect: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
        first = {"view": view, "number": 0, "changed_at": clock.now()}
        db.session.execute(dialect.insert(CalendarVersion).values(first).on_conflict_do_nothing())
        row = db.session.scalars(locked).one()
    row.changed_at = next_change(row.changed_at if row.number else None, clock.now())
    row.number += 1
    db.session.flush()
