"""The staff list, an event's own page, logging one, its details, and publishing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.events.models import Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient

Traces = Callable[[], tuple[int, ...]]


def fair(**changed: object) -> dict[str, object]:
    """A careers fair in three weeks, as the form takes it."""
    return {
        "title": "Careers fair at the Guildhall",
        "activity": "careers_fair",
        "day": clock.today() + timedelta(days=21),
        "starts": "9:30am",
        "ends": "3pm",
        "district": "worcester",
        "place": "The Guildhall, Worcester",
        "needed": "2",
    } | changed


def only_event(app: Flask) -> Event:
    with app.app_context():
        return db.session.scalars(select(Event)).one()


# Logging


@pytest.mark.one_database
def test_empty_list_says_what_to_do(coordinator: PageClient) -> None:
    page = coordinator.get("/manage/events")
    assert page.has("Nothing is planned")
    assert page.link("Log an event") == "/manage/events/new"


def test_event_is_logged_and_leads_to_choosing(
    coordinator: PageClient, app: Flask, audit: Callable[[], list[str]]
) -> None:
    coordinator.get("/manage/events/new")
    page = coordinator.submit("Save and choose", fair(public="yes", public_words="Come and meet us"))
    assert page.h1 == "Choose ambassadors"
    assert "Choose who goes" in page.banner
    event = only_event(app)
    assert event.published_at is not None
    assert event.status is EventStatus.PLANNED
    assert (clock.local(event.starts_at).hour, clock.local(event.ends_at).hour) == (9, 15)
    assert event.sequence > 0
    assert audit() == ["event.plan", "event.publish"]


def test_same_form_sent_twice_logs_one_event(coordinator: PageClient, app: Flask) -> None:
    coordinator.get("/manage/events/new")
    first = coordinator.submit("Save and choose", fair())
    again = coordinator.send_again()
    assert first.path == again.path
    assert only_event(app).title == "Careers fair at the Guildhall"


def test_host_gives_the_district_and_the_place(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        site = makers.institution().sites[0]
        site_id, district_id = site.id, site.district_id
    coordinator.get("/manage/events/new")
    page = coordinator.submit("Save and choose", fair(site=str(site_id), district="", place=""))
    assert page.h1 == "Choose ambassadors"
    event = only_event(app)
    assert (event.site_id, event.district_id) == (site_id, district_id)
    assert event.place.startswith("Heart of Worcestershire College")


def test_event_of_a_fortnight_is_logged(coordinator: PageClient, app: Flask) -> None:
    start = clock.today() + timedelta(days=10)
    coordinator.get("/manage/events/new")
    coordinator.submit("Save and choose", fair(day=start, last_day=start + timedelta(days=13)))
    event = only_event(app)
    assert clock.local(event.ends_at).date() == start + timedelta(days=13)


SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"title": ""}, "title", "Enter the title"),
        ({"title": "x" * 10_000}, "title", "120 characters or fewer"),
        ({"activity": None}, "activity", "Select the kind"),
        ({"needed": "0"}, "needed", "1 or more"),
        ({"needed": "-1"}, "needed", "1 or more"),
        ({"needed": "9" * 5000}, "needed", "50 or fewer"),
        ({"needed": "½"}, "needed", "whole number"),
        ({"audience_size": "0"}, "audience_size", "1 or more"),
        ({"audience_size": "9" * 5000}, "audience_size", "10,000 or fewer"),
        (
            {"starts": "10pm", "ends": "6am"},
            "ends",
            "must be after the start. If it ends on a later day, enter the last",
        ),
        ({"ends": "9:30am"}, "ends", "must be after"),
        ({"starts": "25:00"}, "starts", "must be a time"),
        ({"day__day": "31", "day__month": "2", "day__year": "2027"}, "day", "must be a real date"),
        ({"day": date(2020, 1, 6)}, "day", "in the last year"),
        ({"day": date(2099, 1, 6)}, "day", "in the next two years"),
        ({"day": SPRING, "starts": "01:30"}, "starts", "does not exist"),
        ({"day": SPRING, "starts": "00:30", "ends": "01:15"}, "ends", "does not exist"),
        ({"day": AUTUMN, "starts": "01:30", "ends": "5pm"}, "starts", "happens twice"),
        ({"district": ""}, "district", "Select a district, or a host"),
        ({"place": ""}, "place", "Enter a place"),
        ({"place": "x" * 301}, "place", "300 characters or fewer"),
    ],
)
@pytest.mark.one_database
def test_bad_answer_is_told_beside_its_field(
    coordinator: PageClient, traces: Traces, changed: dict[str, object], field: str, words: str
) -> None:
    before = traces()
    coordinator.get("/manage/events/new")
    given = fair(**changed)
    if "day__day" in changed:
        given.pop("day")
    page = coordinator.submit("Save and choose", given, status=422)
    assert words in page.errors[field]
    assert traces() == before


@pytest.mark.one_database
def test_refused_form_keeps_every_answer(coordinator: PageClient) -> None:
    coordinator.get("/manage/events/new")
    page = coordinator.submit("Save and choose", fair(needed="0", notes="Bring leaflets"), status=422)
    assert page.errors == {"needed": "How many ambassadors are needed must be 1 or more"}
    again = coordinator.submit("Save and choose", needed="3")
    assert again.h1 == "Choose ambassadors"


@pytest.mark.one_database
def test_host_elsewhere_is_refused(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        site_id = makers.institution().sites[0].id
    coordinator.get("/manage/events/new")
    page = coordinator.submit("Save and choose", fair(site=str(site_id), district="redditch"), status=422)
    assert "That host is in" in page.errors["district"]


@pytest.mark.one_database
def test_longer_than_a_fortnight_is_refused(coordinator: PageClient) -> None:
    start = clock.today() + timedelta(days=10)
    coordinator.get("/manage/events/new")
    page = coordinator.submit("Save and choose", fair(day=start, last_day=start + timedelta(days=14)), status=422)
    assert "14 days or fewer" in page.errors["last_day"]
    page = coordinator.submit("Save and choose", last_day=start - timedelta(days=1), status=422)
    assert "the same as or after" in page.errors["last_day"]


def test_past_event_cannot_be_published_as_it_is_logged(coordinator: PageClient) -> None:
    coordinator.get("/manage/events/new")
    page = coordinator.submit("Save and choose", fair(day=clock.today() - timedelta(days=30), public="yes"), status=422)
    assert "still to come" in page.errors["public"]


@pytest.mark.parametrize(
    "title",
    ["<script>alert(1)</script>", "=HYPERLINK(1)", "Open day 🎉 with العربية", "A\u202eB\u200fC", "O’Brien & Söhne"],
)
@pytest.mark.one_database
def test_odd_words_are_shown_as_words(coordinator: PageClient, app: Flask, title: str) -> None:
    coordinator.typed.add(title)
    coordinator.get("/manage/events/new")
    coordinator.submit("Save and choose", fair(title=title, notes=title))
    event = only_event(app)
    page = coordinator.get(f"/manage/events/{event.reference}")
    assert page.h1 == " ".join(event.title.split())
    assert "\u202e" not in event.title
    assert event.title in coordinator.get("/manage/events").text


# The list


def test_list_is_narrowed_by_each_filter(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        talk = makers.make_event(title="A talk in Redditch", home="redditch", starts=makers.in_days(5))
        fair = makers.make_event(title="A fair in Worcester", starts=makers.in_days(40))
        makers.make_assignment(fair, makers.make_ambassador("Amina Khan"), status=AssignmentStatus.ACCEPTED)
        fair.status = EventStatus.CONFIRMED
        past = makers.make_event(title="Long gone", starts=makers.in_days(-40), status=EventStatus.DONE)
        db.session.commit()
        reference = talk.reference.lower()
        assert past.id

    def titles(query: str) -> set[str]:
        page = coordinator.get(f"/manage/events?{query}")
        text = page.main
        return {title for title in ("A talk in Redditch", "A fair in Worcester", "Long gone") if title in text}

    day = clock.today() + timedelta(days=30)
    start = f"start-day={day.day}&start-month={day.month}&start-year={day.year}"
    end = start.replace("start-", "end-")
    assert titles("") == {"A talk in Redditch", "A fair in Worcester"}
    assert titles("district=redditch") == {"A talk in Redditch"}
    assert titles("status=confirmed") == {"A fair in Worcester"}
    assert titles("short=yes") == {"A talk in Redditch"}
    assert titles("ambassador=khan") == {"A fair in Worcester"}
    assert titles(start) == {"A fair in Worcester"}
    assert titles(end) == {"A talk in Redditch", "Long gone"}
    assert titles(f"words={reference}") == {"A talk in Redditch"}
    assert titles("words=GONE") == {"Long gone"}
    assert titles("words=%25") == set()
    assert coordinator.here.has("No event fits these filters")


@pytest.mark.parametrize(
    "query",
    ["page=½", "page=99999999999999999999", "page=0", "district=nowhere", "status=x", "start-day=31&start-month=2",
     "start-year=" + "9" * 5000, "words=%00", "words=" + "x" * 5000, "short=no", "end-day=1&end-month=1&end-year=1900"],
)  # fmt: skip
@pytest.mark.one_database
def test_odd_filters_show_a_list(coordinator: PageClient, query: str) -> None:
    assert coordinator.get(f"/manage/events?{query}").h1 == "Events"


def test_list_is_paged(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        for day in range(30):
            makers.make_event(starts=makers.in_days(day + 1))
    first = coordinator.get("/manage/events")
    assert len(first.table("30 events")) == 25
    assert len(coordinator.click("Next").table("30 events")) == 5


def test_list_costs_the_same_with_one_and_with_thirty(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        makers.make_assignment(makers.make_event())
    coordinator.get("/manage/events")
    with count_queries(app) as one:
        coordinator.get("/manage/events")
    with app.app_context():
        for day in range(30):
            event = makers.make_event(starts=makers.in_days(30 + day))
            for _ in range(3):
                makers.make_assignment(event)
    with count_queries(app) as thirty:
        coordinator.get("/manage/events")
    assert len(one) == len(thirty)


# One event


def test_page_of_an_event_shows_its_request_and_what_is_missing(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        request = makers.make_request()
        event = makers.make_event(request=request, needed=2)
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"))
        reference, asked = event.reference, request.reference
    page = coordinator.get(f"/manage/events/{reference}")
    assert page.link(asked) == f"/requests/{asked}"
    assert page.has("2 more ambassadors are needed. 1 invitation not answered yet.")
    assert page.table("Ambassadors")[0]["State"] == "Invited"
    assert page.has("never published")
    assert "Publish" not in page.buttons()


@pytest.mark.parametrize(
    ("status", "links"),
    [
        (EventStatus.PLANNED, {"Choose ambassadors", "Move or shorten", "Cancel the event"}),
        (EventStatus.CONFIRMED, {"Choose ambassadors", "Move or shorten", "Cancel the event"}),
        (EventStatus.DONE, set()),
        (EventStatus.CANCELLED, set()),
    ],
)
@pytest.mark.one_database
def test_buttons_follow_the_state(coordinator: PageClient, app: Flask, status: EventStatus, links: set[str]) -> None:
    with app.app_context():
        reference = makers.make_event(status=status).reference
    page = coordinator.get(f"/manage/events/{reference}")
    assert {"Choose ambassadors", "Move or shorten", "Cancel the event"} & set(page.links()) == links
    for path in ("assign", "move", "cancel"):
        page = coordinator.get(f"/manage/events/{reference}/{path}", status=200 if links else 409)
        if not links:
            assert page.h1 == "You cannot do this now"
            assert page.link("Go to the event") == f"/manage/events/{reference}"


def test_page_of_an_event_costs_the_same_with_one_and_with_thirty_people(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event(needed=30)
        makers.make_assignment(event)
        reference, number = event.reference, event.id
    path = f"/manage/events/{reference}"
    coordinator.get(path)
    with count_queries(app) as one:
        coordinator.get(path)
    with app.app_context():
        again = db.session.get(Event, number)
        for _ in range(29):
            makers.make_assignment(again)
    with count_queries(app) as thirty:
        coordinator.get(path)
    assert len(one) == len(thirty)


@pytest.mark.parametrize("reference", ["EV-2222-2222", "nothing", "x" * 3000, "EV-2222-2222%00", "%F0%9F%98%80", "'--"])
@pytest.mark.one_database
def test_unknown_event_is_not_found(coordinator: PageClient, reference: str) -> None:
    for path in ("", "/assign", "/move", "/edit", "/cancel", "/ambassadors/1/answer"):
        coordinator.get(f"/manage/events/{reference}{path}", status=404)


# Details


def test_details_are_changed_and_nobody_is_mailed(
    coordinator: PageClient, app: Flask, letters: Callable[[], list[object]]
) -> None:
    with app.app_context():
        event = makers.make_event()
        makers.make_assignment(event)
        reference = event.reference
    letters()
    coordinator.get(f"/manage/events/{reference}/edit")
    page = coordinator.submit("Save", title="A better title", needed="3")
    assert page.h1 == "A better title"
    changed = only_event(app)
    assert (changed.needed, changed.sequence) == (3, 1)
    assert letters() == []


def test_saving_without_a_change_leaves_no_trace(coordinator: PageClient, app: Flask, traces: Traces) -> None:
    with app.app_context():
        reference = makers.make_event().reference
    before = traces()
    coordinator.get(f"/manage/events/{reference}/edit")
    coordinator.submit("Save")
    assert traces() == before
    assert only_event(app).sequence == 0


def test_second_of_two_edits_is_told(coordinator: PageClient, app: Flask, traces: Traces) -> None:
    with app.app_context():
        other = PageClient(app)
        makers.sign_in(other.http, makers.make_account(Role.COORDINATOR))
        reference = makers.make_event(title="As it was").reference
    for person in (coordinator, other):
        person.get(f"/manage/events/{reference}/edit")
    assert coordinator.submit("Save", title="The first").h1 == "The first"
    before = traces()
    page = other.submit("Save", title="The second", status=422)
    assert "Somebody else has changed this" in page.errors[""]
    assert only_event(app).title == "The first"
    assert traces() == before


def test_cancelled_event_keeps_its_details(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event()
        number, path = event.id, f"/manage/events/{event.reference}"
    coordinator.get(f"{path}/edit")
    with app.app_context():
        event = db.session.get_one(Event, number)
        event.status = EventStatus.CANCELLED
        db.session.commit()
        version = str(event.version)
    assert "cancelled" in coordinator.submit("Save", title="Another", version=version, status=422).errors[""]
    page = coordinator.get(f"{path}/edit", status=409)
    assert page.has("its details stay as they were")
    assert page.link("Go to the event") == path


# Publishing


def test_event_is_published_and_taken_out_again(
    coordinator: PageClient, app: Flask, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        reference = makers.make_event().reference
    coordinator.get(f"/manage/events/{reference}")
    assert "Public" in coordinator.submit("Publish").main
    assert only_event(app).published_at is not None
    assert "Not published" in coordinator.submit("Take it out").main
    event = only_event(app)
    assert (event.published_at, event.unpublished_at is not None, event.sequence) == (None, True, 2)
    assert audit() == ["event.publish", "event.unpublish"]


def test_event_of_a_request_is_never_published(coordinator: PageClient, app: Flask, traces: Traces) -> None:
    with app.app_context():
        reference = makers.make_event(request=makers.make_request()).reference
    before = traces()
    coordinator.get(f"/manage/events/{reference}/edit")
    page = coordinator.post(f"/manage/events/{reference}/publish", status=409)
    assert page.has("came from a visit request")
    assert only_event(app).published_at is None
    assert traces() == before


# Who may


PATHS = ("", "/new", "/EV", "/EV/edit", "/EV/move", "/EV/move/confirm", "/EV/cancel", "/EV/assign",
         "/EV/ambassadors/1/answer", "/EV/ambassadors/1/withdraw")  # fmt: skip


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RECRUITMENT_OFFICER, Role.ADMINISTRATOR])
@pytest.mark.one_database
def test_other_roles_are_kept_out(app: Flask, role: Role) -> None:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(role))
        reference = makers.make_event().reference
    for path in PATHS:
        person.get("/manage/events" + path.replace("EV", reference), status=403)


@pytest.mark.one_database
def test_strangers_are_sent_to_sign_in(app: Flask) -> None:
    with app.app_context():
        reference = makers.make_event().reference
    for path in PATHS:
        page = PageClient(app).get("/manage/events" + path.replace("EV", reference), follow=False, status=303)
        assert page.response.headers["Location"].startswith("/sign-in")
