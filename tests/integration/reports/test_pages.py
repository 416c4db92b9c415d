"""The landing page, the work list, the search box and the audit, as each kind of person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.audit.actions import record
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import StandIn
from outreach.events.rules import AssignmentStatus, EventStatus, StandInStatus
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind
from outreach.visits.models import RequestMessage
from outreach.visits.rules import RequestStatus
from outreach.web.door import SYSTEM, Actor, ActorKind, Role
from tests.kit.counting import count_queries
from tests.makers import (
    in_days,
    make_account,
    make_ambassador,
    make_assignment,
    make_contact,
    make_event,
    make_institution,
    make_request,
    sign_in,
)
from tests.pages import PageClient


def person(app: Flask, *roles: Role) -> PageClient:
    client = PageClient(app)
    with app.app_context():
        sign_in(client.http, make_account(*roles))
    return client


def make_mail(number: int, **more: object) -> Mail:
    values = {
        "message_id": f"<{number}@county.example>",
        "message": "visits/received",
        "recipient": f"contact{number}@college.example",
        "recipient_kind": RecipientKind.CONTACT,
        "recipient_id": 1,
        "subject": f"Mail number {number}",
        "body": "Hello",
        "status": MailStatus.FAILED,
        "attempts": 1,
        "error": "refused: 550 no such mailbox",
        "created_at": clock.now(),
        "due_at": clock.now(),
    }
    mail = Mail(**(values | more))
    db.session.add(mail)
    db.session.commit()
    return mail


# The landing page


@pytest.mark.one_database
def test_a_stranger_is_shown_the_ways_in(app: Flask) -> None:
    page = PageClient(app).get("/")
    assert page.h1 == "I Care Ambassadors"
    links = page.links()
    assert links["Ask for a visit"] == "/visits"
    assert links["Come to an event"] == "/events"
    assert links["Become an ambassador"] == "/join"
    assert links["Ambassadors by district"] == "/districts"
    assert links["Sign in"] == "/sign-in"


def test_a_coordinator_is_led_to_the_work_list(app: Flask) -> None:
    client = person(app, Role.COORDINATOR)
    assert client.get("/", status=303, follow=False).response.headers["Location"] == "/work"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RECRUITMENT_OFFICER, Role.ADMINISTRATOR, None])
@pytest.mark.one_database
def test_others_are_shown_what_they_may_open(app: Flask, role: Role | None) -> None:
    client = person(app, *([role] if role else []))
    page = client.get("/")
    ways = {href for text, href in page.links().items() if href.startswith("/") and text}
    assert "/account" in ways
    for href in ways - {"/sign-out"}:
        client.get(href, status=200)


# The work list


def fill(app: Flask, how_many: int) -> None:
    """So many things of each kind that needs the coordinator."""
    with app.app_context():
        for number in range(how_many):
            make_request(make_contact(make_institution()))
            accepted = make_request(status=RequestStatus.ACCEPTED)
            db.session.add(RequestMessage(request=accepted, words="Later, please", created_at=clock.now()))
            unverified = make_request(make_contact(make_institution(), verified=False), status=RequestStatus.ACCEPTED)
            make_assignment(make_event(request=unverified, starts=in_days(30 + number)))
            short = make_event(starts=in_days(20, 9), title="Short of somebody")
            make_assignment(short, make_ambassador("Ann Example"), status=AssignmentStatus.DECLINED)
            over = make_event(starts=in_days(-3), title="Over", status=EventStatus.CONFIRMED)
            went = make_assignment(over, status=AssignmentStatus.ACCEPTED)
            db.session.add(
                StandIn(
                    assignment=make_assignment(short, status=AssignmentStatus.WITHDRAWN),
                    name="Bo Example",
                    email="bo@care.example",
                    status=StandInStatus.NAMED,
                    named_at=clock.now(),
                )
            )
            assert went.checked_out_at is None  # they went alone, and nobody has heard of them
            full = make_event(starts=in_days(40 + number), title="One too many")
            for _ in range(2):
                make_assignment(full, status=AssignmentStatus.ACCEPTED)
            make_event(starts=clock.now() - timedelta(minutes=30), title="On now")
            make_mail(number + 1000 * how_many)


@pytest.mark.one_database
def test_an_empty_work_list_says_that_all_is_done(app: Flask) -> None:
    page = person(app, Role.COORDINATOR).get("/work")
    assert page.has("All is done")


def test_the_work_list_counts_groups_and_leads_to_each(app: Flask) -> None:
    fill(app, 1)
    client = person(app, Role.COORDINATOR)
    page = client.get("/work")
    assert page.has("10 things need you")
    for heading in (
        "Not heard of after a visit alone (1)",
        "Colleagues who could go instead (1)",
        "New requests (1)",
        "Changes asked for (1)",
        "Contacts to verify (1)",
        "On now or within 24 hours, and an ambassador is missing (1)",
        "Events that lack an ambassador (1)",
        "More are coming than are needed (1)",
        "Outcomes to record (1)",
        "Mails that failed (1)",
    ):
        assert page.has(heading), heading
    assert page.has("1 ambassador is missing: Ann Example declined")
    cards = [item for item in page.all("li") if "app-work__card" in item.get("class", "")]
    assert len(cards) == 10
    for card in cards:
        (link,) = list(card.iter("a"))
        client.get(link.get("href", ""), status=200)


def test_the_oldest_request_stands_first_and_a_late_one_says_so(app: Flask) -> None:
    with app.app_context():
        today = clock.today()
        make_request(make_contact(make_institution("Invented New School")))
        make_request(
            make_contact(make_institution("Invented Old School")),
            created_at=clock.now() - timedelta(days=20),
            answer_by=today - timedelta(days=1),
        )
    page = person(app, Role.COORDINATOR).get("/work")
    assert page.main.index("Invented Old School") < page.main.index("Invented New School")
    assert page.has("It should have been answered by now: accept it or decline it")
    assert page.has("Late: waiting 20 days")


def test_what_needs_nobody_is_not_on_the_work_list(app: Flask) -> None:
    with app.app_context():
        make_request(status=RequestStatus.DECLINED)
        make_assignment(make_event(starts=in_days(5)), status=AssignmentStatus.ACCEPTED)
        make_assignment(make_event(starts=in_days(6)), status=AssignmentStatus.INVITED)
        make_event(starts=in_days(7), status=EventStatus.CANCELLED)
        make_event(starts=in_days(-7), status=EventStatus.CANCELLED)
        make_mail(1, status=MailStatus.SENT)
    assert person(app, Role.COORDINATOR).get("/work").has("All is done")


def test_as_many_queries_with_30_rows_as_with_1(app: Flask) -> None:
    client = person(app, Role.COORDINATOR, Role.ADMINISTRATOR)
    counts: dict[str, list[int]] = {"/work": [], "/mails": [], "/find?q=e": [], "/audit": []}
    for how_many in (1, 29):
        fill(app, how_many)
        with app.app_context():
            account = make_account()
            for actor in (Actor(ActorKind.ACCOUNT, account.id), SYSTEM):
                record(actor, "account.add", account)
            db.session.commit()
        for path, seen_by_now in counts.items():
            client.get(path)
            with count_queries(app) as seen:
                client.get(path)
            seen_by_now.append(len(seen))
    assert all(few == many for few, many in counts.values()), counts


@pytest.mark.parametrize("path", ["/work", "/find", "/mails"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.RECRUITMENT_OFFICER])
@pytest.mark.one_database
def test_the_coordinators_pages_are_closed_to_others(app: Flask, path: str, role: Role) -> None:
    person(app, role).get(path, status=403)


# The search box


@pytest.mark.parametrize("spell", [str, str.lower, lambda ref: ref.replace("-", ""), lambda ref: f" {ref} "])
def test_a_reference_in_any_spelling_goes_straight_to_its_page(app: Flask, spell: Callable[[str], str]) -> None:
    client = person(app, Role.COORDINATOR)
    with app.app_context():
        request, event = make_request(), make_event()
    page = client.get("/find", query_string={"q": spell(request.reference)})
    assert page.path == f"/requests/{request.reference}"
    page = client.get("/find", query_string={"q": spell(event.reference)})
    assert page.path == f"/manage/events/{event.reference}"


def test_words_find_every_kind_of_thing(app: Flask) -> None:
    client = person(app, Role.COORDINATOR)
    with app.app_context():
        school = make_institution("Zebra High School")
        make_request(make_contact(school))
        make_event(title="Zebra careers fair")
        make_ambassador("Zebra Example")
    page = client.get("/find", query_string={"q": "zEBra"})
    assert page.has("4 results")
    for caption in ("Visit requests: 1", "Events: 1", "Institutions: 1", "Ambassadors: 1"):
        assert len(page.table(caption)) == 1


HOSTILE = [
    "",
    "%",
    "_",
    "'; DROP TABLE event; --",
    "<script>alert(1)</script>",
    "VR-0000-0000",
    "x" * 10_000,
    "😀",
    "\x00",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_finds_nothing_says_so(app: Flask, words: str) -> None:
    client = person(app, Role.COORDINATOR)
    client.typed = {words}
    page = client.get("/find", query_string={"q": words})
    assert page.status == 200
    assert not page.all("script", having=lambda e: "alert" in (e.text or ""))


@pytest.mark.one_database
def test_a_reference_of_nothing_says_to_check_its_letters(app: Flask) -> None:
    page = person(app, Role.COORDINATOR).get("/find", query_string={"q": "ev 2222 2222"})
    assert page.has("EV-2222-2222 reads like a reference")


# The audit


def all_acts(app: Flask) -> str:
    """How many there are, as the page says it: the county file's own loading is among them."""
    with app.app_context():
        return f"{db.session.scalar(select(func.count()).select_from(AuditEntry))} acts"


def audited(app: Flask) -> PageClient:
    client = person(app, Role.ADMINISTRATOR)
    with app.app_context():
        account, ambassador = make_account(name="Chris Example"), make_ambassador("Ann Example")
        record(Actor(ActorKind.ACCOUNT, account.id), "ambassador.register", ambassador, district="worcester")
        record(Actor(ActorKind.AMBASSADOR, ambassador.id), "assignment.accept", ambassador)
        record(SYSTEM, "retention.run", account, contact=3)
        db.session.commit()
    return client


def test_the_audit_looks_names_up(app: Flask) -> None:
    rows = audited(app).get("/audit").table(all_acts(app))
    assert [row["Who"] for row in rows[:3]] == ["The system", "Ann Example", "Chris Example"]
    assert rows[2]["What"] == "Ambassador: register"
    assert rows[2]["Details"] == "district: worcester"


def test_the_audit_is_narrowed(app: Flask) -> None:
    client = audited(app)
    today = clock.today()
    client.get("/audit")
    assert len(client.submit("Apply filters", action="Retention: run").table("1 act")) == 1
    client.get("/audit")
    assert len(client.submit("Apply filters", by="An ambassador").table("1 act")) == 1
    client.get("/audit")
    assert len(client.submit("Apply filters", kind="Ambassador", first=today, last=today).table("2 acts")) == 2
    client.get("/audit")
    assert client.submit("Apply filters", first=today + timedelta(days=1)).has("Nothing was done that fits")
    client.get("/audit")
    assert client.submit("Apply filters", last=date(2100, 12, 31)).has(all_acts(app))


FILTERS = {
    "digits": "number=" + "9" * 5000,
    "31 February": "first-day=31&first-month=2&first-year=2026",
    "nobody": "by=nobody",
    "half a page": "page=½",
}


@pytest.mark.parametrize("query", FILTERS.values(), ids=FILTERS)
@pytest.mark.one_database
def test_a_filter_that_will_not_do_is_left_out(app: Flask, query: str) -> None:
    assert audited(app).get(f"/audit?{query}").has(all_acts(app))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VIEWER, Role.RECRUITMENT_OFFICER])
@pytest.mark.one_database
def test_the_audit_is_the_administrators(app: Flask, role: Role) -> None:
    person(app, role).get("/audit", status=403)
