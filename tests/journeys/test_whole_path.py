"""The main job from end to end, each step by its own person in a browser of their own.

The mails are real ones: queued by the pages, sent by the worker, read off the mail server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.outcomes.models import Outcome, Rating
from outreach.worker import Worker
from tests.conftest import LiveServer
from tests.kit.clocks import move_to
from tests.kit.ical_readers import ReadEvent, read_with_icalendar
from tests.kit.smtp import SmtpServer
from tests.makers import Role, make_account

COORDINATOR = "chris@county.example"
AMBASSADOR = "amina@care.example"
COLLEGE = "ivy@college.example"
BOTH = (AMBASSADOR, COLLEGE)
REMINDER = re.compile("^Reminder, (no )?answer")


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


class Path:
    """The people and the post between them."""

    def __init__(self, server: LiveServer, post: SmtpServer, open_page: Callable[..., Page]) -> None:
        self.server, self.post, self.open_page = server, post, open_page
        self.day = clock.today() + timedelta(days=30)

    def link_in_newest(self, address: str, subject: str) -> str:
        """Let the worker run; the last link of the newest mail to this address with this in its subject."""
        Worker(self.server.app).run_once()
        mails = [mail for mail in self.post.to(address) if subject in mail.subject]
        assert mails, [mail.subject for mail in self.post.to(address)]
        links = re.findall(rf"{self.server.url}/\S+", mails[-1].text)
        return next(one for one in links if not one.endswith(".ics"))

    def text_of_newest(self, address: str, subject: str) -> str:
        Worker(self.server.app).run_once()
        return next(mail.text for mail in reversed(self.post.to(address)) if subject in mail.subject)

    def sign_in(self, page: Page, address: str) -> None:
        """By the mailed link, then the second step: enrolling the first time."""
        page.goto("/sign-in")
        page.get_by_label("Email address").fill(address)
        page.get_by_role("button", name="Send me a link").click()
        page.goto(self.link_in_newest(address, "ign in"))
        page.get_by_role("button", name="Sign in", exact=True).click()
        secret = re.search(r"\b[A-Z2-7]{4}(?: [A-Z2-7]{4})+\b", page.locator("main").inner_text())
        assert secret is not None
        code = pyotp.TOTP(secret.group().replace(" ", "")).at(clock.now())
        page.get_by_label("Code from the app").fill(code)
        page.locator("main").get_by_role("button").last.click()


def fill_day(page: Page, group: str, day: date) -> None:
    """The three boxes of a date."""
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"[name={group}-{part}]").fill(str(value))


def test_from_registering_to_rating(
    live_server: LiveServer, smtp_server: SmtpServer, open_page: Callable[..., Page], clean_page: Callable[[Page], None]
) -> None:
    path = Path(live_server, smtp_server, open_page)
    with live_server.app.app_context():
        make_account(Role.COORDINATOR, name="Chris Example", email=COORDINATOR)

    desk = open_page()
    path.sign_in(desk, COORDINATOR)
    register(desk, clean_page)
    phone = open_page(width=360, has_touch=True, java_script_enabled=False)
    reference = ask(phone, path)
    decide(desk, path, reference, clean_page)
    answer_and_tell(path, reference, clean_page)
    publish_and_subscribe(desk, path)
    record_and_rate(path, reference, clean_page)


def register(desk: Page, clean_page: Callable[[Page], None]) -> None:
    """Step 1: a district without an ambassador gets one."""
    desk.goto("/districts")
    expect(desk.get_by_role("link", name=re.compile("Malvern Hills"))).to_contain_text("No ambassador yet")
    desk.goto("/ambassadors/new")
    desk.get_by_label("Full name").fill("Amina Khan")
    desk.get_by_label("Work email address").fill(AMBASSADOR)
    desk.get_by_label("Employer that is not in the list").fill("Riverside Care (invented)")
    desk.get_by_label("Job role").fill("Senior care worker")
    desk.get_by_label("Direct care").check()
    desk.get_by_role("group", name="Home district").get_by_label("Malvern Hills").check()
    desk.get_by_role("group", name="Other districts").get_by_label("Worcester", exact=True).check()
    desk.get_by_label("Talk or presentation").check()
    desk.get_by_label("Students aged 16 to 18").check()
    desk.get_by_label("Yes, everything on the checklist is done").check()
    desk.get_by_role("button", name="Register the ambassador").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Amina Khan")
    clean_page(desk)
    desk.goto("/districts")
    expect(desk.get_by_role("link", name=re.compile("Malvern Hills"))).to_contain_text("1 active")
    clean_page(desk)


def ask(phone: Page, path: Path) -> str:
    """Step 2: a careers leader asks, on a phone, without JavaScript, from an institution with three campuses."""

    def go_on(name: str = "Continue") -> None:
        phone.get_by_role("button", name=name).click()

    phone.goto("/visits")
    phone.get_by_role("button", name="Start now").click()
    phone.get_by_label("Which institution are you from?").select_option(label="Heart of Worcestershire College")
    go_on()
    phone.get_by_label("Worcester campus").check()
    go_on()
    phone.get_by_label("Your name").fill("Ivy Invented")
    phone.get_by_label("Your job title").fill("Careers leader")
    phone.get_by_label("Work email address").fill(COLLEGE)
    phone.get_by_label("Work telephone number").fill("01905 555 0199")
    go_on()
    phone.get_by_label("Talk or presentation").check()
    go_on()
    phone.get_by_label("Students aged 16 to 18").check()
    phone.get_by_label("How many people, about?").fill("30")
    go_on()
    phone.get_by_label("In person").check()
    go_on()
    fill_day(phone, "day_1", path.day)
    phone.locator("[name=starts_1]").fill("10am")
    phone.locator("[name=ends_1]").fill("11:30am")
    go_on()
    go_on()  # topics and access are optional
    phone.get_by_label("Who will be with the group").fill("Ivy Invented, careers leader")
    go_on()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Check your answers")
    go_on("Send request")
    reference = re.search(r"VR-\w{4}-\w{4}", phone.locator("main").inner_text())
    assert reference is not None
    assert reference.group() in path.text_of_newest(COLLEGE, "we have your request")
    assert path.post.to(COORDINATOR)[-1].text.count("Ivy") == 0
    return reference.group()


def decide(desk: Page, path: Path, reference: str, clean_page: Callable[[Page], None]) -> None:
    """Steps 3 and 4: from the work list; the contact is verified, the request accepted, an ambassador picked."""
    desk.goto("/work")
    clean_page(desk)
    desk.get_by_role("link", name=re.compile("Heart of Worcestershire College")).first.click()
    expect(desk.locator("main")).to_contain_text(reference)
    desk.get_by_role("link", name=re.compile("Verify")).first.click()
    desk.get_by_label("Telephoned the number the institution publishes").check()
    clean_page(desk)
    desk.locator("main").get_by_role("button").last.click()
    desk.goto(f"/find?q={reference.lower().replace('-', ' ')}")
    expect(desk.locator("main")).to_contain_text("Ivy Invented")
    desk.get_by_role("button", name="Accept", exact=True).click()
    desk.locator("input[name=time]").first.check()
    clean_page(desk)
    desk.get_by_role("button", name="Accept and tell the institution").click()
    assert "10am to 11:30am" in path.text_of_newest(COLLEGE, "accepted")
    desk.get_by_role("link", name=re.compile("the event")).click()
    desk.get_by_role("link", name="Choose ambassadors").or_(
        desk.get_by_role("button", name="Choose ambassadors")
    ).first.click()
    clean_page(desk)
    desk.get_by_label("Amina Khan").check()
    desk.get_by_role("button", name="Ask by email").click()
    expect(desk.locator("main")).to_contain_text("Amina Khan")


def answer_and_tell(path: Path, reference: str, clean_page: Callable[[Page], None]) -> None:
    """Steps 4 and 5: opening the link decides nothing; the button does; the college is told who is coming."""
    link = path.link_in_newest(AMBASSADOR, "Answer needed")
    phone = path.open_page(width=360, has_touch=True)
    for _ in range(2):
        phone.goto(link)
    clean_page(phone)
    phone.set_viewport_size({"width": 360, "height": 740})
    assert not [mail for mail in path.post.to(COLLEGE) if "who is coming" in mail.subject]
    phone.get_by_role("button", name="Yes, I can come").click()
    expect(phone.locator("main")).to_contain_text("Ivy Invented")
    clean_page(phone)
    told = path.text_of_newest(COLLEGE, "who is coming")
    assert "Amina, Senior care worker, Riverside Care (invented)" in told
    assert "Khan" not in told
    college = path.open_page(width=360)
    # The mail asks what the day is like; the page of the visit is one step up from it.
    college.goto(path.link_in_newest(COLLEGE, "who is coming").removesuffix("/arrangements"))
    expect(college.locator("main")).to_contain_text("Amina, Senior care worker")
    expect(college.locator("main")).to_contain_text(reference)
    clean_page(college)


def publish_and_subscribe(desk: Page, path: Path) -> None:
    """Step 6: a fair is logged and published; a subscriber sees it, sees it moved, and sees it cancelled."""
    desk.goto("/manage/events/new")
    desk.get_by_label("Title").fill("Jobs, Apprenticeships and Skills Show")
    desk.get_by_label("Careers fair stand").check()
    fill_day(desk, "day", path.day + timedelta(days=7))
    desk.locator("[name=starts]").fill("10am")
    desk.locator("[name=ends]").fill("3pm")
    desk.get_by_label("District", exact=False).last.select_option(label="Malvern Hills")
    desk.get_by_label("Place in words").fill("The Winter Gardens, Malvern")
    desk.locator("[name=needed]").fill("2")
    desk.get_by_label("Publish it in the public calendar").check()
    desk.get_by_role("button", name="Save and choose ambassadors").click()

    def feed(slug: str = "malvern-hills") -> ReadEvent:
        answer = desk.request.get(f"{path.server.url}/calendars/{slug}.ics")
        assert answer.status == 200
        etag = answer.headers["etag"]
        again = desk.request.get(f"{path.server.url}/calendars/{slug}.ics", headers={"If-None-Match": etag})
        assert (again.status, again.body()) == (304, b"")
        event, *others = read_with_icalendar(answer.body())
        assert not others, "the college's visit is never public"
        return event

    first = feed()
    assert first.summary == "Jobs, Apprenticeships and Skills Show"
    assert feed("county").uid == first.uid
    desk.goto("/manage/events?words=Skills")
    desk.get_by_role("link", name=re.compile("Skills Show")).click()
    event = desk.url
    desk.goto(f"{event}/move")
    desk.locator("[name=starts]").fill("11am")
    desk.locator("main").get_by_role("button").last.click()
    expect(desk).to_have_url(re.compile("/move/confirm"))
    desk.locator("main").get_by_role("button").last.click()
    moved = feed()
    assert moved.uid == first.uid
    assert moved.sequence > first.sequence
    desk.goto(f"{event}/cancel")
    desk.get_by_label("The host cancelled").check()
    desk.locator("main textarea").fill("The hall is flooded.")
    desk.locator("main").get_by_role("button").last.click()
    cancelled = feed()
    assert cancelled.status == "CANCELLED"
    assert cancelled.summary.startswith("Cancelled: ")
    assert cancelled.sequence > moved.sequence


def record_and_rate(path: Path, reference: str, clean_page: Callable[[Page], None]) -> None:
    """Step 7: the clock goes on to the evening of the visit; reminders went out; both say how it went."""
    for days in (7, 1):
        move_to(clock.to_utc(path.day - timedelta(days=days), time(12)))
        Worker(path.server.app).run_once()
    reminders = {address: [m for m in path.post.to(address) if REMINDER.search(m.subject)] for address in BOTH}
    assert {address: len(mails) for address, mails in reminders.items()} == {AMBASSADOR: 2, COLLEGE: 2}
    clock.set_offset(timedelta(days=31, hours=14))
    phone = path.open_page(width=360)
    phone.goto(path.link_in_newest(AMBASSADOR, "how did"))
    phone.get_by_label("Yes, and I was there").check()
    phone.get_by_label("Students aged 16 to 18").fill("28")
    phone.get_by_label("Your hours").fill("2.5")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    college = path.open_page(width=360)
    college.goto(path.link_in_newest(COLLEGE, "how was the visit"))
    college.get_by_label("Very good").check()
    college.get_by_label("Yes").check()
    college.get_by_role("button", name="Send").click()
    expect(college.get_by_role("heading", level=1)).to_have_text("Thank you")
    clean_page(college)
    with path.server.app.app_context():
        outcome, rating = db.session.scalars(select(Outcome)).one(), db.session.scalars(select(Rating)).one()
        assert outcome.took_place
        assert [(one.audience.code, one.people) for one in outcome.reached] == [("students_16_to_18", 28)]
        assert (rating.score, rating.ask_again) == (5, True)
