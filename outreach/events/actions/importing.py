"""Importing a calendar: read once, shown with a verdict on every entry, then acted on in one transaction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db
from outreach.errors import Conflict
from outreach.events.actions.changing import move_event
from outreach.events.actions.children import child_bar_of
from outreach.events.actions.events import EventEdit, cancel_event, edit_event, plan_event
from outreach.events.actions.inviting import times_of
from outreach.events.actions.rows import check_coordinator, lock_ambassadors
from outreach.events.models import Event, ImportedEntry
from outreach.events.queries import clashes_of
from outreach.events.queries.importing import known_uids, list_imported, lock_calendar, lock_events
from outreach.events.rules import HOLDING, EventDetails, EventStatus
from outreach.events.rules.importing import (
    FIELDS,
    LONGEST_PLACE,
    LONGEST_TITLE,
    LONGEST_WORDS,
    Entry,
    Judged,
    Standing,
    Take,
    Verdict,
    digest_of,
    judge,
    mark_of,
    read_choices,
)
from outreach.ical.uploaded import Unreadable, UploadedEntry, read_upload
from outreach.web.door import Actor
from outreach.web.fields import clean_text

OURS = "It is from a calendar of ours, so it stands here already"
CHANGED_SINCE = "Something has changed since you looked. Check the entries again."


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file that was read: whose calendar it is, what its new events get, and its entries."""

    institution_id: int | None
    site_id: int | None
    district_id: int
    activity_id: int
    needed: int
    place: str  # for entries that name none
    most: Take  # what becomes of new entries unless chosen otherwise
    entries: tuple[Entry, ...] = ()
    private: int = 0


def read_file(data: bytes, plan: Import) -> Import:
    """The plan with the entries of a file. Raises Conflict beside `file` for one that cannot be read."""
    try:
        upload = read_upload(data, clock.now())
    except Unreadable as refused:
        raise Conflict(str(refused), "file") from None
    calendar = str(plan.institution_id or "county")
    ours = _own_uids({one.uid for one in upload.entries})
    entries = tuple(
        _fitted(replace(one, problem=one.problem or OURS) if one.uid in ours else one, calendar, plan.place)
        for one in upload.entries
    )
    return replace(plan, entries=entries, private=upload.private)


def _own_uids(uids: set[str]) -> set[str]:
    """Those of our own calendars, that of openings, outcomes and rewards too: what they name must not come in twice."""
    made = re.compile(rf"(?:EV|RF)-[^@]*@{re.escape(current_app.config['HOST'])}")
    return known_uids(uids) | {uid for uid in uids if made.fullmatch(uid)}


def _fitted(one: UploadedEntry, calendar: str, place: str) -> Entry:
    """An entry as an event can hold it: in our spelling, and not too long."""
    whole = {
        "title": (clean_text(one.title), LONGEST_TITLE),
        "place": (clean_text(one.place), LONGEST_PLACE),
        "words": (clean_text(one.words, multiline=True), LONGEST_WORDS),
    }
    said = {"title": "title", "place": "place", "words": "description"}
    cut = [
        f"The {said[name]} is cut to {most:,} characters" for name, (text, most) in whole.items() if len(text) > most
    ]
    bare = [] if whole["place"][0] or one.problem else [f"Names no place: {place}"]
    words = {name: text if len(text) <= most else text[: most - 1] + "…" for name, (text, most) in whole.items()}
    where = words["place"].casefold()
    return Entry(
        **words,
        digest=digest_of(calendar, one.uid, one.occurrence, one.title, one.starts_at),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        online=where.startswith(("http://", "https://", "online")),
        cancelled=one.cancelled,
        remarks=(*one.remarks, *bare, *cut, *(() if one.uid else ("Has no UID: known again by its title and start",))),
        problem=clean_text(one.problem),
    )


def to_draft(plan: Import) -> dict[str, Any]:
    """A read file as a draft keeps it between its two pages."""
    kept = asdict(plan) | {"most": plan.most.value}
    for entry in kept["entries"]:
        for name in ("starts_at", "ends_at"):
            entry[name] = entry[name].isoformat() if entry[name] else None
    return kept


def from_draft(kept: Mapping[str, Any]) -> Import:
    entries = tuple(
        Entry(
            **one
            | {name: datetime.fromisoformat(one[name]) if one[name] else None for name in ("starts_at", "ends_at")}
            | {"remarks": tuple(one["remarks"])}
        )
        for one in kept["entries"]
    )
    return Import(**dict(kept) | {"most": Take(kept["most"]), "entries": entries})


def check_import(plan: Import) -> list[Judged]:
    """A verdict on every entry; nothing is imported."""
    entries = {one.digest: one for one in plan.entries}
    known = {
        row.digest: _standing(row, entries.get(row.digest), plan.place) for row in list_imported(plan.institution_id)
    }
    return judge(plan.entries, known, clock.now(), institution=plan.institution_id is not None, most=plan.most)


def _standing(row: ImportedEntry, entry: Entry | None, place: str) -> Standing:
    event = row.event
    if event is None:
        return Standing(reference="", status=EventStatus.PLANNED, now=_brought(row, place), then={}, asked=0)
    now = {name: getattr(event, "public_words" if name == "words" else name) for name in FIELDS}
    held = {one.ambassador_id: times_of(one) for one in event.assignments if one.status in HOLDING}
    busy = ""
    if held and entry and entry.starts_at and entry.ends_at and entry.starts_at != event.starts_at:
        clashes = clashes_of(held, entry.starts_at, entry.ends_at, event.id)
        busy = " ".join(f"{one.ambassador.name} is busy then: {one.event.reference}." for one in clashes[:3])
        if not busy and (
            bar := child_bar_of(event, dict.fromkeys(held, (entry.starts_at, entry.ends_at)), before=held)
        ):
            busy = bar.message
    then = _brought(row, event.place)
    return Standing(reference=event.reference, status=event.status, now=now, then=then, asked=len(held), busy=busy)


def _brought(row: ImportedEntry, place: str) -> dict[str, object]:
    """What the file said when it last came; where it named no place, what was taken for it."""
    return {name: getattr(row, name) for name in FIELDS} | {"place": row.place or place}


def import_entries(actor: Actor, plan: Import, sent: Mapping[str, str], mark: str) -> Counter[Take]:
    """Do with each entry what was chosen, all or nothing, and count what was done.

    `mark` is that of the verdicts which the choices rest on. Ambassadors are mailed as moving and cancelling mail
    them. Emits EventChanged for each event. Raises Conflict, which names the entry that stood in the way.
    """
    check_coordinator(actor)
    _lock(plan)
    judged = check_import(plan)
    if mark_of(judged) != mark:
        raise Conflict(CHANGED_SINCE)
    chosen = read_choices(judged, sent)
    rows = {row.digest: row for row in list_imported(plan.institution_id)}
    for one, take in chosen:
        try:
            _do(actor, plan, one, take, rows.get(one.entry.digest))
        except Conflict as refused:
            said = f"“{one.entry.title}”: {refused.message} Nothing was imported."
            raise Conflict(said, ways_out=refused.ways_out) from refused
    return Counter(take for _, take in chosen)


def _lock(plan: Import) -> None:
    """The calendar, as two imports of one would wait for each other's entries; then everybody and everything that
    moving or cancelling may touch, in the order that all acts keep.

    Raises Conflict where somebody was asked in between, whose lock would come too late.
    """
    lock_calendar(plan.institution_id)
    touched = _list_touched(plan)
    holders = _holders_of(touched)
    lock_ambassadors(holders)
    lock_events([event.id for event in touched])
    if _holders_of(_list_touched(plan)) - holders:
        raise Conflict(CHANGED_SINCE)


def _list_touched(plan: Import) -> list[Event]:
    """What the file may change: what it names, even if that is over here, and what it may have left out."""
    named = {one.digest for one in plan.entries}
    return [
        row.event
        for row in list_imported(plan.institution_id)
        if row.event is not None and (row.digest in named or row.event.ends_at > clock.now())
    ]


def _holders_of(events: Iterable[Event]) -> set[int]:
    return {one.ambassador_id for event in events for one in event.assignments if one.status in HOLDING}


def _do(actor: Actor, plan: Import, one: Judged, take: Take, row: ImportedEntry | None) -> None:
    entry, event = one.entry, row.event if row else None
    if take in (Take.KEY, Take.COUNTY):
        event = plan_event(actor, _details(plan, entry, key=take is Take.KEY))
    elif take is Take.UPDATE and event is not None:
        _update(actor, event, one)
    elif take is Take.CANCEL and event is not None:
        cancel_event(actor, event, reason=None, words="")
        return
    if one.verdict not in (Verdict.GONE, Verdict.CANCELLED):
        _remember(plan, entry, event, row)
    if event is not None and take is not Take.LEAVE:
        record(actor, "event.import", event, take=take.value, institution=plan.institution_id)


def _details(plan: Import, entry: Entry, *, key: bool) -> EventDetails:
    starts_at, ends_at = _times(entry)
    return EventDetails(
        title=entry.title,
        activity_id=plan.activity_id,
        district_id=plan.district_id,
        institution_id=plan.institution_id,
        site_id=plan.site_id if not entry.place else None,
        contact_id=None,
        visit_request_id=None,
        online=entry.online,
        place=entry.place or plan.place,
        starts_at=starts_at,
        ends_at=ends_at,
        needed=plan.needed,
        audience_id=None,
        audience_size=None,
        supervisor="",
        notes="",
        public_words=entry.words,
        is_key=key,
    )


def _update(actor: Actor, event: Event, one: Judged) -> None:
    """Bring what the file has changed, and nothing else."""
    entry, changes = one.entry, set(one.changes)
    if changes & {"title", "words"}:
        edit = EventEdit(
            title=entry.title if "title" in changes else event.title,
            activity_id=event.activity_id,
            needed=event.needed,
            audience_id=event.audience_id,
            audience_size=event.audience_size,
            supervisor=event.supervisor,
            notes=event.notes,
            public_words=entry.words if "words" in changes else event.public_words,
        )
        edit_event(actor, event, edit)
    if changes & {"starts_at", "ends_at", "place"}:
        starts_at, ends_at = _times(entry)
        move_event(
            actor,
            event,
            starts_at=starts_at if "starts_at" in changes else event.starts_at,
            ends_at=ends_at if "ends_at" in changes else event.ends_at,
            place=entry.place if "place" in changes else event.place,
            online=entry.online if "place" in changes else event.online,
        )


def _remember(plan: Import, entry: Entry, event: Event | None, row: ImportedEntry | None) -> None:
    """What the file says now is what the next one is compared with. Of what is left out, only that it is."""
    starts_at, ends_at = _times(entry)
    if row is None:
        row = ImportedEntry(digest=entry.digest, institution_id=plan.institution_id)
    row.event_id = event.id if event else None
    row.title, row.place, row.words = (entry.title, entry.place, entry.words) if event else ("", "", "")
    row.starts_at, row.ends_at = starts_at, ends_at
    add_or_refuse(row, {"digest": Conflict("Somebody else has just imported it.")})
    db.session.expire(row, ["event"])


def _times(entry: Entry) -> tuple[datetime, datetime]:
    if entry.starts_at is None or entry.ends_at is None:
        raise Conflict("It has no time.")
    return entry.starts_at, entry.ends_at
