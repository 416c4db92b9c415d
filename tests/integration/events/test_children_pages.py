"""Safe visits by the pages of the coordinator: the fourth day, the check, the record, and who stays with a group."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.db import db
from outreach.events.models import Event
from outreach.events.rules import AssignmentStatus
from tests import makers
from tests.integration.events.test_children import ADULTS, days_with, person
from tests.integration.events.test_staff_pages import fair
from tests.kit.calendars import at, calendar, entry
from tests.pages import PageClient

Traces = Callable[[], tuple[int, ...]]
RECORD = "Record the check of Amina Khan as seen"


def test_a_fourth_day_is_refused_by_the_page_which_leads_to_the_check_and_then_allows_it(
    coordinator: PageClient, app: Flask, traces: Traces
) -> None:
    with app.app_context():
        id = days_with([20, 22, 24])
        event = makers.make_event(starts=makers.in_days(30), title="A talk at the fourth school")
        path = f"/manage/events/{event.reference}"
    before = traces()
    coordinator.get(f"{path}/assign")
    page = coordinator.post(f"{path}/assign", {"ambassadors": str(id)}, status=422)
    assert "Amina Khan would have 4 days with under-18s in the 30 days from" in page.text
    assert traces() == before
    page = coordinator.click(RECORD)
    assert page.h1.endswith(": Amina Khan")
    assert coordinator.submit("Record", seen="yes", done_on=clock.today()).path == path
    page = coordinator.get(f"/ambassadors/{id}")
    assert page.summary()["In the next 30 days"] == "3 days"
    assert "Recorded by Cora" in page.summary()["Check"]
    coordinator.get(f"{path}/assign")
    page = coordinator.post(f"{path}/assign", {"ambassadors": str(id)})
    assert page.path == path
    assert page.banner == "1 ambassador asked by email."


@pytest.mark.one_database
def test_a_check_is_recorded_from_the_shortlist_which_is_gone_on_with(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        days_with([20, 22, 24])
        event = makers.make_event(starts=makers.in_days(30))
        path = f"/manage/events/{event.reference}/assign"
    coordinator.get(path)
    assert coordinator.click("Record a check").h1.endswith(": Amina Khan")
    page = coordinator.submit("Record", seen="yes", done_on=clock.today())
    assert page.h1 == "Choose ambassadors"
    assert page.path.startswith(path)
    assert page.banner.endswith(", Amina Khan.")
    assert "Record a check: Amina Khan" not in page.links()


@pytest.mark.one_database
@pytest.mark.parametrize("wrong", ["//evil.example", "../..", "EV%2F..%2Fx", "x" * 30])
def test_a_check_leads_back_to_nothing_but_an_event(coordinator: PageClient, app: Flask, wrong: str) -> None:
    with app.app_context():
        id = makers.make_ambassador().id
    coordinator.get(f"/ambassadors/{id}/checklist/child_check?event={wrong}")
    assert coordinator.submit("Record", seen="yes", done_on=clock.today()).path == f"/ambassadors/{id}"


@pytest.mark.one_database
def test_third_day_is_told_when_somebody_is_asked_and_stands_on_the_events_page(
    coordinator: PageClient, app: Flask
) -> None:
    with app.app_context():
        id = days_with([20, 22])
        event = makers.make_event(starts=makers.in_days(30))
        path = f"/manage/events/{event.reference}"
    coordinator.get(f"{path}/assign")
    page = coordinator.post(f"{path}/assign", {"ambassadors": str(id)})
    told = "Amina Khan: 3rd day with under-18s in 30 days. Another needs their check to have been seen."
    assert told in page.banner
    page = coordinator.get(path)
    assert "3rd day with under-18s in 30 days" in page.table("Ambassadors")[0]["What is known"]
    page = coordinator.get(f"/ambassadors/{id}")
    assert page.summary()["In the last 30 days"] == "0 days"
    assert page.summary()["In the next 30 days"] == "3 days"
    assert page.summary()["Check"].startswith("Not recorded as seen. Without it: at most 3 days in any 30")
    assert len(page.table("Visits with under-18s")) == 3


@pytest.mark.one_database
@pytest.mark.parametrize(("days", "words"), [((90, 91, 92, 93), "or take them off"), ((-9, -8, -7, -6), "lead")])
def test_days_that_are_too_many_are_told_on_the_record(
    coordinator: PageClient, app: Flask, days: tuple[int, ...], words: str
) -> None:
    """As after a check was taken back, or where an outcome was corrected."""
    with app.app_context():
        id = days_with(days, AssignmentStatus.ATTENDED)
        last = clock.today() + timedelta(days=days[-1])
        reference = db.session.query(Event).order_by(Event.starts_at.desc()).first().reference  # type: ignore[union-attr]
    page = coordinator.get(f"/ambassadors/{id}")
    assert f"no check that was seen covers {last.day} {last:%B %Y}." in page.main
    assert words in page.main
    most = page.summary().get("Most in any 30 days to come", "")
    assert most.startswith("4 days") is (days[-1] > 0), most
    page = coordinator.get(f"/manage/events/{reference}")
    assert "4 days with under-18s in 30 days, and no check was seen" in page.main


@pytest.mark.one_database
def test_record_of_somebody_without_any_asks_for_nothing(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        id = makers.make_ambassador().id
    page = coordinator.get(f"/ambassadors/{id}")
    assert page.summary()["In the next 30 days"] == "0 days"
    assert "Which" not in page.main
    assert page.link("Record that the check was seen") == f"/ambassadors/{id}/checklist/child_check"


@pytest.mark.one_database
def test_ambassador_is_told_in_their_own_words_that_it_is_one_too_many(app: Flask, traces: Traces) -> None:
    with app.app_context():
        id = days_with([20, 22, 24])
        event = makers.make_event(starts=makers.in_days(30))
        row = makers.make_assignment(event, person(id), status=AssignmentStatus.DECLINED)
        link = makers.link_to(row)
    me = PageClient(app)
    me.get(link)
    before = traces()
    page = me.post(link, {"answer": "yes"}, status=422)
    assert "You would have 4 days with under-18s in the 30 days from" in page.text
    assert "/checklist/" not in str(page.links())
    assert traces() == before


# Who stays with a group


@pytest.mark.one_database
def test_event_for_under_18s_is_not_planned_without_a_named_adult(coordinator: PageClient, traces: Traces) -> None:
    before = traces()
    coordinator.get("/manage/events/new")
    page = coordinator.submit("Save and choose", fair(audience="pupils_under_16"))
    assert page.errors == {"supervisor": "Enter the name of the adult who will stay with the group"}
    assert traces() == before
    page = coordinator.submit("Save and choose", supervisor="Mr Invented, careers leader")
    assert page.h1 == "Choose ambassadors"


@pytest.mark.one_database
def test_named_adult_is_not_taken_from_a_group_under_18(coordinator: PageClient, app: Flask, traces: Traces) -> None:
    with app.app_context():
        path = f"/manage/events/{makers.make_event().reference}/edit"
    before = traces()
    coordinator.get(path)
    page = coordinator.submit("Save", supervisor="")
    assert list(page.errors) == ["supervisor"]
    assert traces() == before
    page = coordinator.submit("Save", supervisor="", audience=ADULTS)
    assert "The details are changed" in page.banner


@pytest.mark.parametrize(("audience", "words"), [("pupils_under_16", "It is for under-18s"), (None, "Nobody has said")])
def test_nobody_is_asked_to_a_group_that_no_adult_stays_with(
    coordinator: PageClient, app: Flask, traces: Traces, audience: str | None, words: str
) -> None:
    """As what was imported may be: its file says nothing of either."""
    with app.app_context():
        id = makers.make_ambassador("Amina Khan").id
        event = makers.make_event(audience=makers.audience(audience) if audience else None, supervisor="")
        path = f"/manage/events/{event.reference}"
    before = traces()
    for opened in (path, f"{path}/assign"):
        assert words in coordinator.get(opened).main
    page = coordinator.post(f"{path}/assign", {"ambassadors": str(id)}, status=422)
    assert words in page.errors["ambassadors"]
    assert "no adult is named who is with the ambassadors on the day" in page.text
    assert traces() == before
    coordinator.get(page.link("Enter the audience, and who is with them"))
    coordinator.submit("Save", supervisor="Mr Invented, careers leader")
    coordinator.get(f"{path}/assign")
    coordinator.post(f"{path}/assign", {"ambassadors": str(id)})
    assert "1 ambassador asked by email." in coordinator.here.banner


@pytest.mark.one_database
def test_adults_need_nobody_to_stay_with_them(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Khan").id
        path = f"/manage/events/{makers.make_event(audience=makers.audience(ADULTS), supervisor='').reference}"
    coordinator.get(f"{path}/assign")
    assert "1 ambassador asked by email." in coordinator.post(f"{path}/assign", {"ambassadors": str(id)}).banner


@pytest.mark.one_database
def test_file_does_not_move_an_event_to_a_day_that_is_too_many(
    coordinator: PageClient, app: Flask, traces: Traces
) -> None:
    with app.app_context():
        site = makers.make_institution("Hill College").sites[0].id
        id = days_with([20, 22, 24])

    def upload(day: int) -> None:
        data = calendar(entry("a", dtstart=at(makers.in_days(day)), dtend=at(makers.in_days(day, 12))))
        coordinator.get("/manage/events/import")
        sent = {"calendar": str(site), "activity": "talk", "needed": "1", "most": "key"}
        coordinator.post("/manage/events/import", sent | {"file": [(io.BytesIO(data), "term.ics")]})

    upload(60)
    coordinator.submit("Import what is chosen")
    with app.app_context():
        event = db.session.query(Event).order_by(Event.id.desc()).first()
        makers.make_assignment(event, person(id), status=AssignmentStatus.ACCEPTED)
    before = traces()
    upload(30)
    assert "Amina Khan would have 4 days with under-18s in the 30 days from" in coordinator.here.text
    assert "Import what is chosen" not in coordinator.here.buttons()
    assert traces() == before
