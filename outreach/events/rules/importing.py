"""A verdict on each entry of an uploaded calendar, before anything of it is imported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from outreach.errors import Conflict
from outreach.events.rules.states import EventStatus, EventStep, check_times, may_go

LONGEST_TITLE = 120
LONGEST_PLACE = 300
LONGEST_WORDS = 2000
AHEAD = timedelta(days=730)
MOST_AT_ONCE = 300  # acts in one transaction: others who want to write wait for it
FIELDS = ("title", "place", "words", "starts_at", "ends_at")
FIELD_WORDS = {"title": "title", "place": "place", "words": "description", "starts_at": "start", "ends_at": "end"}


class Verdict(Enum):
    """What an entry is to us."""

    NEW = "new"
    CHANGED = "changed"
    CHANGED_BOTH = "changed_both"  # in the file, and by hand here
    CANCELLED = "cancelled"  # the file says so
    GONE = "gone"  # the file has it no more
    REFUSED = "refused"
    LEFT_OUT = "left_out"  # when it was last imported
    SAME = "same"


class Take(Enum):
    """What is to become of an entry."""

    KEY = "key"
    COUNTY = "county"
    UPDATE = "update"
    CANCEL = "cancel"
    LEAVE = "leave"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the file, fitted to what an event holds. `digest` names it in its calendar."""

    digest: str
    title: str
    place: str
    words: str
    starts_at: datetime | None
    ends_at: datetime | None
    online: bool = False
    cancelled: bool = False
    remarks: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What an earlier import of the same entry came to: the event as it is now, and what the file said then."""

    reference: str  # empty when it was left out
    status: EventStatus
    now: Mapping[str, object]
    then: Mapping[str, object]
    asked: int  # ambassadors who were asked or are coming
    busy: str = ""  # why it cannot be moved to where the file has it now


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An entry with its verdict. `choices` are what may become of it, `default` what does unless chosen otherwise."""

    entry: Entry
    verdict: Verdict
    reference: str = ""
    remarks: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    held: Mapping[str, object] | None = None  # what the event says now, where the file would change it
    choices: tuple[Take, ...] = ()
    default: Take = Take.LEAVE


def digest_of(calendar: str, uid: str, occurrence: str, title: str, starts_at: datetime | None) -> str:
    """What an entry is known by when its calendar comes again; without a UID its title and start have to do."""
    parts = ["uid", calendar, uid, occurrence] if uid else ["title", calendar, title, str(starts_at)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def judge(
    entries: Sequence[Entry], known: Mapping[str, Standing], now: datetime, *, institution: bool, most: Take
) -> list[Judged]:
    """A verdict on each entry in the file's order, then on what an earlier file had and this one has not.

    `most` is what becomes of new entries unless chosen otherwise; key events are an institution's.
    """
    kinds = (Take.KEY, Take.COUNTY, Take.LEAVE) if institution else (Take.COUNTY, Take.LEAVE)
    default = most if most in kinds else Take.COUNTY
    if len(entries) > MOST_AT_ONCE:
        default = Take.LEAVE
    found: list[Judged] = []
    seen: set[str] = set()
    for entry in entries:
        if entry.digest in seen:
            found.append(_refused(entry, "It comes twice in the file"))
            continue
        seen.add(entry.digest)
        found.append(_judge(entry, known.get(entry.digest), now, kinds, default))
    for digest, standing in known.items():
        starts_at = standing.now["starts_at"]
        if digest not in seen and _open(standing) and isinstance(starts_at, datetime) and starts_at > now:
            found.append(_gone(digest, standing))
    return found


def read_choices(judged: Sequence[Judged], sent: Mapping[str, str]) -> list[tuple[Judged, Take]]:
    """What becomes of every entry about which there is a choice. Raises Conflict for an answer that is none."""
    chosen = []
    for number, one in enumerate(judged):
        if not one.choices:
            continue
        answer = next((take for take in one.choices if take.value == sent.get(f"take-{number}")), None)
        if answer is None:
            raise Conflict(f"Select what becomes of “{one.entry.title}”")
        chosen.append((one, answer))
    if sum(take is not Take.LEAVE for _, take in chosen) > MOST_AT_ONCE:
        raise Conflict(f"Choose {MOST_AT_ONCE} entries or fewer at once, then send the file again for the others")
    return chosen


def mark_of(judged: Iterable[Judged]) -> str:
    """A mark of the verdicts as they were shown: another one means that something has changed since."""
    told = [
        (one.entry, one.verdict, one.changes, one.remarks, sorted((one.held or {}).items(), key=str)) for one in judged
    ]
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()


def fits(entry: Entry, now: datetime) -> str:
    """Why an entry cannot be taken; empty when it can."""
    if entry.problem:
        return entry.problem
    if entry.starts_at is None or entry.ends_at is None:
        return "It has no start"
    if not entry.title:
        return "It has no title"
    if entry.ends_at <= now:
        return "It is over"
    if entry.starts_at > now + AHEAD:
        return "It is more than two years ahead"
    try:
        check_times(entry.starts_at, entry.ends_at)
    except Conflict as refused:
        return refused.message.removesuffix(".")
    return ""


def _judge(entry: Entry, standing: Standing | None, now: datetime, kinds: tuple[Take, ...], default: Take) -> Judged:
    if entry.cancelled and (standing is None or not standing.reference):
        return _refused(entry, "It is cancelled")
    problem = "" if entry.cancelled else fits(entry, now)
    if standing is None or not standing.reference:
        if problem:
            return _refused(entry, problem)
        if standing is None:
            return Judged(entry=entry, verdict=Verdict.NEW, remarks=entry.remarks, choices=kinds, default=default)
        return Judged(entry=entry, verdict=Verdict.LEFT_OUT, remarks=entry.remarks, choices=kinds)
    if not _open(standing):
        ended = standing.status is EventStatus.CANCELLED
        words = "It is cancelled here. If it takes place after all, log it by hand" if ended else "It is done"
        return replace(_refused(entry, words), reference=standing.reference)
    if entry.cancelled:
        return Judged(
            entry=entry,
            verdict=Verdict.CANCELLED,
            reference=standing.reference,
            remarks=_told(standing, "told by email that it is off"),
            choices=(Take.CANCEL, Take.LEAVE),
            default=Take.CANCEL,
        )
    if problem:
        return replace(_refused(entry, problem), reference=standing.reference)
    return _compared(entry, standing)


def _compared(entry: Entry, standing: Standing) -> Judged:
    """An entry against its event: what the file has changed since it last came, and what was changed by hand."""
    new = {name: getattr(entry, name) for name in FIELDS}
    new["place"] = entry.place or standing.now["place"]
    by_hand = [name for name in FIELDS if standing.now[name] != standing.then[name]]
    changes = tuple(n for n in FIELDS if new[n] not in (standing.then[n], standing.now[n]))
    kept = f"Changed by hand here, and stays so: {_listed(by_hand)}" if by_hand else ""
    if not changes:
        told = (kept,) if kept else ()
        return Judged(entry=entry, verdict=Verdict.SAME, reference=standing.reference, remarks=told)
    remarks = entry.remarks
    if {"starts_at", "ends_at", "place"} & set(changes):
        remarks += _told(standing, "asked again by email")
        if standing.busy:
            refused = _refused(entry, f"{standing.busy} Take them off the event first, or move it by hand")
            return replace(refused, reference=standing.reference, changes=changes)
    both = [name for name in changes if name in by_hand]
    if both:
        remarks = (f"Changed by hand here, too: {_listed(both)}. The file’s would take its place", *remarks)
    elif kept:
        remarks = (kept, *remarks)
    return Judged(
        entry=entry,
        verdict=Verdict.CHANGED_BOTH if both else Verdict.CHANGED,
        reference=standing.reference,
        remarks=remarks,
        changes=changes,
        held=standing.now,
        choices=(Take.UPDATE, Take.LEAVE),
        default=Take.LEAVE if both else Take.UPDATE,
    )


def _gone(digest: str, standing: Standing) -> Judged:
    held = {name: standing.now[name] for name in FIELDS}
    return Judged(
        entry=Entry(digest=digest, **held),  # type: ignore[arg-type]  # a mapping of mixed values
        verdict=Verdict.GONE,
        reference=standing.reference,
        remarks=_told(standing, "told by email that it is off"),
        choices=(Take.CANCEL, Take.LEAVE),
    )


def _refused(entry: Entry, words: str) -> Judged:
    return Judged(entry=entry, verdict=Verdict.REFUSED, remarks=(words,))


def _open(standing: Standing) -> bool:
    return bool(standing.reference) and may_go(standing.status, EventStep.CANCEL)


def _told(standing: Standing, what: str) -> tuple[str, ...]:
    if not standing.asked:
        return ()
    return (f"{standing.asked} {'ambassador is' if standing.asked == 1 else 'ambassadors are'} {what}",)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(FIELD_WORDS[name] for name in names)
