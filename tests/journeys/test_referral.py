"""From a QR code to the reward for six months, under the terms of that day, while others are in force by then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import Account
from outreach.db import db
from outreach.referrals.models import Reward, SchemeVersion
from outreach.referrals.queries.scheme import get_version, get_version_in_force
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.terms import dump_terms
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.door import Role
from outreach.worker import Worker
from tests.conftest import LiveServer
from tests.kit.referring import FRIEND
from tests.kit.smtp import SmtpServer
from tests.makers import make_account, sign_in

START_AFTER = 30
JO = "jo.referrer@county.example"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def go_to(day: date) -> None:
    """Move the clock, of the pages and of the worker, to the middle of a day."""
    clock.set_offset(timedelta(0))
    clock.set_offset(clock.to_utc(day, time(12)) - clock.now())


def let_in(server: LiveServer, page: Page, name: str) -> None:
    """Sign a browser in as somebody of the council; months later they must sign in again."""
    client = server.app.test_client()
    with server.app.app_context():
        sign_in(client, db.session.scalars(select(Account).where(Account.name == name)).one())
    cookie = client.get_cookie("outreach")
    assert cookie is not None
    page.context.add_cookies([{"name": "outreach", "value": cookie.value, "url": server.url}])


def publish_other_terms(server: LiveServer, begins: date) -> None:
    """Version 2: £10 for everything, to nobody's liking."""
    with server.app.app_context():
        terms = get_version(1).read()
        cheap = replace(
            terms,
            milestones=tuple(
                replace(one, pence=1_000, new_to_care_pence=0) if one.pence else one for one in terms.milestones
            ),
        )
        db.session.add(
            SchemeVersion(
                number=2,
                name="Cheap terms",
                terms=dump_terms(cheap),
                effective_from=begins,
                status=VersionStatus.PUBLISHED,
                created_at=clock.now(),
                published_at=clock.now(),
            )
        )
        db.session.commit()


def give_day(page: Page, day: date) -> None:
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(label).fill(str(value))


def refer_by_code(referrer: Page, friend: Page, server: LiveServer, smtp_server: SmtpServer) -> None:
    """The referrer shows the code on their telephone; the friend opens it on theirs, and says yes by mail."""
    referrer.goto("/refer")
    referrer.get_by_role("button", name="Get my link").click()
    expect(referrer.get_by_role("img", name="QR code")).to_be_visible()
    link = referrer.locator("a[href*='/friend/']").first.get_attribute("href")
    assert link
    friend.goto(link)
    friend.get_by_label("Your full name").fill("Sam Friend")
    friend.get_by_label("Email address").fill(FRIEND)
    friend.get_by_label("Care worker", exact=True).check()
    friend.get_by_label("Redditch").check()
    friend.get_by_label("No, care would be new to me").check()
    friend.get_by_label("They may see when").check()
    friend.get_by_label("I am 16 or over").check()
    friend.get_by_role("button", name="Send").click()
    expect(friend.get_by_role("heading", level=1)).to_have_text("Now look at your email")
    Worker(server.app).run_once()
    [mail] = smtp_server.to(FRIEND)
    private = re.search(r"http://[^/\s]+(/friend/answer/\S+)", mail.text)
    assert private
    friend.goto(private[1])
    friend.get_by_label("Yes", exact=True).check()
    friend.get_by_label("Yes, that is me").check()
    friend.get_by_role("button", name="Send your answer").click()
    expect(friend.get_by_role("heading", level=1)).to_have_text("Your referral")


def record_the_way_to_the_start(officer: Page, referred: date) -> None:
    officer.goto("/candidates")
    officer.get_by_role("link", name="Sam Friend").click()
    days = {"Applied": 2, "Interview": 9, "Offered": 12, "Checks complete": 25, "Started": START_AFTER}
    for stage, after in days.items():
        officer.get_by_role("button", name=f"Record “{stage}”").click()
        give_day(officer, referred + timedelta(days=after))
        officer.get_by_role("button", name="Save").click()
        expect(officer.get_by_role("alert")).to_contain_text(f"“{stage}” has been recorded")


def check_the_staff_records(officer: Page) -> None:
    officer.get_by_role("link", name="What reward is due, and why").click()
    officer.get_by_role("button", name="Check the staff records").click()
    officer.get_by_label("Permanent staff").check()
    officer.get_by_role("group", name="Is the referrer one of these?").get_by_label("None of these").check()
    officer.get_by_role("group", name="Had the friend applied").get_by_label("No", exact=True).check()
    officer.get_by_label("Which post were they appointed to?").select_option("Care worker")
    officer.get_by_label("Is the friend new to care?").select_option("Yes, new to care")
    officer.get_by_role("button", name="Save").click()
    expect(officer.get_by_role("alert")).to_contain_text("the verdicts are up to date")


@pytest.mark.one_database
def test_from_the_code_to_six_months_under_the_first_terms(
    live_server: LiveServer,
    smtp_server: SmtpServer,
    open_page: Callable[..., Page],
    clean_page: Callable[[Page], None],
) -> None:
    referrer, friend, officer, second = open_page(360), open_page(360), open_page(), open_page()
    with live_server.app.app_context():
        make_account(name="Jo Referrer", email=JO)
        make_account(Role.RECRUITMENT_OFFICER, name="Olu Officer")
        make_account(Role.RECRUITMENT_OFFICER, name="Ola Officer")
    referred = clock.today()
    go_to(referred)
    let_in(live_server, referrer, "Jo Referrer")
    refer_by_code(referrer, friend, live_server, smtp_server)
    clean_page(friend)
    publish_other_terms(live_server, referred + timedelta(days=14))

    started = referred + timedelta(days=START_AFTER)
    go_to(started)
    let_in(live_server, officer, "Olu Officer")
    record_the_way_to_the_start(officer, referred)
    check_the_staff_records(officer)
    clean_page(officer)
    Worker(live_server.app).run_once()
    thanks = [mail for mail in smtp_server.to(JO) if mail.subject.startswith("Thank you")]
    assert len(thanks) == 1
    assert "Sam" not in thanks[0].text

    due = add_months(started, 6)
    go_to(due - timedelta(days=1))
    Worker(live_server.app).run_once()
    let_in(live_server, referrer, "Jo Referrer")
    referrer.goto("/refer/mine")
    referrer.get_by_role("link", name="Your reward").click()
    expect(referrer.get_by_text(f"Due on {due.day} {due:%B %Y} if all the terms are met by then: £250")).to_be_visible()
    clean_page(referrer)
    with live_server.app.app_context():
        assert set(db.session.scalars(select(Reward.milestone))) == {"start"}

    go_to(due)
    Worker(live_server.app).run_once()
    with live_server.app.app_context():
        assert get_version_in_force(clock.today()).number == 2
        reward = db.session.scalars(select(Reward).where(Reward.milestone == "six_months")).one()
        assert (reward.scheme_version.number, reward.pence, reward.due_on) == (1, 30_000, due)
        reference = reward.reference
    let_in(live_server, officer, "Olu Officer")
    officer.goto("/rewards")
    officer.get_by_role("link", name=reference).click()
    expect(officer.get_by_text("Version 1")).to_be_visible()
    officer.get_by_role("button", name="Approve").click()
    officer.get_by_role("button", name="Approve").click()
    expect(officer.get_by_role("alert")).to_contain_text("Somebody else marks it as given")
    clean_page(officer)

    let_in(live_server, second, "Ola Officer")
    second.goto("/payroll")
    second.get_by_role("button", name="Build the file").click()
    expect(second.get_by_text(reference)).to_be_visible()
    second.get_by_role("button", name="Payroll has paid").click()
    expect(second.get_by_role("alert")).to_contain_text("1 reward marked as paid")

    let_in(live_server, referrer, "Jo Referrer")
    referrer.goto("/refer/mine")
    referrer.get_by_role("link", name="Your reward").click()
    expect(referrer.get_by_text("£300: paid. Thank you.")).to_be_visible()
    expect(referrer.get_by_text("Sam")).to_have_count(0)
    friend.reload()
    expect(friend.get_by_role("heading", level=1)).to_have_text("Your referral")
