"""Importing a college's calendar: verdicts, choices, one transaction, and the same calendar again."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.events.models import Event, ImportedEntry
from outreach.events.rules import AssignmentStatus, EventStatus
from tests import makers
from tests.integration.events.conftest import Letter
from tests.kit.calendars import at, calendar, entry
from tests.kit.counting import count_queries
from tests.pages import PageClient
from tests.pages.view import words

PAGE = "/manage/events/import"
NEW = {"calendar": "", "activity": "talk", "needed": "1", "most": "key"}
Upload = Callable[..., PageClient]
Events = Callable[[], list[Event]]
PutOn = Callable[..., int]
ByHand = Callable[..., None]
Letters = Callable[[], list[Letter]]
Traces = Callable[[], tuple[int, ...]]


@pytest.fixture
def upload(app: Flask, coordinator: PageClient) -> Upload:
    """`upload(bytes, …)` chooses a file and answers the questions about it: a college's, its entries key events."""
    with app.app_context():
        site = str(makers.make_institution("Hill College", town="Worcester").sites[0].id)

    def send(data: bytes, status: int = 200, **answers: str) -> PageClient:
        coordinator.get(PAGE)
        sent = NEW | {"calendar": site} | answers
        coordinator.post(PAGE, sent | {"file": [(io.BytesIO(data), "term.ics")]}, status=status)
        return coordinator

    return send


@pytest.fixture
def events_of(app: Flask) -> Events:
    """The events as they are now, soonest first."""

    def read() -> list[Event]:
        with app.app_context():
            return list(db.session.scalars(select(Event).order_by(Event.starts_at, Event.id)))

    return read


@pytest.fixture
def by_hand(app: Flask) -> ByHand:
    """`by_hand(event, title=…)` changes an event as somebody does on its own page."""

    def change(event: Event, **values: str) -> None:
        with app.app_context():
            db.session.execute(update(Event).where(Event.id == event.id).values(version=event.version + 1, **values))
            db.session.commit()

    return change


@pytest.fixture
def put_on(app: Flask) -> PutOn:
    """`put_on(event, status)` has somebody called Ann on an event, and returns her number."""

    def put(event: Event, status: AssignmentStatus) -> int:
        with app.app_context():
            ann = makers.make_ambassador("Ann")
            makers.make_assignment(db.session.get_one(Event, event.id), ann, status=status)
            return ann.id

    return put


def day(number: int, hour: int = 10) -> datetime:
    return makers.in_days(number, hour)


def open_day(number: int = 30, hour: int = 10, **lines: str) -> str:
    return entry(dtstart=at(day(number, hour)), dtend=at(day(number, hour + 2)), **lines)


def groups(person: PageClient) -> list[str]:
    return [words(one) for one in person.here.all("h2") if "(" in words(one)]


def test_a_key_event_is_imported_and_shown_as_one(
    upload: Upload, events_of: Events, audit: Callable[[], list[str]]
) -> None:
    person = upload(calendar(open_day(description="<p>Come &amp; see</p>"), entry("b", dtstart=at(day(31)))))
    assert groups(person) == ["New (2)"]
    assert not events_of()
    person.submit("Import what is chosen", **{"take-1": "leave"})
    assert person.here.banner == "1 event added."
    (event,) = events_of()
    assert (event.title, event.place, event.public_words, event.is_key) == ("Open day", "Main hall", "Come & see", True)
    assert (event.starts_at, event.ends_at) == (day(30), day(30, 12))
    assert event.published_at is None
    assert "Key event" in person.get(f"/manage/events/{event.reference}").text
    assert audit() == ["event.plan", "event.import"]


def test_the_same_calendar_again_brings_nothing_twice(upload: Upload, events_of: Events) -> None:
    file = calendar(open_day(), entry("b", dtstart=at(day(31))))
    upload(file).submit("Import what is chosen", **{"take-1": "leave"})
    person = upload(file)
    assert groups(person) == ["Left out last time (1)"]
    assert "Here already, the same as before (1)" in person.here.text
    person.submit("Import what is chosen")
    assert person.here.banner == "Nothing was imported."
    assert len(events_of()) == 1


def test_a_change_in_the_file_moves_the_event_and_asks_again(
    upload: Upload,
    events_of: Events,
    put_on: PutOn,
    app: Flask,
    letters: Letters,
) -> None:
    upload(calendar(open_day())).submit("Import what is chosen")
    (event,) = events_of()
    put_on(event, AssignmentStatus.ACCEPTED)
    letters()
    sequence = event.sequence
    person = upload(calendar(open_day(40, summary="Open day and fair")))
    assert groups(person) == ["Changed in the file (1)"]
    assert "1 ambassador is asked again by email" in person.here.text
    person.submit("Import what is chosen")
    assert person.here.banner == "1 changed."
    (event,) = events_of()
    assert (event.title, event.starts_at) == ("Open day and fair", day(40))
    assert event.sequence > sequence
    assert [letter.message for letter in letters()] == ["events/moved"]


def test_what_was_changed_by_hand_is_not_written_over(upload: Upload, events_of: Events, by_hand: ByHand) -> None:
    upload(calendar(open_day(), open_day(35, uid="b"))).submit("Import what is chosen")
    first, second = events_of()
    by_hand(first, title="Our own words")
    by_hand(second, title="Ours as well")
    person = upload(calendar(open_day(), open_day(35, uid="b", summary="The file’s new words")))
    assert groups(person) == ["Changed in the file and here (1)"]
    assert "Changed by hand here, and stays so: title" in person.here.text
    person.submit("Import what is chosen")
    assert [event.title for event in events_of()] == ["Our own words", "Ours as well"]
    # What was decided stands until the file changes again.
    assert groups(upload(calendar(open_day(), open_day(35, uid="b", summary="The file’s new words")))) == []
    person = upload(calendar(open_day(), open_day(35, uid="b", summary="And newer ones")))
    person.submit("Import what is chosen", **{"take-1": "update"})
    assert [event.title for event in events_of()] == ["Our own words", "And newer ones"]


def test_cancelled_and_vanished_entries_are_offered_as_cancel(
    upload: Upload,
    events_of: Events,
    put_on: PutOn,
    letters: Letters,
) -> None:
    upload(calendar(open_day(), open_day(35, uid="b"), open_day(36, uid="c"))).submit("Import what is chosen")
    put_on(events_of()[0], AssignmentStatus.INVITED)
    letters()
    person = upload(calendar(open_day(status="CANCELLED"), open_day(36, uid="c")))
    assert groups(person) == ["Cancelled in the file (1)", "No longer in the file (1)"]
    person.submit("Import what is chosen")
    assert person.here.banner == "1 cancelled."
    assert [event.status for event in events_of()] == [
        EventStatus.CANCELLED, EventStatus.PLANNED, EventStatus.PLANNED,
    ]  # fmt: skip
    assert [letter.message for letter in letters()] == ["events/cancelled"]
    upload(calendar(open_day(36, uid="c"))).submit("Import what is chosen", **{"take-1": "cancel"})
    assert [event.status for event in events_of()][1] is EventStatus.CANCELLED
    assert "It is cancelled here" in upload(calendar(open_day())).here.text


def test_repeats_are_events_of_their_own_and_known_again(upload: Upload, events_of: Events) -> None:
    weekly = open_day(rrule="FREQ=WEEKLY;COUNT=3")
    upload(calendar(weekly)).submit("Import what is chosen")
    assert len(events_of()) == 3
    one = open_day(37, 12, recurrence_id=at(day(37)), summary="Moved to noon")
    person = upload(calendar(weekly, one))
    assert groups(person) == ["Changed in the file (1)"]
    person.submit("Import what is chosen")
    assert [(event.title, event.starts_at) for event in events_of()][1] == ("Moved to noon", day(37, 12))


def test_a_busy_ambassador_is_told_before_anything_is_imported(
    app: Flask, upload: Upload, events_of: Events, put_on: PutOn
) -> None:
    upload(calendar(open_day())).submit("Import what is chosen")
    ann = put_on(events_of()[0], AssignmentStatus.ACCEPTED)
    with app.app_context():
        makers.make_assignment(
            makers.make_event(starts=day(40)), db.session.get_one(Ambassador, ann), status=AssignmentStatus.ACCEPTED
        )
    person = upload(calendar(open_day(40)))
    assert "Ann is busy then" in person.here.text
    assert groups(person) == []


def test_what_changed_since_the_preview_is_not_imported_unseen(
    upload: Upload,
    events_of: Events,
    by_hand: ByHand,
    traces: Traces,
) -> None:
    upload(calendar(open_day())).submit("Import what is chosen")
    person = upload(calendar(open_day(summary="New words")))
    by_hand(events_of()[0], title="By hand meanwhile")
    before = traces()
    person.submit("Import what is chosen", status=422)
    assert "Something has changed since you looked" in person.here.text
    assert traces() == before
    assert groups(person) == ["Changed in the file and here (1)"]


def test_sent_twice_it_is_imported_once_and_without_a_file_it_says_so(upload: Upload, events_of: Events) -> None:
    person = upload(calendar(open_day()))
    person.submit("Import what is chosen")
    person.send_again()
    assert len(events_of()) == 1
    assert person.get(f"{PAGE}/check").h1 == "Import a calendar"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("data", "answers", "told"),
    [
        (b"", {}, "The file must be a calendar"),
        (b"name,date\nOpen day,2027-01-01\n", {}, "The file must be a calendar"),
        (calendar(), {}, "The calendar has no entries"),
        (calendar(*(entry(str(n)) for n in range(2001))), {}, "2,000 entries or fewer"),
        (calendar(open_day()), {"calendar": "county"}, "Select a district for the county’s own calendar"),
        (calendar(open_day()), {"calendar": "county", "district": "worcester"}, "Key events are a college’s"),
        (calendar(open_day()), {"calendar": "99999"}, "Select whose calendar it is"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    upload: Upload, data: bytes, answers: dict[str, str], told: str
) -> None:
    assert upload(data, 422, **answers).here.has(told)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_fifty_megabytes_are_refused_with_a_page(upload: Upload) -> None:
    """Refused by its length alone: nothing of it is read."""
    person = upload(b"", 422)
    kind = "multipart/form-data; boundary=x"
    size = {"CONTENT_LENGTH": str(50 * 1024 * 1024)}
    answer = person.http.post(PAGE, input_stream=io.BytesIO(b"--x"), content_type=kind, environ_overrides=size)
    assert answer.status_code == 413
    assert "That is too much to send at once" in answer.get_data(as_text=True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_county_calendar_brings_other_events_of_its_district(upload: Upload, events_of: Events) -> None:
    file = calendar(entry("", dtstart=at(day(30)), location="", attendee="mailto:jane@x.example"))
    person = upload(file, calendar="county", district="worcester", most="county")
    assert "Has no UID" in person.here.text
    assert "Names no place: Worcester" in person.here.text
    assert "jane@" not in person.here.text
    person.submit("Import what is chosen")
    (event,) = events_of()
    assert (event.institution_id, event.is_key, event.place) == (None, False, "Worcester")
    assert groups(upload(file, calendar="county", district="worcester", most="county")) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_hostile_words_are_shown_as_words(upload: Upload, events_of: Events) -> None:
    title = "<script>alert(1)</script>" + "x" * 10_000
    person = upload(calendar(open_day(summary=title, location="=HYPERLINK(1)", description="a\\nBEGIN:VEVENT")))
    assert "The title is cut to 120 characters" in person.here.text
    person.submit("Import what is chosen")
    (event,) = events_of()
    assert len(event.title) == 120
    assert event.public_words == "a\nBEGIN:VEVENT"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_left_out_is_kept_without_its_words(app: Flask, upload: Upload, events_of: Events) -> None:
    upload(calendar(open_day(description="Ask for Jane"))).submit("Import what is chosen", **{"take-0": "leave"})
    assert not events_of()
    with app.app_context():
        (row,) = db.session.scalars(select(ImportedEntry)).all()
    assert (row.title, row.place, row.words, row.event_id) == ("", "", "", None)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_choice_that_is_none_is_asked_for_again(upload: Upload, events_of: Events) -> None:
    person = upload(calendar(open_day()))
    person.submit("Import what is chosen", **{"take-0": "update"}, status=422)
    assert person.here.has("Select what becomes of “Open day”")
    assert not events_of()


def test_import_of_many_entries_asks_as_few_questions_as_of_one(upload: Upload, app: Flask) -> None:
    def asked(size: int) -> int:
        file = calendar(*(open_day(30 + n, uid=f"u{size}-{n}") for n in range(size)))
        person = upload(file)
        with count_queries(app) as queries:
            person.get(f"{PAGE}/check")
        return len(queries)

    assert asked(1) == asked(20)
