"""The mails that ask for outcomes and ratings: once each, to those who can tell, and with links that work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import LinkToken
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.events.actions import accept_invitation, move_event
from outreach.events.models import Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outbox.models import Mail
from outreach.outcomes.actions import ask_for_outcomes, ask_for_ratings
from outreach.web.door import Actor, ActorKind, Role
from tests.kit.outcomes import make_visit
from tests.pages import PageClient


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def run(app: Flask) -> tuple[int, int]:
    """Both jobs as the worker runs them."""
    with app.test_request_context():
        done = ask_for_outcomes(), ask_for_ratings()
        db.session.commit()
        return done


def mails() -> list[Mail]:
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def links() -> int:
    return db.session.scalar(select(func.count()).select_from(LinkToken)) or 0


def path_in(mail: Mail) -> str:
    found = re.search(r"http://localhost(/\S+)", mail.body)
    assert found is not None, mail.body
    return found[1]


def test_ambassadors_are_asked_once_after_the_end_and_once_more_after_a_week(app: Flask) -> None:
    with app.app_context():
        make_visit("Amina Khan", "Bryn Owen", days=1)
        before = links()
    assert run(app) == (0, 0)
    clock.set_offset(timedelta(days=2, hours=14))
    assert run(app) == (2, 1)
    with app.app_context():
        asked = mails()
        assert [mail.message for mail in asked] == ["outcomes/asked", "outcomes/asked", "outcomes/rating"]
        assert all("nswer needed" in mail.subject for mail in asked[:2])
        assert links() == before + 3
    assert run(app) == (0, 0)
    clock.set_offset(timedelta(days=9))
    assert run(app) == (2, 0)
    with app.app_context():
        assert [mail.message for mail in mails()][3:] == ["outcomes/asked_again"] * 2
        after = links()
    assert run(app) == (0, 0)
    with app.app_context():
        assert links() == after


def test_an_event_that_is_put_off_after_all_is_asked_about_anew(app: Flask) -> None:
    with app.app_context():
        make_visit("Amina Khan", days=-1)
    asked = run(app)
    clock.set_offset(timedelta(days=1))
    assert [sum(both) for both in zip(asked, run(app), strict=True)] == [1, 1]
    with app.test_request_context():
        event = db.session.scalars(select(Event)).one()
        cora = Actor(ActorKind.ACCOUNT, None, "Cora", frozenset({Role.COORDINATOR}))
        starts = event.starts_at + timedelta(days=6)
        ends = starts + timedelta(hours=1)
        move_event(cora, event, starts_at=starts, ends_at=ends, place=event.place, online=False)
        accept_invitation(cora, event.assignments[0])
        db.session.commit()
    assert run(app) == (0, 0)
    clock.set_offset(timedelta(days=8))
    assert run(app) == (1, 1)
    assert run(app) == (0, 0)


def test_the_links_in_the_mails_open_their_pages(app: Flask) -> None:
    with app.app_context():
        make_visit("Amina Khan", days=-2)
    run(app)
    with app.app_context():
        asked, rating = mails()
        paths = path_in(asked), path_in(rating)
        assert "Amina" not in rating.subject + rating.body
    ambassador, college = PageClient(app), PageClient(app)
    assert ambassador.get(paths[0]).h1 == "How did it go?"
    assert college.get(paths[1]).h1 == "How was the visit?"


def test_nobody_is_reminded_of_what_is_recorded(app: Flask) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bryn Owen", days=-1)
    assert run(app)[0] == 2
    person = PageClient(app)
    person.get(visit.links[0])
    person.submit("Send", happened="No, it did not take place", note="Snow")
    clock.set_offset(timedelta(days=8))
    assert run(app) == (0, 0)


def test_a_rating_is_asked_for_as_soon_as_the_visit_is_recorded(app: Flask) -> None:
    with app.app_context():
        visit = make_visit(days=0)
        event = db.session.get_one(Event, visit.event_id)
        event_ends = clock.now() - timedelta(minutes=5)
        event.starts_at, event.ends_at = event_ends - timedelta(hours=1), event_ends
        db.session.commit()
        audience = f"people_{event.audience_id}"
    assert run(app) == (1, 0)
    person = PageClient(app)
    person.get(visit.links[0])
    person.submit("Send", {"happened": "Yes, and I was there", audience: "3", "hours": "1"})
    assert run(app) == (0, 1)


def test_who_has_rated_is_not_asked(app: Flask) -> None:
    with app.app_context():
        visit = make_visit()
    college = PageClient(app)
    college.get(visit.rate)
    college.submit("Send", score="Good", ask_again="Yes")
    assert run(app)[1] == 0


def test_old_and_cancelled_events_and_people_who_left_are_let_be(app: Flask) -> None:
    with app.app_context():
        make_visit(days=-40)
        off = make_visit()
        db.session.get_one(Event, off.event_id).status = EventStatus.CANCELLED
        make_visit(status=AssignmentStatus.INVITED)
        gone = make_visit("Left Since")
        db.session.scalars(
            select(Ambassador).where(Ambassador.name == "Left Since")
        ).one().status = AmbassadorStatus.LEFT
        db.session.commit()
        assert gone
    outcomes, ratings = run(app)
    assert (outcomes, ratings) == (0, 2)


def test_the_worker_runs_both_jobs() -> None:
    from outreach.app import JOBS

    assert {ask_for_outcomes, ask_for_ratings} <= {run for _, _, run in JOBS}
