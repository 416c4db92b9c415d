"""The public pages: the list, the month, one event, and how to subscribe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.events.rules import EventStatus
from tests.kit.counting import count_queries
from tests.makers import activity, in_days, make_event, make_request
from tests.pages import PageClient

KINDS = 8  # the activities of the county file


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@pytest.fixture
def person(app: Flask) -> PageClient:
    return PageClient(app)


@pytest.mark.one_database
def test_nothing_planned_says_so_and_offers_the_calendars(person: PageClient) -> None:
    page = person.get("/events")
    assert page.h1 == "Events"
    assert page.has("No public events are planned at the moment")
    assert person.click("Subscribe to a calendar").h1 == "Have the events in your own calendar"


def test_the_list_shows_public_events_to_come_in_order(app: Flask, person: PageClient) -> None:
    with app.app_context():
        make_event(title="Later fair", starts=in_days(9), published=True)
        make_event(title="Sooner fair", starts=in_days(3), published=True, place="The Hive, Worcester")
        make_event(title="Called off", starts=in_days(5), published=True, status=EventStatus.CANCELLED)
        make_event(title="Over already", starts=in_days(-3), published=True)
        make_event(title="A draft", starts=in_days(3))
        make_event(title="Taken back", starts=in_days(3), unpublished_at=clock.now())
        make_event(title="A visit", request=make_request())
    page = person.get("/events")
    assert page.has("3 events")
    places = [page.main.index(words) for words in ("Sooner fair", "The Hive, Worcester", "Called off", "Later fair")]
    assert places == sorted(places)
    assert page.has("Cancelled")
    for words in ("Over already", "A draft", "Taken back", "A visit"):
        assert not page.has(words)


def test_filters_narrow_the_list_and_stay_over_pages(app: Flask, person: PageClient) -> None:
    with app.app_context():
        for n in range(30):
            make_event(title=f"Fair {n}", activity=activity("careers_fair"), home="redditch", published=True)
        make_event(title="A talk", home="redditch", published=True)
        make_event(title="Elsewhere", activity=activity("careers_fair"), published=True)
    person.get("/events")
    page = person.submit("Apply filters", district="Redditch", kind="Careers fair stand")
    assert page.has("30 events")
    assert not page.has("A talk")
    page = person.click("Next")
    assert page.has("30 events")
    assert page.has("Fair 29")
    assert person.click("Clear filters").has("32 events")
    page = person.get("/events?district=redditch&kind=media")
    assert page.has("No events match these filters")


def test_a_month_is_filtered_past_or_to_come(app: Flask, person: PageClient) -> None:
    with app.app_context():
        past = make_event(title="Long ago", starts=in_days(-70), published=True)
        make_event(title="Soon", published=True)
        month = clock.local(past.starts_at).strftime("%Y-%m")
    page = person.get(f"/events?month={month}")
    assert page.has("Long ago")
    assert not page.has("Soon")


@pytest.mark.parametrize(
    "query",
    [
        "district=nowhere&kind=none&month=2026-13",
        "district=%00&kind=%F0%9F%90%88&month=%E2%80%AE",
        "page=½&month=" + "9" * 5000,
        "page=99999999999&district=worcester&district=redditch",
        "month=0001-01",
    ],
)
@pytest.mark.one_database
def test_nonsense_in_the_address_bar_filters_nothing(app: Flask, person: PageClient, query: str) -> None:
    with app.app_context():
        make_event(title="Still here", published=True)
    assert person.get(f"/events?{query}").has("Still here")


def test_the_pages_take_as_many_queries_for_thirty_events_as_for_one(app: Flask, person: PageClient) -> None:
    with app.app_context():
        first = make_event(starts=in_days(1), published=True)
        month = clock.local(first.starts_at).strftime("%Y-%m")
    paths = ("/events", f"/events/month/{month}", f"/events/{first.reference}")
    counts = []
    for more in (0, 20):
        with app.app_context():
            for _ in range(more):
                make_event(starts=in_days(1), published=True)
        for path in paths:
            with count_queries(app) as queries:
                person.get(path)
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) < 10


def test_a_month_shows_its_days_and_leads_to_its_neighbours(app: Flask, person: PageClient) -> None:
    with app.app_context():
        make_event(
            title="Over three days",
            starts=clock.to_utc(clock.today().replace(year=2027, month=5, day=11), in_days(1, 9).time()),
            ends=clock.to_utc(clock.today().replace(year=2027, month=5, day=13), in_days(1, 16).time()),
            published=True,
        )
        make_event(title="A visit", request=make_request())
    page = person.get("/events/month/2027-05")
    assert page.h1 == "Events in May 2027"
    assert page.main.count("Over three days") == 3
    assert page.has("All day Over three days")
    assert person.click("← April 2027").has("No public events are planned this month.")
    assert person.get("/events/month/2027-05").link("June 2027 →") == "/events/month/2027-06"
    page = person.get("/events/month/2027-05?district=redditch")
    assert not page.has("Over three days")
    assert page.link("June 2027 →") == "/events/month/2027-06?district=redditch"
    assert person.get("/events/month/2000-01").main.count("→") == 1


@pytest.mark.parametrize("month", ["2026-13", "1999-12", "2101-01", "now", "2026-11-01", "9" * 3000, "%00"])
@pytest.mark.one_database
def test_no_such_month_is_404(person: PageClient, month: str) -> None:
    person.get(f"/events/month/{month}", status=404)


@pytest.mark.one_database
def test_the_months_of_the_clock_changes_are_whole(person: PageClient) -> None:
    for month in ("2027-03", "2027-10", "2028-02", "2100-12"):
        person.get(f"/events/month/{month}")


def test_the_page_of_an_event_and_its_file(app: Flask, person: PageClient) -> None:
    with app.app_context():
        event = make_event(title="Jobs & Skills <b>Show</b>", published=True, public_words="Come.\n\nBring a friend.")
        path = f"/events/{event.reference}"
    page = person.get(path)
    assert page.h1 == "Jobs & Skills <b>Show</b>"
    facts = page.summary()
    assert facts["Where"] == "The Guildhall, Worcester"
    assert facts["District"] == "Worcester"
    assert page.has("Bring a friend.")
    assert page.link("Add this event once") == f"{path}.ics"
    assert page.has("It will not update")


@pytest.mark.one_database
def test_a_cancelled_and_a_past_event_say_so(app: Flask, person: PageClient) -> None:
    with app.app_context():
        cancelled = make_event(published=True, status=EventStatus.CANCELLED).reference
        past = make_event(published=True, starts=in_days(-1)).reference
    assert person.get(f"/events/{cancelled}").has("This event is cancelled.")
    assert person.get(f"/events/{past}").has("This event is over.")


def test_what_is_not_public_is_404_and_looks_like_what_is_not_there(app: Flask, person: PageClient) -> None:
    with app.app_context():
        hidden = [
            make_event(),
            make_event(request=make_request()),
            make_event(unpublished_at=clock.now()),
            make_event(status=EventStatus.CANCELLED),
        ]
        references = [event.reference for event in hidden]
    absent = person.get("/events/EV-0000-0000", status=404)
    for reference in [*references, "month", "%00", "x" * 2000]:
        assert person.get(f"/events/{reference}", status=404).main == absent.main
        person.get(f"/events/{reference}.ics", status=404)


@pytest.mark.one_database
def test_subscribing_is_offered_for_the_county_and_every_district(person: PageClient) -> None:
    """And for every kind of event: each has a page with the address to copy, and the address answers."""
    links = person.get("/calendars").links()
    pages = {path for path in links.values() if path.startswith("/calendars/")}
    assert len(pages) == 1 + 6 + KINDS
    for path in sorted(pages):
        page = person.get(path)
        (shown,) = [e.get("value") or "" for e in page.all("input", having=lambda e: "readonly" in e.attrib)]
        assert shown == f"http://localhost{path}.ics"
        assert person.http.get(f"{path}.ics").status_code == 200
        assert page.link("open it in your calendar program") == f"webcal://localhost{path}.ics"
        for program in ("Google Calendar", "Outlook on the web", "Apple Calendar", "iPhone", "Android", "Thunderbird"):
            assert page.has(program)
        assert page.has("after 4 to 24 hours")
        assert page.has("“From URL”")
    assert person.get("/calendars/redditch").link("see them here") == "/events?district=redditch"


@pytest.mark.parametrize(
    "path", ["/calendars/nowhere", "/calendars/kinds/nothing", "/calendars/kinds/", "/calendars/x%00"]
)
def test_there_is_no_page_for_a_calendar_that_is_not_there(person: PageClient, path: str) -> None:
    person.get(path, status=404)


@pytest.mark.parametrize("path", ["/events", "/events/month/2027-05", "/calendars", "/calendars/county.ics"])
def test_reading_leaves_no_row_behind(app: Flask, person: PageClient, path: str) -> None:
    with count_queries(app) as queries:
        person.get(path)
    assert not [one for one in queries if not one.lstrip().upper().startswith("SELECT")]
