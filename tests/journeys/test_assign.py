"""A coordinator logs a fair and chooses ambassadors; one of them answers on a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests import makers
from tests.conftest import NARROW, LiveServer

Open = Callable[..., Page]
Clean = Callable[[Page], None]


def sit_down(live_server: LiveServer, page: Page) -> None:
    """Sign the coordinator in on this browser."""
    client = live_server.app.test_client()
    with live_server.app.app_context():
        makers.sign_in(client, makers.make_account(Role.COORDINATOR, name="Cora"))
    cookie = client.get_cookie("outreach")
    assert cookie is not None
    page.context.add_cookies([{"name": "outreach", "value": cookie.value, "url": live_server.url}])


def link_in_mail(live_server: LiveServer, to: str) -> str:
    """The private link in the newest mail to an address."""
    with live_server.app.app_context():
        body = db.session.scalars(select(Mail.body).where(Mail.recipient == to).order_by(Mail.id.desc())).first()
    found = re.search(r"\S+/invitations/\S+", body or "")
    assert found is not None
    return found[0]


def asking_stays_in_sight(desk: Page) -> None:
    """Once somebody is ticked, on a telephone too; and it covers nothing that has the focus."""
    size = desk.viewport_size
    desk.set_viewport_size({"width": NARROW, "height": 560})
    desk.get_by_label("Amina Khan").focus()
    asking = desk.get_by_role("button", name="Ask by email")
    expect(asking).to_be_in_viewport()
    for one in desk.locator("main :is(a, input:not([type=hidden]), summary)").all():
        if one.is_visible():
            one.focus()
            box, bar = one.bounding_box(), desk.locator(".app-act-bar").bounding_box()
            assert box
            assert bar
            assert box["y"] + box["height"] <= bar["y"] + 1 or box["y"] >= bar["y"] + bar["height"] - 1
    if size:
        desk.set_viewport_size(size)


@pytest.mark.one_database
def test_coordinator_chooses_and_ambassador_answers(
    live_server: LiveServer, open_page: Open, clean_page: Clean
) -> None:
    with live_server.app.app_context():
        makers.make_ambassador("Amina Khan", email="amina@care.example")
        makers.make_ambassador("Ben Hughes", home="malvern-hills", travels_to=["worcester"], email="ben@care.example")
        makers.make_ambassador("Far Away", home="redditch")
        busy = makers.make_ambassador("Is Busy")
        makers.make_assignment(makers.make_event(title="Another fair", starts=makers.in_days(21, 10)), busy)
    desk, phone = open_page(), open_page(width=NARROW)
    sit_down(live_server, desk)

    desk.goto("/manage/events/new")
    clean_page(desk)
    desk.get_by_label("Title").fill("Careers fair at the Guildhall")
    desk.get_by_label("Careers fair stand").check()
    day = clock.today() + timedelta(days=21)
    dates = desk.get_by_role("group", name="Day", exact=True)
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        dates.get_by_label(name, exact=True).fill(str(value))
    desk.get_by_label("Start").fill("9:30am")
    desk.get_by_label("End", exact=True).fill("3pm")
    desk.get_by_label("District (optional)").select_option("Worcester")
    desk.get_by_label("Place in words").fill("The Guildhall, Worcester")
    desk.get_by_label("How many ambassadors are needed").fill("2")
    desk.get_by_label("Audience (optional)").select_option("People looking for work")
    desk.get_by_role("button", name="Save and choose ambassadors").click()

    expect(desk.get_by_role("heading", level=1)).to_have_text("Choose ambassadors")
    clean_page(desk)
    expect(desk.get_by_role("listitem").filter(has_text="Is Busy")).to_contain_text("Busy then with EV-")
    desk.get_by_label("Amina Khan").check()
    desk.get_by_label("Ben Hughes").check()
    asking_stays_in_sight(desk)
    desk.get_by_role("button", name="Ask by email").click()
    expect(desk.get_by_role("alert")).to_contain_text("2 ambassadors asked by email")
    clean_page(desk)

    phone.goto(link_in_mail(live_server, "amina@care.example"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Can you come?")
    clean_page(phone)
    phone.get_by_role("button", name="Yes, I can come").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You are going")
    clean_page(phone)

    desk.reload()
    expect(desk.get_by_role("row", name=re.compile("Amina Khan"))).to_contain_text("Accepted")
    expect(desk.get_by_text("Confirmed", exact=True)).to_be_visible()

    phone.goto(link_in_mail(live_server, "ben@care.example"))
    phone.get_by_role("button", name="No, I cannot come").click()
    clean_page(phone)
    phone.get_by_role("button", name="I cannot come").click()
    expect(phone.get_by_role("alert")).to_contain_text("Select why you cannot come")
    clean_page(phone)
    phone.get_by_label("I am working then").check()
    phone.get_by_role("button", name="I cannot come").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You said you cannot come")

    desk.reload()
    expect(desk.get_by_text("1 more ambassador is needed.")).to_be_visible()
    desk.get_by_role("button", name="Move or shorten").click()
    clean_page(desk)
    desk.get_by_label("Start").fill("9am")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("1 ambassador will be asked again")).to_be_visible()
    clean_page(desk)
    desk.get_by_role("button", name="Move the event").click()
    expect(desk.get_by_role("alert")).to_contain_text("The event has moved")
    desk.get_by_role("button", name="Cancel the event").click()
    clean_page(desk)
    desk.get_by_label("Illness").check()
    desk.get_by_role("button", name="Cancel the event").click()
    expect(desk.get_by_role("alert")).to_contain_text("The event is cancelled")
    phone.goto(link_in_mail(live_server, "ben@care.example"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("This event is cancelled")
    desk.goto("/manage/events")
    clean_page(desk)
