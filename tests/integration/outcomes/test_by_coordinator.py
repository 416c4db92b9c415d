"""The coordinator records what happened, who was there, and reads how a visit was rated."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outcomes.queries import list_without_outcome
from outreach.web.door import Role
from tests.kit.counting import count_queries
from tests.kit.outcomes import Visit, make_visit, outcome_of, state_of, traces
from tests.makers import audience, in_days, make_account, make_event, make_request, sign_in
from tests.pages import PageClient

A = AssignmentStatus


@pytest.fixture
def coordinator(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, make_account(Role.COORDINATOR))
    return person


def path_of(visit: Visit) -> str:
    return f"/manage/events/{visit.reference}/outcome"


def answers(app: Flask, visit: Visit, *went: str, **more: Any) -> dict[str, Any]:
    with app.app_context():
        people = f"people_{audience().id}"
    there = {f"went_{number}": word for number, word in zip(visit.assignment_ids, went, strict=True)}
    return {"happened": "Yes", people: "28"} | there | more


def test_a_coordinator_records_who_was_there(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bryn Owen")
        assert [event.reference for event in list_without_outcome()] == [visit.reference]
    page = coordinator.get(path_of(visit))
    assert page.has("Amina Khan")
    assert page.has("The requester has not rated this visit yet.")
    hours = {f"hours_{visit.assignment_ids[0]}": "2.5"}
    page = coordinator.submit("Save", answers(app, visit, "Yes", "No") | hours)
    assert page.banner == "Success What happened is recorded." or page.has("What happened is recorded.")
    assert page.has("Correct the record")
    with app.app_context():
        assert state_of(visit) == (EventStatus.DONE, [(A.ATTENDED, "2.50"), (A.DID_NOT_ATTEND, None)])
        assert list_without_outcome() == []


def test_hours_may_be_unknown_and_be_corrected_later(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    coordinator.get(path_of(visit))
    coordinator.submit("Save", answers(app, visit, "Yes"))
    with app.app_context():
        assert state_of(visit)[1] == [(A.ATTENDED, None)]
    coordinator.submit("Save", {f"hours_{visit.assignment_ids[0]}": "½"})
    with app.app_context():
        assert state_of(visit)[1] == [(A.ATTENDED, "0.50")]


def test_what_did_not_take_place_had_nobody_there(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bryn Owen")
    coordinator.get(path_of(visit))
    coordinator.submit("Save", happened="No", note="The ambassador was ill.")
    with app.app_context():
        assert state_of(visit) == (EventStatus.DONE, [(A.DID_NOT_ATTEND, None)] * 2)
        outcome = outcome_of(visit)
        assert outcome is not None
        assert not outcome.took_place


def test_an_event_that_nobody_had_accepted_is_recorded_too(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        event = make_event(starts=in_days(-1))
        visit = Visit(event.id, event.reference, (), (), "")
    assert coordinator.get(path_of(visit)).has("No ambassador had accepted this event.")
    coordinator.submit("Save", answers(app, visit))
    with app.app_context():
        assert state_of(visit)[0] is EventStatus.DONE


@pytest.mark.one_database
def test_everybody_must_be_accounted_for(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bryn Owen")
        before = traces()
    coordinator.get(path_of(visit))
    first, second = visit.assignment_ids
    page = coordinator.submit("Save", answers(app, visit, "Yes", "No") | {f"went_{second}": None}, status=422)
    assert page.errors == {f"went_{second}": "Select whether Bryn Owen was there"}
    page = coordinator.submit("Save", answers(app, visit, "Yes", "No") | {f"hours_{first}": "-2"}, status=422)
    assert page.errors == {f"hours_{first}": "Amina Khan: Hours must be 0.25 or more"}
    page = coordinator.submit("Save", {"happened": None}, status=422)
    assert page.errors["happened"] == "Select whether it took place"
    with app.app_context():
        assert traces() == before


def test_what_an_ambassador_sent_meanwhile_is_not_overwritten_unseen(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    coordinator.get(path_of(visit))
    ambassador = PageClient(app)
    ambassador.get(visit.links[0])
    ambassador.submit("Send", happened="Yes, but I was not there")
    page = coordinator.submit("Save", answers(app, visit, "Yes"), status=422)
    assert "Somebody else has recorded something" in page.errors[""]
    with app.app_context():
        assert state_of(visit) == (EventStatus.CONFIRMED, [(A.DID_NOT_ATTEND, None)])


@pytest.mark.one_database
def test_before_it_begins_and_when_cancelled_there_is_no_form(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        early = make_visit(days=3)
        off = make_event(starts=in_days(-1), status=EventStatus.CANCELLED).reference
    page = coordinator.get(path_of(early))
    assert page.has("You can record what happened from")
    assert "Save" not in page.buttons()
    assert coordinator.get(f"/manage/events/{off}/outcome").has("there is nothing to record")
    with app.app_context():
        over = make_visit()
        before = traces()
    coordinator.get(path_of(over))
    coordinator.post(path_of(early), answers(app, early, "yes") | {"happened": "yes", "version": "0-1"}, status=422)
    with app.app_context():
        assert traces() == before


@pytest.mark.one_database
def test_only_coordinators_enter(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    anybody = PageClient(app)
    assert anybody.get(path_of(visit), follow=False, status=303).response.headers["Location"].startswith("/sign-in")
    for role in (Role.VIEWER, Role.RECRUITMENT_OFFICER, Role.ADMINISTRATOR):
        other = PageClient(app)
        with app.app_context():
            sign_in(other.http, make_account(role))
        other.get(path_of(visit), status=403)
    coordinator.get("/manage/events/EV-0000-0000/outcome", status=404)


def test_the_rating_is_shown(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    college = PageClient(app)
    college.get(visit.rate)
    college.submit("Send", score="Good", ask_again="Yes", words="“More time for questions”")
    page = coordinator.get(path_of(visit))
    assert page.summary()["The visit was"] == "Good (4 of 5)"
    assert page.has("More time for questions")


def test_the_page_takes_as_many_queries_for_many_ambassadors(app: Flask, coordinator: PageClient) -> None:
    counts = []
    for people in (1, 8):
        with app.app_context():
            visit = make_visit(*(f"Person {n}" for n in range(people)))
        coordinator.get(path_of(visit))
        with count_queries(app) as queries:
            coordinator.get(path_of(visit))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_events_without_outcome_are_listed_oldest_first(app: Flask) -> None:
    with app.app_context():
        later, earlier = make_event(starts=in_days(-1)), make_event(starts=in_days(-9))
        make_event(starts=in_days(-3), status=EventStatus.CANCELLED)
        make_event(starts=in_days(2))
        make_event(request=make_request(), starts=in_days(5))
        assert [event.id for event in list_without_outcome()] == [earlier.id, later.id]
