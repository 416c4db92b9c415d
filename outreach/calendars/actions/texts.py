"""Keeping the texts of calendars in step with the events.

An act only says that an event has changed. The text is rendered once, when the act is done and its transaction is
about to be committed (`versions.py`), however often the act said so.
"""

from __future__ import annotations

from outreach import clock
from outreach.calendars.actions.rendering import is_kept, reads_otherwise
from outreach.calendars.actions.versions import note_event, note_view
from outreach.calendars.queries.texts import Stored, list_event_ids, list_stored, load_events, texts_of
from outreach.calendars.rules import View
from outreach.db import begin_writing, db
from outreach.events.actions.rows import lock_event, mark_changed
from outreach.events.models import Event
from outreach.events.rules import EventChanged


def follow_event(fact: EventChanged) -> None:
    """Have the texts of an event that has changed rendered with this transaction. Wired to EventChanged by `app.py`.

    Writes no audit line: the act that changed the event has written its own.
    """
    note_event(fact.event_id)


def rebuild() -> int:
    """Render every text again and put right those that differ; how many events they were of.

    For what no event tells: a term, district or site that the county file renames, another BASE_URL, a new release.
    What then reads otherwise is a change like any other: it raises the event's SEQUENCE.
    """
    return _mend(find_differences())


def mend_texts() -> int:
    """The worker's daily check: prove every text, and put right what differs. Returns how many events differed.

    The proof takes seconds and only reads: nobody waits for the write lock meanwhile.
    """
    db.session.rollback()
    wrong = find_differences()
    db.session.rollback()
    begin_writing(db.session())
    return _mend(wrong)


def follow_county_file() -> int:
    """Have every feed show what a county file that was loaded calls things now. Returns how many events differed."""
    db.session.flush()
    for view in View:
        note_view(view)
    return rebuild()


def find_differences() -> list[int]:
    """The ids of the events that have a stored text which is not what a fresh rendering gives. Changes nothing.

    A text that has left every feed may be gone: retention deletes it.
    """
    ids = list_event_ids()
    stored = list_stored(ids)
    return [event.id for event in load_events(ids) if _differs(event, stored.get(event.id, {}))]


def _differs(event: Event, stored: Stored) -> bool:
    fresh = {text.view: text for text in texts_of(event)}
    if stored.keys() - fresh.keys():
        return True
    for view, text in fresh.items():
        row = stored.get(view)
        if text.shown_until >= clock.today() if row is None else not is_kept(text, row):
            return True
    return False


def _mend(event_ids: list[int]) -> int:
    """Under each event's lock, one after the other by number, as every act takes them."""
    for event in load_events(event_ids):
        lock_event(event)
    stored = list_stored(event_ids)
    for event in load_events(event_ids):
        fresh = {text.view: text for text in texts_of(event)}
        rows = stored.get(event.id, {}).items()
        if any(view in fresh and reads_otherwise(fresh[view], row) for view, row in rows):
            mark_changed(event)
        note_event(event.id)
    return len(event_ids)
