"""The pages of the register and of institutions in a browser: the accessibility audit, and nothing too wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from outreach import clock
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.board import weeks_from
from outreach.web.door import Role
from tests import makers


# How a page is drawn is the same on either database, and an audit is slow.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_page_passes_the_audit(live_server: Any, page: Page, clean_page: Callable[[Page], None]) -> None:
    with live_server.app.app_context():
        client = live_server.app.test_client()
        makers.sign_in(client, makers.make_account(Role.COORDINATOR, name="Cora Coordinator"))
        cookie = client.get_cookie("outreach")
        amina = makers.make_ambassador("Wolfeschlegelsteinhausenbergerdorff Yusuf", travels_to=["redditch"])
        makers.make_ambassador("Ben Carter", home="wychavon", council=False, status=AmbassadorStatus.PAUSED)
        makers.make_ambassador("Carol Reed", home="wychavon", travels_to=["worcester"])
        school = makers.make_institution("New Academy", listed=False)
        contact = makers.make_contact(school, verified=False)
        makers.make_contact(school)
    assert cookie is not None
    page.context.add_cookies([{"name": "outreach", "value": cookie.value, "url": live_server.url}])
    for path in (
        "/districts",
        "/districts/worcester",
        "/board",
        f"/board/worcester/{weeks_from(clock.today())[0]}",
        "/find-an-ambassador?district=worcester",
        "/find-an-ambassador?district=bromsgrove&language=polish",
        "/ambassadors",
        f"/ambassadors/{amina.id}/leave",
        f"/institutions/{school.id}",
        f"/institutions/contacts/{contact.id}/verify",
    ):
        page.goto(path)
        clean_page(page)
    page.goto("/institutions/new")
    page.get_by_role("button", name="Add the institution").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    clean_page(page)
    # A line of the summary leads to its input.
    page.get_by_role("link", name="Enter the town").click()
    expect(page.get_by_label("Town")).to_be_focused()
