"""A coordinator plans a term, watches it being worked out, keeps a choice and has the people asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from outreach import clock
from outreach.web.door import Role
from outreach.worker import Worker
from tests import makers
from tests.conftest import NARROW, WIDE, LiveServer

Open = Callable[..., Page]
Clean = Callable[[Page], None]


@pytest.mark.one_database
def test_a_term_is_planned_watched_and_applied(live_server: LiveServer, open_page: Open, clean_page: Clean) -> None:
    client, worker = live_server.app.test_client(), Worker(live_server.app)
    with live_server.app.app_context():
        makers.sign_in(client, makers.make_account(Role.COORDINATOR, name="Cora"))
        makers.make_event(starts=makers.in_days(20), title="Talk at the college")
        makers.make_event(starts=makers.in_days(27), title="Fair in the hall", home="wyre-forest")
        makers.make_ambassador("Amina Khan")
    cookie = client.get_cookie("outreach")
    assert cookie is not None
    desk = open_page()
    desk.context.add_cookies([{"name": "outreach", "value": cookie.value, "url": live_server.url}])

    desk.goto("/manage/plan")
    clean_page(desk)
    expect(desk.get_by_role("group", name="First day")).to_be_hidden()
    desk.get_by_label("Other dates").check()
    for name, day in (("First day", clock.today()), ("Last day", clock.today() + timedelta(days=60))):
        parts = desk.get_by_role("group", name=name)
        for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            parts.get_by_label(part, exact=True).fill(str(value))
    desk.get_by_role("button", name="Plan", exact=True).click()
    expect(desk.get_by_text("The worker begins with it in a moment.")).to_be_visible()
    clean_page(desk)

    worker.work_on_plans()
    expect(desk.get_by_text("Proven the best possible")).to_be_visible(timeout=15_000)  # the page looks by itself
    desk.get_by_text("Why Amina Khan").click()
    clean_page(desk)
    desk.set_viewport_size({"width": NARROW, "height": 800})
    clean_page(desk)
    desk.set_viewport_size({"width": WIDE, "height": 900})

    desk.get_by_role("button", name="Keep Amina Khan").click()
    expect(desk.get_by_text("Kept when you plan again.")).to_be_visible()
    desk.get_by_role("link", name="Outings before and after").click()
    clean_page(desk)
    desk.get_by_role("link", name="The plan").click()
    desk.get_by_role("button", name="Ask these people").click()
    clean_page(desk)
    desk.get_by_role("button", name="Ask them").click()
    expect(desk.get_by_text("Being applied: 0 of 1 asked so far.")).to_be_visible()
    worker.work_on_plans()
    expect(desk.get_by_text("Applied", exact=True).first).to_be_visible(timeout=15_000)
    clean_page(desk)
