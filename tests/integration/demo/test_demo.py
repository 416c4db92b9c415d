"""The demonstration: the same for the same seed, true to every rule, alive, and nowhere but in a demonstration."""

from __future__ import annotations

import subprocess
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from outreach import clock
from outreach.accounts.models import Account, LinkToken
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import Base, begin_writing, db
from outreach.demo.actions.building import build_demo
from outreach.demo.actions.people import AMBASSADORS
from outreach.demo.rules import PERSONAS
from outreach.districts.models import District
from outreach.errors import Conflict
from outreach.events.models import Assignment, Event
from outreach.events.rules import COMING, HOLDING, AssignmentStatus, EventStatus
from outreach.institutions.models import Institution
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus
from outreach.outcomes.models import Outcome, Rating
from outreach.visits.models import RequestMessage, VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.worker import Worker
from tests.conftest import close
from tests.kit.databases import Database
from tests.kit.storms import OUTREACH, environment
from tests.pages import PageClient

# Secrets are new each time, and so is when the mails were written.
RANDOM = {"digest", "message_id", "body", "browser_digest", "code_digest"}
STAMPS = {"created_at", "made_at", "due_at", "at", "changed_at", "expires_at", "last_at"}
STAMPED = {"mail", "link_token", "audit_entry", "plan_place", "calendar_text", "calendar_version", "asked"}


def build(app: Flask, seed: int = 1, today: date | None = None) -> dict[str, int]:
    with app.test_request_context(base_url="http://localhost"):
        begin_writing(db.session())
        made = build_demo(seed, today or clock.today())
        db.session.commit()
        return made


def contents(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without secrets and without when mails were written."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            left_out = RANDOM | (STAMPS if table.name in STAMPED else set())
            columns = [column for column in table.columns if column.name not in left_out]
            if table.name not in ("county", "district", "term", "institution", "site", "scheme_version"):
                rows = db.session.execute(select(*columns).order_by(*table.primary_key.columns))
                found[table.name] = [tuple(map(repr, row)) for row in rows]
    return found


@pytest.mark.config(demo=True, smtp_url="")
@pytest.mark.one_database
def test_the_same_seed_and_day_give_the_same_county(app: Flask, database: Database) -> None:
    build(app, 7, date(2026, 11, 22))
    first = contents(app)
    close(app)
    database.reset()
    build(app, 7, date(2026, 11, 22))
    second = contents(app)
    for table, rows in first.items():
        assert rows == second[table], table


def test_there_is_as_much_as_was_promised(county: Flask) -> None:
    with county.app_context():
        ambassadors = db.session.scalars(select(Ambassador)).all()
        assert len(ambassadors) == AMBASSADORS
        assert all(one.email.endswith(("@care.example", "@care.exmaple")) for one in ambassadors)
        assert db.session.scalar(select(func.count()).where(Institution.listed_at.is_(None))) == 1
        spans = db.session.execute(select(func.min(Event.starts_at), func.max(Event.starts_at))).one()
        assert spans[0] < clock.now() - timedelta(days=365)
        assert spans[1] > clock.now() + timedelta(days=90)
        assert set(db.session.scalars(select(Event.status).distinct())) == set(EventStatus)
        assert set(db.session.scalars(select(VisitRequest.status).distinct())) == set(RequestStatus)
        held = set(db.session.scalars(select(Assignment.status).distinct()))
        assert held == set(AssignmentStatus)
        assert db.session.scalar(select(func.count()).select_from(Rating)) or 0 > 20
        assert db.session.scalar(select(func.count()).where(RequestMessage.handled_at.is_(None))) == 3
        assert db.session.scalar(select(func.count()).where(Mail.status == MailStatus.FAILED)) == 2
        emails = set(db.session.scalars(select(Account.email)))
        assert {persona.email for persona in PERSONAS} <= emails


def test_one_district_has_nobody_and_one_nobody_of_the_council(county: Flask) -> None:
    with county.app_context():
        homes = Counter(one.home_district.name for one in db.session.scalars(select(Ambassador)))
        council = Counter(
            one.home_district.name
            for one in db.session.scalars(select(Ambassador).where(Ambassador.status == AmbassadorStatus.ACTIVE))
            if one.employer.is_council
        )
        names = set(db.session.scalars(select(District.name)))
    assert len(names - set(homes)) == 1
    assert len(names - set(council)) == 2


def test_nobody_is_in_two_places_and_states_agree(county: Flask) -> None:
    with county.app_context():
        holding = db.session.scalars(
            select(Assignment)
            .where(Assignment.status.in_(HOLDING))
            .order_by(Assignment.ambassador_id, Assignment.starts_at)
        ).all()
        for one, after in pairwise(holding):
            assert one.ambassador_id != after.ambassador_id or one.ends_at <= after.starts_at
        for event in db.session.scalars(select(Event)):
            states = {assignment.status for assignment in event.assignments}
            coming = bool(states & set(COMING))
            if event.status is EventStatus.CANCELLED:
                assert not states & set(HOLDING), event
            elif event.status is EventStatus.CONFIRMED:
                assert coming, event
            elif event.status is EventStatus.PLANNED:
                assert not coming, event
            has_outcome = db.session.scalar(select(Outcome.id).where(Outcome.event_id == event.id)) is not None
            assert has_outcome is (event.status is EventStatus.DONE)
            assert event.created_at <= min(event.starts_at, clock.now())


def test_a_request_that_was_accepted_has_its_event(county: Flask) -> None:
    with county.app_context():
        with_event = set(db.session.scalars(select(Event.visit_request_id).where(Event.visit_request_id.is_not(None))))
        for request in db.session.scalars(select(VisitRequest)):
            if request.status is RequestStatus.ACCEPTED:
                assert request.id in with_event
            elif request.status is not RequestStatus.WITHDRAWN:
                assert request.id not in with_event
            assert request.times
            assert (request.decided_at is None) is (request.status is RequestStatus.NEW)
            if request.status is RequestStatus.NEW:
                assert request.times[0].starts_at > clock.now()


def test_no_job_of_the_worker_finds_the_demo_out_of_date(county: Flask) -> None:
    """What the jobs would undo at once was never alive: no new request expires, no invitation lapses."""
    with county.app_context():
        before = Counter(db.session.scalars(select(VisitRequest.status)))
        invited = set(db.session.scalars(select(Assignment.id).where(Assignment.status == AssignmentStatus.INVITED)))
    Worker(county).run_jobs()
    with county.app_context():
        assert Counter(db.session.scalars(select(VisitRequest.status))) == before
        still = set(db.session.scalars(select(Assignment.id).where(Assignment.status == AssignmentStatus.INVITED)))
        assert still == invited


def test_a_county_with_people_is_left_alone(county: Flask) -> None:
    with pytest.raises(Conflict, match="empty"):
        build(county)


@pytest.mark.config(demo=True, smtp_url="")
@pytest.mark.one_database
def test_another_day_moves_everything(app: Flask) -> None:
    build(app, 8, date(2030, 3, 1))
    with app.app_context():
        last = db.session.scalar(select(func.max(Event.starts_at)))
    assert last is not None
    assert last.year == 2030


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.key)
@pytest.mark.one_database
def test_be_anybody_by_one_click(county: Flask, persona: Any) -> None:
    person = PageClient(county)
    person.get("/demo")
    page = person.submit(f"Be {persona.name}")
    assert page.has(f"Signed in as {persona.name}")
    assert page.has("Demonstration")
    if "coordinator" in persona.roles:
        assert page.h1 == "Work list"


@pytest.mark.parametrize(
    ("button", "path"),
    [
        ("Follow the visit", "/visits/follow/"),
        ("Open the invitation", "/invitations/"),
        ("Record the outcome", "/outcomes/"),
        ("Answer as the friend", "/friend/answer/"),
    ],
)
def test_be_somebody_with_a_link(county: Flask, button: str, path: str) -> None:
    person = PageClient(county)
    person.get("/demo")
    page = person.submit(button, status=200)
    assert page.path.startswith(path)


@pytest.mark.config(demo=True, smtp_url="")
@pytest.mark.one_database
def test_without_anybody_to_be_the_page_says_what_to_do(app: Flask) -> None:
    person = PageClient(app)
    person.get("/demo")
    assert person.submit("Open the invitation", status=409).has("invite somebody as the coordinator")
    person.get("/demo")
    person.submit("Be Chris Example", status=404)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LinkToken)) == 0


def test_the_mails_are_shown_with_links_that_work(county: Flask) -> None:
    person = PageClient(county)
    addresses: list[str] = []
    for number in range(1, 20):  # which mails are the newest goes by the day
        links = person.get(f"/demo/mails?page={number}").links().values()
        addresses = [href for href in links if "/invitations/" in href or "/visits/follow/" in href]
        if addresses:
            break
    assert addresses
    for address in addresses[:3]:
        person.get(address.removeprefix("http://localhost"))
    assert person.get("/demo/mails?page=2").status == 200


def test_what_a_mail_carries_for_a_calendar_can_be_downloaded(county: Flask) -> None:
    person = PageClient(county)
    found: dict[str, str] = {}
    for number in range(1, 20):  # other features write mails too: those of events may not be the newest
        page = person.get(f"/demo/mails?page={number}")
        found |= {words: href for words, href in page.links().items() if href.endswith("/calendar.ics")}
        if found:
            break
    assert found
    for words, href in list(found.items())[:3]:
        answer = person.http.get(href)
        assert answer.mimetype == "text/calendar"
        (method,) = (one for one in ("REQUEST", "CANCEL", "PUBLISH") if f"({one})" in words)
        assert f"METHOD:{method}\r\n".encode() in answer.data
    person.get("/demo/mails/999999/calendar.ics", status=404)


@pytest.mark.config(demo=False)
@pytest.mark.parametrize("path", ["/demo", "/demo/mails", "/demo/mails/1/calendar.ics"])
@pytest.mark.one_database
def test_outside_a_demonstration_there_is_no_such_page(app: Flask, path: str) -> None:
    assert not PageClient(app).get(path, status=404).has("Demonstration")


@pytest.mark.config(demo=False)
@pytest.mark.parametrize("path", ["/demo/be/coordinator", "/demo/open/invitation"])
@pytest.mark.one_database
def test_outside_a_demonstration_nobody_is_anybody(app: Flask, path: str) -> None:
    person = PageClient(app)
    person.get("/sign-in")
    person.post(path, status=404)
    with app.app_context():
        assert inspect(db.engine).has_table("session")
        assert db.session.scalar(select(func.count()).select_from(LinkToken)) == 0


def test_the_command_leaves_a_filled_county_alone(built: str) -> None:
    again = subprocess.run([OUTREACH, "demo", "--if-empty"], env=environment(built, ""), capture_output=True, text=True)
    assert (again.returncode, again.stdout) == (0, "The demo county is there already.\n")
    refused = subprocess.run([OUTREACH, "demo"], env=environment(built, ""), capture_output=True, text=True)
    assert refused.returncode == 1
    assert "the demo goes into an empty one" in refused.stderr


@pytest.mark.one_database
def test_the_command_refuses_outside_a_demonstration(database: Database) -> None:
    secrets = {
        "SECRET_KEY": "s" * 40,
        "HASH_KEY": "h" * 40,
        "BASE_URL": "https://o.example",
        "MAIL_FROM": "o@o.example",
    }
    env = environment(database.url, "", **secrets, DEMO="0")
    del env["CLOCK_OFFSET_SECONDS"]  # which is refused as well
    refused = subprocess.run([OUTREACH, "demo"], env=env, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "set DEMO=1" in refused.stderr
