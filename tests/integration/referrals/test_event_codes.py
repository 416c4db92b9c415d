"""People who heard a talk: the code of an event, its poster, and what recruitment sees of who came by it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.datastructures import MultiDict

from outreach import clock
from outreach.db import db
from outreach.districts.queries import get_term
from outreach.districts.rules import Vocabulary
from outreach.events.models import Event
from outreach.events.rules import EventStatus
from outreach.referrals.actions.ledger import propose_rewards
from outreach.referrals.models import Candidate, EventCode, PendingFriend, Referral, Reward
from outreach.referrals.rules.consent import Way, is_code_open, plain_code
from outreach.web.door import Role
from tests import makers
from tests.kit.referring import (
    FRIEND,
    TYPED,
    agree,
    answer_link,
    count_rows,
    get_link,
    mails_to,
    officer,
    record_stage,
    refer_and_agree,
    reference_of,
    signed_in,
    type_details,
)
from tests.pages import PageClient
from tests.pages.view import answers as held

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def plan(app: Flask, **more: Any) -> str:
    """An event; its reference."""
    with app.app_context():
        more.setdefault("starts", clock.now() - timedelta(hours=3))
        return makers.make_event(ends=more["starts"] + timedelta(hours=2), **more).reference


def make_code(person: PageClient, reference: str, days: str = "14") -> str:
    """Have somebody make the code of an event; the path it leads to."""
    person.get(f"/event-codes/{reference}")
    page = person.submit("Make a code", days_after=days)
    return next("/" + href.split("/", 3)[3] for href in page.links().values() if "/friend/" in href)


@pytest.fixture
def coordinator(app: Flask) -> PageClient:
    return signed_in(app, Role.COORDINATOR, name="Cora Coordinator")


def test_from_the_code_to_a_candidate_without_a_referrer(app: Flask, coordinator: PageClient) -> None:
    reference = plan(app)
    path = make_code(coordinator, reference)
    friend = PageClient(app)
    page = friend.get(path)
    assert page.has("You heard about us at Careers in care talk")
    assert page.has("Nobody gave us your details")
    assert not page.has("may get a reward")
    assert "progress" not in {field for form in [page.form("Send")] for field in held(form)}
    friend.submit("Send", TYPED)
    (mail,) = mails_to(app, FRIEND, "referrals/confirm")
    assert "by the code of a careers event" in mail.body
    friend.get(answer_link(app))
    assert friend.submit("Send your answer", answer="yes", agree="yes").h1 == "Your application"
    assert friend.here.summary()["Came from"].startswith("Careers in care talk")
    with app.app_context():
        referral = db.session.scalars(select(Referral)).one()
        assert (referral.way, referral.referrer_id) == (Way.EVENT, None)
    page = officer(app).get(f"/candidates/{reference_of(app)}")
    assert page.summary()["Came from"].startswith("Careers in care talk")
    assert page.has("nobody is rewarded")
    counted = coordinator.get(f"/event-codes/{reference}").summary()
    assert counted["Asked by it"] == "1 person"
    assert counted["Of them said yes"] == "1 person"


def test_nobody_is_rewarded_and_the_figures_count_them_apart(app: Flask, coordinator: PageClient) -> None:
    friend = PageClient(app)
    type_details(friend, make_code(coordinator, plan(app)))
    friend.get(answer_link(app))
    friend.submit("Send your answer", answer="yes", agree="yes")
    recruiter, reference = officer(app), reference_of(app)
    for stage in ("applied", "interview", "offered", "checks", "started"):
        record_stage(recruiter, reference, stage, clock.today())
    with app.test_request_context():
        assert propose_rewards() == 0
    assert count_rows(app, Reward) == {"reward": 0}
    recruiter.get(f"/candidates/{reference}/rewards", status=404)
    page = recruiter.get("/referral-figures")
    assert page.has("asked 1, said yes 1, started work 1")
    assert page.has("No candidates yet")
    assert recruiter.get("/rewards").has("No rewards yet")


def test_a_friend_who_came_by_a_code_withdraws_by_the_same_link(app: Flask, coordinator: PageClient) -> None:
    friend = PageClient(app)
    type_details(friend, make_code(coordinator, plan(app)))
    link = answer_link(app)
    friend.get(link)
    friend.submit("Send your answer", answer="yes", agree="yes")
    friend.get(f"{link}/progress", status=404)
    friend.get(link)
    friend.click("Withdraw")
    assert friend.submit("Withdraw", sure="yes").h1 == "You have withdrawn"
    with app.app_context():
        assert db.session.scalars(select(Candidate.email)).one() == ""


def test_a_later_referral_of_who_came_by_a_code_is_a_duplicate_that_recruitment_sees(
    app: Flask, coordinator: PageClient
) -> None:
    friend = PageClient(app)
    type_details(friend, make_code(coordinator, plan(app)))
    friend.get(answer_link(app))
    friend.submit("Send your answer", answer="yes", agree="yes")
    type_details(PageClient(app), get_link(signed_in(app, name="Jo Referrer")))
    assert officer(app).get(f"/candidates/{reference_of(app)}").has("by Jo Referrer")
    assert count_rows(app, Candidate) == {"candidate": 1}


def test_who_was_referred_and_comes_again_by_a_code_keeps_the_first(app: Flask, coordinator: PageClient) -> None:
    first = refer_and_agree(app, signed_in(app, name="Jo Referrer"))
    type_details(PageClient(app), make_code(coordinator, plan(app)))
    assert officer(app).get(f"/candidates/{first}").has("from a careers event")
    assert len(mails_to(app, FRIEND, "referrals/already")) == 1


def test_a_code_stops_with_its_days_with_the_event_or_by_hand(app: Flask, coordinator: PageClient) -> None:
    reference = plan(app)
    path = make_code(coordinator, reference, "3")
    PageClient(app).get(path)
    clock.set_offset(timedelta(days=3))
    PageClient(app).get(path, status=404)
    clock.set_offset(timedelta(0))
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        event.status, event.cancelled_at = EventStatus.CANCELLED, clock.now()
        db.session.commit()
    PageClient(app).get(path, status=404)
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        event.status, event.cancelled_at = EventStatus.PLANNED, None
        db.session.commit()
    PageClient(app).get(path)
    coordinator.get(f"/event-codes/{reference}/stop")
    assert coordinator.submit("Stop the code").errors == {"sure": "Tick the box to stop it"}
    assert coordinator.submit("Stop the code", sure="yes").banner == "The code has stopped."
    PageClient(app).get(path, status=404)
    assert make_code(coordinator, reference) != path


def test_two_codes_of_one_event_at_once_leave_one(app: Flask, coordinator: PageClient) -> None:
    reference = plan(app)
    people = [coordinator, officer(app)]
    ready, answers = threading.Barrier(2), list[int]()
    for person in people:
        person.get(f"/event-codes/{reference}")

    def press(person: PageClient) -> None:
        sent = held(person.here.form("Make a code")) | {"days_after": ["14"]}
        ready.wait()
        answers.append(person.http.post(person.here.path, data=MultiDict(sent)).status_code)

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422]
    assert count_rows(app, EventCode) == {"event_code": 1}


@one_database
def test_who_may_make_codes(app: Flask) -> None:
    reference = plan(app)
    for path in ("/event-codes", f"/event-codes/{reference}"):
        assert PageClient(app).get(path).path.startswith("/sign-in")
        signed_in(app, name="Sam Staff").get(path, status=403)
        signed_in(app, Role.VIEWER).get(path, status=403)
        officer(app).get(path)
    officer(app).get("/event-codes/EV-0000-0000", status=404)
    officer(app).get(f"/event-codes/{reference}/poster", status=404)
    officer(app).get(f"/event-codes/{reference}/stop", status=404)


@one_database
@pytest.mark.parametrize("days", ["", "-1", "91", "9" * 5000, "ten"])
def test_days_that_do_not_fit_make_no_code(app: Flask, coordinator: PageClient, days: str) -> None:
    coordinator.get(f"/event-codes/{plan(app)}")
    assert coordinator.submit("Make a code", days_after=days, status=422).errors["days_after"]
    assert count_rows(app, EventCode) == {"event_code": 0}


@one_database
def test_a_code_that_would_be_over_is_not_made(app: Flask, coordinator: PageClient) -> None:
    coordinator.get(f"/event-codes/{plan(app, starts=clock.now() - timedelta(days=20))}")
    page = coordinator.submit("Make a code", days_after="14", status=422)
    assert page.errors["days_after"].startswith("This code would have stopped already")


@one_database
def test_the_code_is_typed_by_who_cannot_scan(app: Flask, coordinator: PageClient) -> None:
    path = make_code(coordinator, plan(app))
    code = path.rsplit("/", 1)[1]
    person = PageClient(app)
    person.get("/friend")
    assert person.submit("Continue", code="", status=422).errors == {"code": "Enter the code from the poster"}
    assert person.submit("Continue", code="NOTHING", status=422).errors["code"].startswith("No poster has this code")
    page = person.submit("Continue", code=f" {code[:3].lower()}-{code[3:]} ")
    assert page.path == path


@one_database
def test_a_visit_that_is_still_to_come_is_not_named_to_who_has_its_code(app: Flask, coordinator: PageClient) -> None:
    path = make_code(coordinator, plan(app, starts=clock.now() + timedelta(days=5)))
    page = PageClient(app).get(path)
    assert page.has("You heard about us at a careers event.")
    assert not page.has("Careers in care talk")


@one_database
def test_the_poster_has_code_picture_and_address(app: Flask, coordinator: PageClient) -> None:
    reference = plan(app)
    path = make_code(coordinator, reference)
    page = coordinator.get(f"/event-codes/{reference}/poster")
    assert page.has(path.rsplit("/", 1)[1])
    assert page.has("Scan me with your phone")
    assert b"<svg" in page.response.data


@one_database
def test_the_poster_of_a_link_takes_the_teams_name(app: Flask) -> None:
    referrer = signed_in(app, name="Jo Referrer")
    get_link(referrer)
    assert referrer.get("/refer/poster?team=Riverside+day+centre").has("Ask the team: Riverside day centre")
    page = referrer.get("/refer/poster?team=%3Cscript%3Ealert(1)%3C/script%3E")
    assert b"<script>alert" not in page.response.data
    assert not referrer.get("/refer/poster?team=" + "x" * 5000).has("Ask the team")


@one_database
def test_a_hall_of_people_on_one_network_gets_through(app: Flask, coordinator: PageClient) -> None:
    path = make_code(coordinator, plan(app))
    for number in range(15):
        person = PageClient(app)
        type_details(person, path, email=f"guest{number}@friends.example")
        assert person.here.h1 == "Now look at your email"
    assert count_rows(app, PendingFriend) == {"pending_friend": 15}


@one_database
def test_a_personal_link_takes_only_so_many_an_hour(app: Flask) -> None:
    path = get_link(signed_in(app, name="Jo Referrer"))
    person = PageClient(app)
    person.get(path)
    sent = MultiDict(held(person.here.form("Send")))
    answers = [person.http.post(path, data=sent).status_code for _ in range(22)]
    assert answers == [422] * 20 + [429] * 2


def test_codes_are_read_as_people_type_them() -> None:
    assert plain_code(" k7m-r4 xf ") == "K7MR4XF"
    assert plain_code("\u202eK7M\n") == "K7M"
    now = clock.now()
    assert is_code_open(now, 1, now + timedelta(hours=23))
    assert not is_code_open(now, 1, now + timedelta(days=1))
    assert not is_code_open(now, 0, now)


def test_agreeing_by_a_referrers_link_still_works_beside(app: Flask, coordinator: PageClient) -> None:
    """A friend waits at an event's code and at a link; the yes to one ends the other."""
    type_details(PageClient(app), make_code(coordinator, plan(app)))
    clock.set_offset(timedelta(days=1, minutes=1))
    type_details(PageClient(app), get_link(signed_in(app, name="Jo Referrer")))
    agree(PageClient(app), answer_link(app))
    assert count_rows(app, Candidate, PendingFriend) == {"candidate": 1, "pending_friend": 0}


def test_where_people_under_16_come_there_is_no_code(app: Flask, coordinator: PageClient) -> None:
    reference = plan(app)
    path = make_code(coordinator, reference)
    PageClient(app).get(path)
    other = plan(app)
    with app.app_context():
        young = get_term(Vocabulary.AUDIENCE, "pupils_under_16")
        assert young.under_16
        db.session.execute(update(Event).values(audience_id=young.id))
        db.session.commit()
    PageClient(app).get(path, status=404)
    page = coordinator.get(f"/event-codes/{other}")
    assert "People under 16 come to this event" in page.text
    assert "Make a code" not in page.buttons()
    coordinator.post(f"/event-codes/{other}", {"days_after": "14"}, status=422)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(EventCode)) == 1
