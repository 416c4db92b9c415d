"""The pages on which people make, renew and stop the address of their private calendar, and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
import structlog
from flask import Flask
from sqlalchemy import select, text

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.calendars.actions.private import make_address
from outreach.calendars.models import PrivateFeed
from outreach.calendars.queries.private import Offer
from outreach.calendars.rules.private import FeedKind
from outreach.db import Base, db
from outreach.errors import NotFound
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests.makers import (
    link_to,
    make_account,
    make_ambassador,
    make_assignment,
    make_contact,
    make_request,
    sign_in,
)
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ADDRESS = re.compile(r"http://localhost(/feeds/([A-Za-z0-9_-]{43})/[a-z-]+\.ics)")


def made(page: PageClient) -> tuple[str, str]:
    """The path of the address on the page in front, and its token."""
    found = ADDRESS.fullmatch(page.here.one("input", having=lambda one: one.get("id") == "address").get("value", ""))
    assert found is not None
    return found[1], found[2]


def person(app: Flask, *roles: Role) -> PageClient:
    page = PageClient(app)
    with app.app_context():
        sign_in(page.http, make_account(*roles))
    return page


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return list(
            db.session.scalars(
                select(AuditEntry.action).where(AuditEntry.action.startswith("calendar.")).order_by(AuditEntry.id)
            )
        )


STAFF = {"county", "district-worcester", "district-redditch", "work"}
OFFERED = {
    "coordinator": ({Role.COORDINATOR}, STAFF),
    "recruitment": ({Role.RECRUITMENT_OFFICER}, {"rewards"}),
    "viewer": ({Role.VIEWER}, set()),
    "administrator": ({Role.ADMINISTRATOR}, set()),
    "plain": (set(), set()),
    "both": ({Role.COORDINATOR, Role.RECRUITMENT_OFFICER}, {*STAFF, "rewards"}),
}
NAMES = ("county", "district-worcester", "district-redditch", "work", "rewards")
NEVER = ("my-visits", "visits", "district-nowhere", "x")


@ONE
@pytest.mark.parametrize("who", OFFERED)
def test_who_may_have_which_feed(app: Flask, who: str) -> None:
    roles, offered = OFFERED[who]
    page = person(app, *roles)
    page.get("/account/calendars")
    for name in (*NAMES, *NEVER):
        path = f"/account/calendars/{name}"
        expected = name in offered
        assert page.get(path, status=None).status == (200 if expected else 404), name
        if not expected:
            page.get("/account")
            page.post(path, {"act": "make"}, status=404)
    with app.app_context():
        assert db.session.scalars(select(PrivateFeed)).all() == []
    assert acts(app) == []


@pytest.mark.parametrize("kind", FeedKind)
@pytest.mark.parametrize("holder", [ActorKind.AMBASSADOR, ActorKind.CONTACT, ActorKind.PUBLIC, ActorKind.SYSTEM])
@ONE
def test_the_act_itself_refuses_what_is_not_for_somebody(app: Flask, kind: FeedKind, holder: ActorKind) -> None:
    own = {(ActorKind.AMBASSADOR, FeedKind.OWN), (ActorKind.CONTACT, FeedKind.VISITS)}
    with app.test_request_context():
        number = make_ambassador().id if holder is ActorKind.AMBASSADOR else make_contact().id
        actor = Actor(holder, number)
        if (holder, kind) in own:
            make_address(actor, Offer(kind))
            return
        with pytest.raises(NotFound):
            make_address(actor, Offer(kind))
        assert db.session.scalars(select(PrivateFeed)).all() == []


def test_an_account_makes_renews_and_stops_an_address(app: Flask) -> None:
    page = person(app, Role.COORDINATOR)
    page.get("/account/calendars/work")
    page.submit("Make the address")
    first, _ = made(page)
    assert page.http.get(first).status_code == 200
    # It is shown once.
    page.get("/account/calendars/work")
    assert "/feeds/" not in page.here.response.get_data(as_text=True)
    page.submit("Make a new address")
    second, _ = made(page)
    assert page.http.get(first).status_code == 410
    assert page.http.get(second).status_code == 200
    page.submit("Stop this calendar")
    assert "no address any more" in page.here.text
    assert page.http.get(second).status_code == 410
    assert acts(app) == ["calendar.make", "calendar.rotate", "calendar.stop"]
    page.get("/account/calendars")
    assert page.here.text.count("Not set up") == 8


def test_the_same_form_sent_twice_makes_one_address(app: Flask) -> None:
    page = person(app, Role.COORDINATOR)
    page.get("/account/calendars/work")
    page.submit("Make the address")
    first, _ = made(page)
    page.send_again()
    assert acts(app) == ["calendar.make"]
    assert page.http.get(first).status_code == 200


def test_stopping_what_is_stopped_is_not_found_and_leaves_nothing(app: Flask) -> None:
    page = person(app, Role.COORDINATOR)
    page.get("/account/calendars/work")
    page.post("/account/calendars/work", {"act": "stop"}, status=404)
    assert acts(app) == []


def test_somebody_elses_address_is_not_shown_or_stopped(app: Flask) -> None:
    one, other = person(app, Role.COORDINATOR), person(app, Role.COORDINATOR)
    one.get("/account/calendars/work")
    one.submit("Make the address")
    path, _ = made(one)
    other.get("/account/calendars/work")
    assert "Make the address" in other.here.text
    other.post("/account/calendars/work", {"act": "stop"}, status=404)
    assert one.http.get(path).status_code == 200


# By link


def test_an_ambassador_makes_the_address_from_their_invitation_and_is_told_by_mail(app: Flask) -> None:
    with app.app_context():
        assignment = make_assignment()
        link = link_to(assignment)
    page = PageClient(app)
    page.get(link)
    page.click("Put your visits in your calendar")
    page.submit("Make the address")
    path, token = made(page)
    assert page.http.get(path).status_code == 200
    page.submit("Make a new address")
    with app.app_context():
        mails = db.session.scalars(select(Mail).where(Mail.message == "calendars/address_made")).all()
        assert [one.recipient_id for one in mails] == [assignment.ambassador_id]
        assert token not in mails[0].body
        assert link.rsplit("/", 1)[1] not in mails[0].body


def test_a_contact_makes_the_address_from_the_request_they_follow(app: Flask) -> None:
    with app.app_context():
        link = link_to(make_request(make_contact(verified=False)))
    page = PageClient(app)
    page.get(f"{link}/calendar")
    assert "When we have checked who you are" in page.here.text
    page.submit("Make the address")
    path, _ = made(page)
    assert path.endswith("/visits.ics")
    assert page.http.get(path).status_code == 200


@ONE
def test_a_link_of_another_purpose_or_person_opens_no_calendar(app: Flask) -> None:
    with app.app_context():
        assignment = make_assignment()
        invitation, follow = link_to(assignment), link_to(make_request())
        assignment.ambassador = make_ambassador()
        db.session.commit()
    client = app.test_client()
    assert client.get(f"{invitation}/calendar").status_code == 404
    assert client.get(f"{invitation}/visit.ics").status_code == 404
    swapped = invitation.rsplit("/", 1)[1], follow.rsplit("/", 1)[1]
    assert client.get(f"/visits/follow/{swapped[0]}/calendar").status_code == 404
    assert client.get(f"/invitations/{swapped[1]}/calendar").status_code == 404
    assert client.get(f"/invitations/{swapped[1]}/visit.ics").status_code == 404


# What is kept


@pytest.fixture
def logs() -> Iterator[StringIO]:
    """What the application logs, as it is written."""
    before, written = structlog.get_config(), StringIO()
    structlog.configure(**{**before, "logger_factory": structlog.WriteLoggerFactory(file=written)})
    yield written
    structlog.configure(**before)


def test_t8_no_token_is_in_the_database_in_a_log_or_in_a_mail(app: Flask, logs: StringIO) -> None:
    with app.app_context():
        link = link_to(make_assignment(status=AssignmentStatus.ACCEPTED))
    page = PageClient(app)
    page.get(f"{link}/calendar")
    page.submit("Make the address")
    path, token = made(page)
    for method in ("GET", "HEAD", "PUT", "POST"):
        page.http.open(path, method=method)
    page.http.get(path.replace("my-visits", "other"))
    with app.app_context():
        db.session.execute(text("ALTER TABLE calendar_text RENAME TO elsewhere"))
        db.session.commit()
        try:
            assert page.http.get(path).status_code == 503
        finally:
            db.session.rollback()
            db.session.execute(text("ALTER TABLE elsewhere RENAME TO calendar_text"))
            db.session.commit()
        page.get(f"{link}/calendar")
        page.submit("Stop this calendar")
        held = [
            str(row)
            for table in Base.metadata.sorted_tables
            for row in db.session.execute(select(*table.columns)).all()
        ]
    logged = logs.getvalue()
    assert "calendars.private_feed" in logged
    assert "a private feed failed" in logged
    assert token not in logged
    assert held
    assert token not in "\n".join(held)
    assert len(token) >= 43


def test_an_address_that_nobody_fetches_is_forgotten_and_one_in_use_is_not(app: Flask) -> None:
    from outreach.db import begin_writing
    from outreach.privacy.actions import run_retention

    with app.app_context():
        for number in (make_ambassador().id, make_ambassador().id):
            make_address(Actor(ActorKind.AMBASSADOR, number), Offer(FeedKind.OWN))
        db.session.commit()
        unused = db.session.scalars(select(PrivateFeed).order_by(PrivateFeed.id)).first()
        assert unused is not None
        unused.last_seen_at = clock.now() - timedelta(days=401)
        db.session.commit()
    with app.test_request_context():
        begin_writing(db.session())
        assert run_retention().get("private_feed") == 1
        db.session.commit()
        assert len(db.session.scalars(select(PrivateFeed)).all()) == 1
