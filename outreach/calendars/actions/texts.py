"""Keeping the texts of calendars in step with the events."""

from __future__ import annotations

from outreach import clock
from outreach.calendars.models import CalendarText
from outreach.calendars.queries import Text, find_stored_text, list_public_texts, list_stored_texts
from outreach.calendars.rules import View
from outreach.db import db
from outreach.events.rules import EventChanged


def follow_event(fact: EventChanged) -> None:
    """Render the public text of an event that has changed. Wired to EventChanged by `app.py`.

    Writes no audit line: the act that changed the event has written its own.
    """
    db.session.flush()
    fresh = next(iter(list_public_texts(fact.event_id)), None)
    stored = find_stored_text(fact.event_id)
    if fresh is not None:
        _keep(fresh, stored)
    elif stored is not None:
        db.session.delete(stored)


def rebuild() -> int:
    """Render every public text again and put right those that differ; how many did.

    For what no event tells: a term or a district that the county file renames, another BASE_URL, a new release.
    """
    stored = {text.event_id: text for text in list_stored_texts()}
    wrong = set(find_differences())
    for fresh in list_public_texts():
        if fresh.event.id in wrong:
            _keep(fresh, stored.get(fresh.event.id))
            stored.pop(fresh.event.id, None)
    for event_id in wrong & stored.keys():
        db.session.delete(stored[event_id])
    return len(wrong)


def find_differences() -> list[int]:
    """The ids of the events whose stored text is not what a fresh rendering gives. Changes nothing.

    A text that has left every feed may be gone: retention deletes it.
    """
    fresh = {text.event.id: text for text in list_public_texts()}
    stored = {text.event_id: text for text in list_stored_texts()}
    missing = [
        event_id for event_id, text in fresh.items() if event_id not in stored and text.shown_until >= clock.today()
    ]
    different = [
        event_id for event_id, text in stored.items() if event_id not in fresh or not _same(fresh[event_id], text)
    ]
    return sorted(missing + different)


def _same(fresh: Text, stored: CalendarText) -> bool:
    return _values(fresh) == {name: getattr(stored, name) for name in _values(fresh)}


def _values(fresh: Text) -> dict[str, object]:
    event = fresh.event
    return {
        "uid": event.uid_public,
        "text": fresh.text,
        "checksum": fresh.checksum,
        "district_id": event.district_id,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "shown_until": fresh.shown_until,
    }


def _keep(fresh: Text, stored: CalendarText | None) -> None:
    """Write the text if it is new or differs; one that is as it was keeps its time of change."""
    if stored is not None and _same(fresh, stored):
        return
    if stored is None:
        stored = CalendarText(event_id=fresh.event.id, view=View.PUBLIC)
    for name, value in _values(fresh).items():
        setattr(stored, name, value)
    stored.changed_at = clock.now()
    db.session.add(stored)
    db.session.flush()
