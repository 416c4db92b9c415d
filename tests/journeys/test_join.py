"""From reading about the role to the first search that finds one, for four people, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outreach.web.door import Role
from tests.conftest import LiveServer
from tests.kit.joining import APPLICANT, MANAGER, link_to
from tests.makers import make_account, sign_in


def let_in(server: LiveServer, page: Page) -> None:
    """Sign a browser in as the coordinator."""
    client = server.app.test_client()
    with server.app.app_context():
        sign_in(client, make_account(Role.COORDINATOR, name="Cora Coordinator"))
    cookie = client.get_cookie("outreach")
    assert cookie is not None
    page.context.add_cookies([{"name": "outreach", "value": cookie.value, "url": server.url}])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_care_worker_becomes_an_ambassador(
    live_server: LiveServer, open_page: Callable[..., Page], clean_page: Callable[[Page], None]
) -> None:
    applicant, manager, coordinator, school = open_page(360), open_page(360), open_page(), open_page()
    let_in(live_server, coordinator)

    applicant.goto("/")
    applicant.get_by_role("link", name="Become an ambassador").click()
    clean_page(applicant)
    applicant.get_by_role("button", name="Start now").click()
    applicant.get_by_role("button", name="Continue").click()
    expect(applicant.get_by_role("alert")).to_contain_text("There is a problem")
    clean_page(applicant)
    applicant.get_by_label("Your full name").fill("Amina Yusuf")
    applicant.get_by_label("Work email address").fill(APPLICANT)
    go_on(applicant)
    applicant.get_by_label("Name of an employer that is not in the list").fill("Riverside Care")
    go_on(applicant)
    applicant.get_by_label("Your job role").fill("Senior care worker")
    applicant.get_by_label("Direct care").check()
    clean_page(applicant)
    go_on(applicant)
    applicant.get_by_label("Worcester", exact=True).check()
    go_on(applicant)
    clean_page(applicant)
    go_on(applicant)
    for answer in ("Talk or presentation", "Students aged 16 to 18", "Polish"):
        applicant.get_by_label(answer).check()
        go_on(applicant)
    applicant.get_by_label("Line manager’s full name").fill("Meg Manager")
    applicant.get_by_label("Line manager’s work email address").fill(MANAGER)
    clean_page(applicant)
    go_on(applicant)
    go_on(applicant)
    expect(applicant.get_by_role("heading", level=1)).to_have_text("Check your answers")
    clean_page(applicant)
    applicant.get_by_role("button", name="Send application").click()
    expect(applicant.get_by_role("heading", level=1)).to_have_text("Now look at your email")
    clean_page(applicant)
    applicant.goto(link_to(live_server.app, APPLICANT, "confirm"))
    clean_page(applicant)
    applicant.get_by_role("button", name="Confirm").click()
    expect(applicant.get_by_text("We are waiting for your line manager.")).to_be_visible()
    clean_page(applicant)

    manager.goto(link_to(live_server.app, MANAGER, "manager_asked"))
    clean_page(manager)
    manager.get_by_label("Yes, I agree").check()
    manager.get_by_label("How many hours a month may the role take?").fill("4")
    manager.get_by_label("Yes", exact=True).check()
    manager.get_by_role("button", name="Send your answer").click()
    expect(manager.get_by_role("alert")).to_contain_text("Your answer has been recorded")
    clean_page(manager)

    coordinator.goto("/ambassadors?status=in_training")
    coordinator.get_by_role("link", name="Amina Yusuf").click()
    clean_page(coordinator)
    for item in ("induction", "safeguarding briefing", "photo and story consent"):
        coordinator.get_by_role("link", name=f"Record {item}").click()
        coordinator.get_by_role("button", name="Record").click()
        expect(coordinator.get_by_role("alert")).to_contain_text("Recorded")
    coordinator.goto("/work")
    coordinator.get_by_role("link", name="Amina Yusuf").click()
    coordinator.get_by_role("button", name="Training is complete").click()
    expect(coordinator.get_by_role("alert")).to_contain_text("is active and can be invited to visits")
    coordinator.get_by_role("link", name="Pause").or_(coordinator.get_by_role("button", name="Pause")).click()
    clean_page(coordinator)

    school.goto("/find-an-ambassador?district=worcester")
    expect(school.get_by_role("heading", name="Amina")).to_be_visible()
    expect(school.get_by_text("Yusuf")).to_have_count(0)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()
