"""From a QR code to a start, for all three people, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outreach import clock
from outreach.web.door import Role
from tests.conftest import LiveServer
from tests.kit.referring import FRIEND, link_in, mails_to
from tests.makers import make_account, sign_in


def let_in(server: LiveServer, page: Page, *roles: Role, name: str) -> None:
    """Sign a browser in as somebody of the council."""
    client = server.app.test_client()
    with server.app.app_context():
        sign_in(client, make_account(*roles, name=name))
    cookie = client.get_cookie("outreach")
    assert cookie is not None
    page.context.add_cookies([{"name": "outreach", "value": cookie.value, "url": server.url}])


@pytest.mark.one_database
def test_three_people_bring_a_friend_to_a_start(
    live_server: LiveServer, open_page: Callable[..., Page], clean_page: Callable[[Page], None]
) -> None:
    referrer, friend, officer = open_page(360), open_page(360), open_page()
    let_in(live_server, referrer, name="Jo Referrer")
    let_in(live_server, officer, Role.RECRUITMENT_OFFICER, name="Olu Officer")

    referrer.goto("/refer")
    clean_page(referrer)
    referrer.get_by_role("button", name="Get my link").click()
    expect(referrer.get_by_role("heading", name="Your link", exact=True)).to_be_visible()
    expect(referrer.get_by_role("img", name="QR code")).to_be_visible()
    clean_page(referrer)
    link = referrer.locator("a[href*='/friend/']").first.get_attribute("href")
    assert link
    referrer.get_by_role("button", name="Print a poster").click()
    clean_page(referrer)

    friend.goto(link)
    clean_page(friend)
    friend.get_by_role("button", name="Send").click()
    expect(friend.get_by_role("alert")).to_contain_text("There is a problem")
    clean_page(friend)
    friend.get_by_label("Your full name").fill("Sam Friend")
    friend.get_by_label("Email address").fill(FRIEND)
    friend.get_by_label("Care worker", exact=True).check()
    friend.get_by_label("Redditch").check()
    friend.get_by_label("No, care would be new to me").check()
    friend.get_by_label("They may see when").check()
    friend.get_by_label("I am 16 or over").check()
    friend.get_by_role("button", name="Send").click()
    expect(friend.get_by_role("heading", level=1)).to_have_text("Now look at your email")
    clean_page(friend)

    officer.goto("/candidates")
    expect(officer.get_by_text("No candidates yet")).to_be_visible()
    clean_page(officer)

    friend.goto(link_in(mails_to(live_server.app, FRIEND)[-1]))
    clean_page(friend)
    friend.get_by_label("Yes", exact=True).check()
    friend.get_by_label("Yes, that is me").check()
    friend.get_by_role("button", name="Send your answer").click()
    expect(friend.get_by_role("heading", level=1)).to_have_text("Your referral")
    clean_page(friend)

    officer.goto("/candidates")
    clean_page(officer)
    officer.get_by_role("link", name="Sam Friend").click()
    clean_page(officer)
    today = clock.today()
    for stage in ("Applied", "Interview", "Offered", "Checks complete", "Started"):
        officer.get_by_role("button", name=f"Record “{stage}”").click()
        officer.get_by_label("Day").fill(str(today.day))
        officer.get_by_label("Month").fill(str(today.month))
        officer.get_by_label("Year").fill(str(today.year))
        officer.get_by_role("button", name="Save").click()
        expect(officer.get_by_role("alert")).to_contain_text(f"“{stage}” has been recorded")
    officer.goto("/candidates/board")
    clean_page(officer)

    referrer.goto("/refer/mine")
    expect(referrer.get_by_text("Started")).to_be_visible()
    expect(referrer.get_by_text("Sam")).to_have_count(0)
    clean_page(referrer)

    friend.get_by_role("button", name="Withdraw").click()
    clean_page(friend)
    friend.get_by_label("Delete my name and contact details").check()
    friend.get_by_role("button", name="Withdraw").click()
    expect(friend.get_by_role("heading", level=1)).to_have_text("You have withdrawn")
    officer.goto("/candidates?show=closed")
    expect(officer.get_by_role("link", name="Details deleted")).to_be_visible()
    expect(officer.get_by_text("Sam Friend")).to_have_count(0)
