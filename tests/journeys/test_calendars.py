"""The pages of calendars in a real browser: each passes the audit at a desk's width and at a telephone's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from outreach.accounts.links import mint_link
from outreach.db import db
from outreach.events.rules import AssignmentStatus
from outreach.replies.actions import receive_mail
from outreach.web.door import ActorKind, Purpose, Role
from tests import makers
from tests.conftest import LiveServer
from tests.kit import replies
from tests.kit.calendars import at, calendar, entry

PLAIN = ["/calendars", "/calendars/county", "/calendars/kinds/talk", "/feeds", "/account/calendars", "/answers"]
MADE = ["/account/calendars/county", "/account/calendars/work", "/account/calendars/rewards"]


@pytest.fixture
def page(live_server: LiveServer, open_page: Callable[..., Page]) -> Page:
    """The browser of somebody who may see all of them."""
    page, client = open_page(), live_server.app.test_client()
    roles = (Role.COORDINATOR, Role.ADMINISTRATOR, Role.RECRUITMENT_OFFICER)
    with live_server.app.app_context():
        makers.sign_in(client, makers.make_account(*roles))
    cookie = client.get_cookie("outreach")
    assert cookie is not None
    page.context.add_cookies([{"name": "outreach", "value": cookie.value, "url": live_server.url}])
    return page


def links(app: Flask) -> list[str]:
    """The calendar of an ambassador's visits and that of a contact's, by their links."""
    with app.app_context():
        row = makers.make_assignment(
            makers.make_event(), makers.make_ambassador("Amina"), status=AssignmentStatus.INVITED
        )
        asked = mint_link(Purpose.INVITATION, row.id, ActorKind.AMBASSADOR, row.ambassador_id, row.event.ends_at)
        visit = makers.make_request()
        followed = mint_link(Purpose.FOLLOW, visit.id, ActorKind.CONTACT, visit.contact_id, makers.in_days(90))
        for mail in (replies.plain("amina@care.example", "Could I come later?"), replies.plain("x@y.example", "Hello")):
            receive_mail(mail)
        db.session.commit()
    return [f"{asked}/calendar", f"{followed}/calendar"]


@pytest.mark.one_database
def test_every_page_of_calendars_passes_the_audit(
    live_server: LiveServer, page: Page, clean_page: Callable[[Page], None]
) -> None:
    own = links(live_server.app)
    for path in PLAIN:
        page.goto(path)
        clean_page(page)
    page.locator("main a[href^='/answers/']").first.click()
    clean_page(page)
    for path in (*MADE, *own):
        page.goto(path)
        clean_page(page)
        page.get_by_role("button", name="Make the address").click()
        expect(page.get_by_label("Address of this calendar")).to_be_visible()
        clean_page(page)


@pytest.mark.one_database
def test_an_import_passes_the_audit(live_server: LiveServer, page: Page, clean_page: Callable[[Page], None]) -> None:
    with live_server.app.app_context():
        makers.make_institution("Hill College", town="Worcester")
    days = [makers.in_days(30 + number) for number in range(3)]
    file = calendar(
        *(entry(f"u{day.day}", dtstart=at(day), summary=f"Day {day.day}") for day in days), entry("no time")
    )
    page.goto("/manage/events/import")
    clean_page(page)
    page.locator("input[type=file]").set_input_files({"name": "term.ics", "mimeType": "text/calendar", "buffer": file})
    page.get_by_label("Whose calendar is it?").select_option(index=2)
    page.get_by_label("Talk", exact=False).first.check()
    page.get_by_label("Key events of the college").check()
    page.get_by_role("button", name="Check the entries").click()
    expect(page.locator("h1")).to_have_text("Check the entries")
    clean_page(page)
    page.get_by_role("button", name="Import what is chosen").click()
    expect(page.get_by_text("3 events added.")).to_be_visible()
