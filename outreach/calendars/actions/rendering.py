"""Writing the texts of events as they should be."""

from __future__ import annotations

from outreach import clock
from outreach.calendars.models import CalendarText
from outreach.calendars.queries.texts import Text, list_stored, load_events, texts_of
from outreach.calendars.rules import View
from outreach.db import db


def reads_otherwise(fresh: Text, row: CalendarText) -> bool:
    """Whether readers of a kept text would see a change. One of before SEQUENCE was kept may be any."""
    return row.sequence is not None and fresh.render_as(row) != row.text


def render_events(event_ids: set[int]) -> set[View]:
    """Write the texts of these events as they should be. Returns the views in which anything changed."""
    stored, changed = list_stored(event_ids), set[View]()
    for event in load_events(event_ids):
        rows = stored.get(event.id, {})
        fresh = {text.view: text for text in texts_of(event)}
        changed |= {view for view, text in fresh.items() if _keep(text, rows.get(view))}
        for view in rows.keys() - fresh.keys():
            db.session.delete(rows[view])
            changed.add(view)
    db.session.flush()
    return changed


def _keep(fresh: Text, row: CalendarText | None) -> bool:
    """Write a text if it is new or differs; whether it did. What no feed shows any more is not made anew."""
    if row is None and fresh.shown_until < clock.today():
        return False
    if row is not None and is_kept(fresh, row):
        return False
    event = fresh.event
    row = row or CalendarText(event_id=event.id, view=fresh.view)
    row.sequence, row.changed_at = event.sequence, event.changed_at
    row.text = fresh.render_as(row)
    for name, value in _where(fresh).items():
        setattr(row, name, value)
    db.session.add(row)
    return True


def is_kept(fresh: Text, row: CalendarText) -> bool:
    """Whether a kept text says what a fresh one would.

    The public's keeps its SEQUENCE through changes that the public does not see. The others have one UID with the
    invitations by mail, so they have the same SEQUENCE, always.
    """
    event = fresh.event
    if fresh.view is not View.PUBLIC and (row.sequence, row.changed_at) != (event.sequence, event.changed_at):
        return False
    where = _where(fresh)
    return (
        row.sequence is not None
        and {name: getattr(row, name) for name in where} == where
        and not reads_otherwise(fresh, row)
    )


def _where(fresh: Text) -> dict[str, object]:
    """In which feeds a text is, and until when."""
    event = fresh.event
    return {
        "district_id": event.district_id,
        "activity_id": event.activity_id,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "shown_until": fresh.shown_until,
    }
