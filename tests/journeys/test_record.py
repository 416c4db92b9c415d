"""After the visit: the ambassador records it on a phone, the coordinator reads it, the college rates it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outreach.web.door import Role
from tests.conftest import LiveServer
from tests.kit.outcomes import make_visit, outcome_of, state_of
from tests.makers import make_account, sign_in


@pytest.mark.one_database
def test_a_visit_is_recorded_and_rated(
    live_server: LiveServer, open_page: Callable[..., Page], clean_page: Callable[[Page], None]
) -> None:
    with live_server.app.app_context():
        visit = make_visit("Amina Khan")

    phone = open_page(width=360, has_touch=True)
    phone.goto(visit.links[0])
    expect(phone.get_by_role("heading", level=1)).to_have_text("How did it go?")
    clean_page(phone)
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("alert")).to_contain_text("Select whether it took place and you were there")
    clean_page(phone)
    phone.get_by_label("Yes, and I was there").check()
    phone.get_by_label("Students aged 16 to 18").fill("28")
    phone.get_by_label("Your hours").fill("2¼")
    phone.get_by_label("Anything else?").fill("They asked about shifts.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(phone.get_by_text("2.25 hours")).to_be_visible()
    clean_page(phone)

    college = open_page()
    college.goto(visit.rate)
    clean_page(college)
    college.get_by_label("Very good").check()
    college.get_by_label("Yes").check()
    college.get_by_role("button", name="Send").click()
    expect(college.get_by_role("heading", level=1)).to_have_text("Thank you")
    clean_page(college)

    desk = open_page()
    client = live_server.app.test_client()
    with live_server.app.app_context():
        sign_in(client, make_account(Role.COORDINATOR))
        cookie = client.get_cookie("outreach")
        assert cookie is not None
    desk.context.add_cookies([{"name": "outreach", "value": cookie.value, "url": live_server.url}])
    desk.goto(f"/manage/events/{visit.reference}/outcome")
    expect(desk.get_by_text("28 – Students aged 16 to 18")).to_be_visible()
    expect(desk.get_by_text("Very good (5 of 5)")).to_be_visible()
    clean_page(desk)

    with live_server.app.app_context():
        outcome = outcome_of(visit)
        assert outcome is not None
        assert outcome.took_place
        assert [(status.value, hours) for status, hours in state_of(visit)[1]] == [("attended", "2.25")]


@pytest.mark.one_database
def test_the_public_finds_an_event_and_subscribes(
    live_server: LiveServer, open_page: Callable[..., Page], clean_page: Callable[[Page], None]
) -> None:
    from outreach.calendars.actions import rebuild
    from outreach.db import db
    from tests.makers import make_event

    with live_server.app.test_request_context():
        make_event(title="Jobs and Skills Show", published=True, public_words="Come along.")
        rebuild()
        db.session.commit()

    page = open_page()
    page.goto("/events")
    clean_page(page)
    page.get_by_role("link", name="Jobs and Skills Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs and Skills Show")
    clean_page(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Add this event once").click()
    assert download.value.suggested_filename.endswith(".ics")
    page.get_by_role("link", name="See the other events of that month").click()
    expect(page.get_by_role("link", name="Jobs and Skills Show")).to_be_visible()
    clean_page(page)
    page.get_by_role("link", name="Have these events in your own calendar").click()
    clean_page(page)
    page.get_by_role("link", name="Everything in Worcestershire").click()
    page.get_by_text("Google Calendar", exact=True).click()
    clean_page(page)
    address = page.get_by_label("Address of this calendar").input_value()
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "Jobs and Skills Show" in answer.text()
