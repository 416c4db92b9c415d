"""The verdict on an entry, from what the file says, what it said before, and what stands here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from outreach.errors import Conflict
from outreach.events.rules import EventStatus
from outreach.events.rules.importing import (
    FIELDS,
    MOST_AT_ONCE,
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

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ENTRY = Entry(
    digest="a",
    title="Open day",
    place="Hall",
    words="",
    starts_at=NOW + timedelta(days=9),
    ends_at=NOW + timedelta(days=9, hours=2),
)
SAID = {name: getattr(ENTRY, name) for name in FIELDS}
STANDING = Standing(reference="EV-1", status=EventStatus.PLANNED, now=SAID, then=SAID, asked=0)
LEFT = replace(STANDING, reference="", then={})


def verdict(entry: Entry | None, standing: Standing | None = None, *, institution: bool = True) -> Judged:
    known = {"a": standing} if standing else {}
    (found,) = judge([entry] if entry else [], known, NOW, institution=institution, most=Take.KEY)
    return found


@pytest.mark.parametrize(
    ("entry", "standing", "expected", "choices", "default"),
    [
        (ENTRY, None, Verdict.NEW, {Take.KEY, Take.COUNTY, Take.LEAVE}, Take.KEY),
        (ENTRY, LEFT, Verdict.LEFT_OUT, {Take.KEY, Take.COUNTY, Take.LEAVE}, Take.LEAVE),
        (ENTRY, STANDING, Verdict.SAME, set(), Take.LEAVE),
        (replace(ENTRY, title="B"), STANDING, Verdict.CHANGED, {Take.UPDATE, Take.LEAVE}, Take.UPDATE),
        (ENTRY, replace(STANDING, now=SAID | {"title": "Ours"}), Verdict.SAME, set(), Take.LEAVE),
        (
            replace(ENTRY, title="B"),
            replace(STANDING, now=SAID | {"title": "Ours"}),
            Verdict.CHANGED_BOTH,
            {Take.UPDATE, Take.LEAVE},
            Take.LEAVE,
        ),
        (replace(ENTRY, title="B"), replace(STANDING, now=SAID | {"title": "B"}), Verdict.SAME, set(), Take.LEAVE),
        (replace(ENTRY, place=""), STANDING, Verdict.SAME, set(), Take.LEAVE),
        (replace(ENTRY, cancelled=True), STANDING, Verdict.CANCELLED, {Take.CANCEL, Take.LEAVE}, Take.CANCEL),
        (replace(ENTRY, cancelled=True), None, Verdict.REFUSED, set(), Take.LEAVE),
        (None, STANDING, Verdict.GONE, {Take.CANCEL, Take.LEAVE}, Take.LEAVE),
        (ENTRY, replace(STANDING, status=EventStatus.CANCELLED), Verdict.REFUSED, set(), Take.LEAVE),
        (ENTRY, replace(STANDING, status=EventStatus.DONE), Verdict.REFUSED, set(), Take.LEAVE),
    ],
)
def test_verdicts(
    entry: Entry | None, standing: Standing | None, expected: Verdict, choices: set[Take], default: Take
) -> None:
    found = verdict(entry, standing)
    assert (found.verdict, set(found.choices), found.default) == (expected, choices, default)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"problem": "It has no start", "starts_at": None, "ends_at": None}, "It has no start"),
        ({"title": ""}, "It has no title"),
        ({"starts_at": NOW - timedelta(days=2), "ends_at": NOW}, "It is over"),
        ({"starts_at": NOW + timedelta(days=731)}, "It is more than two years ahead"),
        ({"ends_at": NOW + timedelta(days=40)}, "The event must last 14 days or fewer"),
    ],
)
def test_what_cannot_be_taken_says_why(change: dict[str, object], words: str) -> None:
    found = verdict(replace(ENTRY, **change))  # type: ignore[arg-type]
    assert (found.verdict, found.remarks, found.choices) == (Verdict.REFUSED, (words,), ())


@pytest.mark.parametrize(
    "standing",
    [
        LEFT,
        replace(STANDING, status=EventStatus.CANCELLED),
        replace(STANDING, now=SAID | {"starts_at": NOW - timedelta(days=1)}),
    ],
)
def test_what_was_left_out_is_off_or_begun_is_not_missed(standing: Standing) -> None:
    assert judge([], {"a": standing}, NOW, institution=True, most=Take.KEY) == []


def test_the_county_has_no_key_events_and_the_same_entry_counts_once() -> None:
    found = judge([ENTRY, ENTRY], {}, NOW, institution=False, most=Take.KEY)
    assert [(one.verdict, one.default) for one in found] == [
        (Verdict.NEW, Take.COUNTY), (Verdict.REFUSED, Take.LEAVE),
    ]  # fmt: skip
    assert Take.KEY not in found[0].choices


def test_choices_are_read_for_every_entry_that_has_one() -> None:
    found = [verdict(ENTRY), verdict(ENTRY, STANDING), verdict(None, STANDING)]
    chosen = read_choices(found, {"take-0": "county", "take-2": "cancel"})
    assert [take for _, take in chosen] == [Take.COUNTY, Take.CANCEL]
    for sent in ({}, {"take-0": "cancel", "take-2": "leave"}):
        with pytest.raises(Conflict, match="Select what becomes of"):
            read_choices(found, sent)


def test_more_than_others_can_wait_for_is_not_taken_at_once() -> None:
    many = [replace(ENTRY, digest=str(n)) for n in range(MOST_AT_ONCE + 1)]
    found = judge(many, {}, NOW, institution=True, most=Take.KEY)
    assert {one.default for one in found} == {Take.LEAVE}
    sent = {f"take-{n}": "key" for n in range(len(many))}
    with pytest.raises(Conflict, match="Choose 300 entries or fewer at once"):
        read_choices(found, sent)
    assert len(read_choices(found, sent | {"take-7": "leave"})) == len(many)


def test_a_mark_changes_with_what_is_shown_and_stands_when_nothing_does() -> None:
    changed = replace(ENTRY, title="B")
    one, other = verdict(changed, STANDING), verdict(changed, replace(STANDING, now=SAID | {"place": "Elsewhere"}))
    assert mark_of([one]) == mark_of([verdict(changed, STANDING)])
    assert mark_of([one]) != mark_of([other])


def test_an_entry_is_known_by_its_calendar_uid_and_occurrence_else_by_title_and_start() -> None:
    start = ENTRY.starts_at
    assert digest_of("1", "u", "", "A", start) == digest_of("1", "u", "", "B", None)
    different = {
        digest_of("1", "u", "", "A", start), digest_of("2", "u", "", "A", start), digest_of("1", "u", "x", "A", start),
        digest_of("1", "", "", "A", start), digest_of("1", "", "", "B", start), digest_of("1", "", "", "A", None),
    }  # fmt: skip
    assert len(different) == 6
