"""The requester says how a visit was, by link."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.events.models import Event
from outreach.events.rules import EventStatus
from outreach.outcomes.models import Rating
from tests.kit.outcomes import make_visit, traces
from tests.makers import link_to, make_request
from tests.pages import PageClient

ANSWERS: dict[str, Any] = {"score": "Very good", "ask_again": "Yes"}


@pytest.fixture
def college(app: Flask) -> PageClient:
    return PageClient(app)


def rating() -> Rating | None:
    return db.session.scalar(select(Rating).execution_options(populate_existing=True))


def test_a_college_rates_a_visit_and_changes_its_mind(app: Flask, college: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    page = college.get(visit.rate)
    assert page.h1 == "How was the visit?"
    assert "Amina" not in page.text
    page = college.submit("Send", ANSWERS | {"words": "They loved it"})
    assert page.h1 == "Thank you"
    with app.app_context():
        given = rating()
        assert given is not None
        assert (given.score, given.ask_again, given.words) == (5, True, "They loved it")
        assert given.given_on == clock.today()
    page = college.click("Change your answers")
    assert page.has("You have answered before.")
    college.submit("Send", score="Poor", ask_again="No", words="")
    with app.app_context():
        given = rating()
        assert given is not None
        assert (given.score, given.ask_again, given.words) == (2, False, "")


def test_opening_the_link_rates_nothing(app: Flask, college: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    college.head(visit.rate)
    assert college.get(f"{visit.rate}/thanks").has("You have not rated the visit")
    with app.app_context():
        assert rating() is None


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"score": None}, {"score": "Select how the visit was"}),
        ({"score": "0"}, {"score": "Select how the visit was"}),
        ({"score": "6"}, {"score": "Select how the visit was"}),
        ({"score": "9" * 5000}, {"score": "Select how the visit was"}),
        ({"ask_again": None}, {"ask_again": "Select whether you would ask for a visit again"}),
        ({"words": "x" * 10_000}, {"words": "Your comment must be 2,000 characters or fewer"}),
    ],
)
@pytest.mark.one_database
def test_bad_answers_are_named_and_leave_no_trace(
    app: Flask, college: PageClient, changed: dict[str, str | None], errors: dict[str, str]
) -> None:
    with app.app_context():
        visit = make_visit()
        before = traces()
    college.get(visit.rate)
    assert college.submit("Send", ANSWERS | changed, status=422).errors == errors
    with app.app_context():
        assert traces() == before


def test_a_visit_is_rated_only_once_it_is_over(app: Flask, college: PageClient) -> None:
    with app.app_context():
        early, off, over = make_visit(days=1), make_visit(), make_visit()
        db.session.get_one(Event, off.event_id).status = EventStatus.CANCELLED
        db.session.commit()
    assert college.get(early.rate).has("You can rate the visit from 11am on")
    assert college.get(off.rate).has("This visit was cancelled")
    for visit in (early, off):
        college.get(over.rate)
        page = college.post(visit.rate, {"score": "5", "ask_again": "yes", "words": ""}, status=422)
        assert page.h1 == "You cannot rate this visit now"
    with app.app_context():
        assert rating() is None


def test_a_visit_recorded_as_off_is_not_rated(app: Flask, college: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    ambassador = PageClient(app)
    ambassador.get(visit.links[0])
    ambassador.submit("Send", happened="No, it did not take place", note="Snow")
    assert college.get(visit.rate).has("recorded as not having taken place")


def test_a_request_without_event_and_links_of_others_open_nothing(app: Flask, college: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
        pending = link_to(make_request()).replace("/visits/follow/", "/rate/")
    college.get(pending, status=404)
    college.get("/rate/nothing", status=404)
    college.get(visit.links[0].replace("/outcomes/", "/rate/"), status=404)
