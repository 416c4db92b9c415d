"""A contact at a college asks for a visit in a real browser, with scripts and without, and follows it by the link."""

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
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus
from tests.conftest import LiveServer
from tests.kit import databases

Check = Callable[[Page], None]


def day(page: Page, field: str, days: int) -> None:
    when = clock.today() + timedelta(days=days)
    for part in ("day", "month", "year"):
        page.locator(f"#{field}-{part}").fill(str(getattr(when, part)))


def go_on(page: Page, heading: str) -> None:
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).to_have_text(heading)


def link_in_the_mail(server: LiveServer) -> str:
    """Where the private link of the one mail to the contact leads."""
    with server.app.app_context():
        body = db.session.scalars(select(Mail.body).where(Mail.message == "visits/received")).one()
    found = re.search(r"/visits/follow/\S+", body)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.one_database
def test_asking_for_a_visit(
    open_page: Callable[..., Page],
    live_server: LiveServer,
    clean_page: Check,
    database: databases.Database,
    scripts: bool,
) -> None:
    page = open_page(360, java_script_enabled=scripts)

    def check() -> None:
        # The audit is itself a script; and the pages are the same on either database.
        if scripts and database.name == "sqlite":
            clean_page(page)

    page.goto("/visits")
    check()
    page.get_by_role("button", name="Start now").click()
    expect(page.locator("h1")).to_have_text("Which institution are you from?")
    check()
    page.get_by_label("Which institution are you from?").select_option("Heart of Worcestershire College")
    go_on(page, "Which campus or building?")
    check()
    page.get_by_label("Redditch campus").check()
    go_on(page, "Your contact details")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: Your contact details"))
    check()
    page.get_by_label("Your name").fill("Ruth Invented")
    page.get_by_label("Your job title").fill("Careers leader")
    page.get_by_label("Work email address").fill("ruth@college.example")
    page.get_by_label("Work telephone number").fill("01905 555 0123")
    go_on(page, "What kind of visit would you like?")
    check()
    page.get_by_label("Talk or presentation").check()
    go_on(page, "Who is the visit for?")
    check()
    page.get_by_label("Students aged 16 to 18").check()
    page.get_by_label("How many people, about?").fill("30")
    go_on(page, "In person or online?")
    check()
    page.get_by_label("In person", exact=True).check()
    go_on(page, "When would you like the visit?")
    check()
    day(page, "day_1", -1)
    page.locator("#starts_1").fill("9:30am")
    page.locator("#ends_1").fill("9am")
    page.get_by_role("button", name="Continue").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("First date must be today or in the future")
    if scripts:
        expect(summary).to_be_focused()
    check()
    summary.get_by_role("link", name="First date must be").click()
    expect(page.locator("#day_1-day")).to_be_focused()
    day(page, "day_1", 30)
    page.locator("#ends_1").fill("11am")
    go_on(page, "Topics and access")
    check()
    page.get_by_label("Topics you would like covered").fill("A day in care")
    go_on(page, "Who will be with the group throughout the visit?")
    check()
    page.get_by_label("Who will be with the group").fill("Mr Present, tutor")
    go_on(page, "Check your answers")
    check()
    page.get_by_role("link", name="Change number of people").click()
    page.get_by_label("How many people, about?").fill("45")
    go_on(page, "Check your answers")
    expect(page.locator("main")).to_contain_text("About 45")
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("h1")).to_have_text("Request sent")
    check()
    reference = page.locator(".app-reference").inner_text()
    page.reload()
    expect(page.locator(".app-reference")).to_have_text(reference)
    page.go_back()
    expect(page.locator("h1")).not_to_have_text("Sorry, there is a problem with the service")

    # Another device opens the link in the mail, asks for a change, and in the end withdraws.
    phone = open_page(360, java_script_enabled=scripts)
    page = phone
    phone.goto(link_in_the_mail(live_server))
    expect(phone.locator("h1")).to_have_text("We have your request")
    expect(phone.locator("main")).to_contain_text(reference)
    check()
    phone.get_by_role("button", name="Ask for a change").click()
    check()
    phone.get_by_label("What would you like to change?").fill("Room 3 instead of the hall")
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator("main")).to_contain_text("Room 3 instead of the hall")
    check()
    phone.get_by_role("link", name="Withdraw this request").click()
    check()
    phone.get_by_role("button", name="Withdraw request").click()
    expect(phone.locator("h1")).to_have_text("You have withdrawn this request")
    check()
    with live_server.app.app_context():
        [visit] = db.session.scalars(select(VisitRequest)).all()
        assert (visit.reference, visit.status, visit.audience_size) == (reference, RequestStatus.WITHDRAWN, 45)


@pytest.mark.one_database
def test_institution_that_is_not_on_the_list_and_a_lost_link(page: Page, clean_page: Check) -> None:
    page.goto("/visits/ask/institution")
    page.get_by_role("link", name="My institution is not on the list").click()
    clean_page(page)
    page.get_by_label("Name of the institution").fill("Café Élan")
    page.get_by_label("Community group").check()
    page.get_by_label("Address").fill("1 High Street")
    page.get_by_label("Town or village").fill("Pershore")
    page.get_by_label("Postcode").fill("wr10 1aa")
    page.get_by_label("Wychavon").check()
    go_on(page, "Your contact details")
    page.goto("/visits/my-link")
    clean_page(page)
    page.get_by_label("Reference").fill("VR-7K3M-9QTX")
    page.get_by_label("Work email address").fill("nobody@college.example")
    page.get_by_role("button", name="Send my link").click()
    expect(page.locator("h1")).to_have_text("Check your email")
    clean_page(page)
