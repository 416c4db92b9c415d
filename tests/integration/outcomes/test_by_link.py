"""An ambassador records what happened, by the link in a mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.web.door import Purpose
from tests.kit.outcomes import Visit, make_visit, outcome_of, state_of, traces
from tests.makers import audience, in_days, link_to, make_ambassador, make_assignment, make_event, make_opening
from tests.pages import PageClient

A = AssignmentStatus
HOUR = timedelta(hours=1)


@pytest.fixture
def person(app: Flask) -> PageClient:
    return PageClient(app)


def box(app: Flask, code: str = "students_16_to_18") -> str:
    with app.app_context():
        return f"people_{audience(code).id}"


def answers(app: Flask, **more: Any) -> dict[str, Any]:
    return {"happened": "Yes, and I was there", box(app): "28", "hours": "2.25"} | more


def test_an_ambassador_records_a_visit(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
        before = traces()
    page = person.get(visit.links[0])
    assert page.h1 == "How did it go?"
    sent = answers(app, **{box(app, "careers_advisers"): "2"}, note="They asked about shifts.")
    page = person.submit("Send", sent)
    assert page.h1 == "Thank you"
    assert page.summary()["Your hours"] == "2.25 hours"
    with app.app_context():
        assert state_of(visit) == (EventStatus.DONE, [(A.ATTENDED, "2.25")])
        outcome = outcome_of(visit)
        assert outcome is not None
        assert outcome.took_place
        assert {one.audience.code: one.people for one in outcome.reached} == {
            "students_16_to_18": 28,
            "careers_advisers": 2,
        }
        assert outcome.note == "They asked about shifts."
        # The outcome, who was there, and that they have left, as they went alone and it is over.
        assert traces()["audit_entry"] == before["audit_entry"] + 3


def test_opening_the_link_records_nothing(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
        before = traces()
    person.head(visit.links[0])
    person.get(visit.links[0])
    with app.app_context():
        assert state_of(visit) == (EventStatus.CONFIRMED, [(A.ACCEPTED, None)])
        assert traces() == before


def test_the_same_form_sent_twice_counts_once(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    person.get(visit.links[0])
    person.submit("Send", answers(app))
    with app.app_context():
        before = traces()
    assert person.send_again().h1 == "Thank you"
    with app.app_context():
        assert traces() == before


def test_who_was_not_there_says_only_that(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bryn Owen")
    person.get(visit.links[0])
    page = person.submit("Send", happened="Yes, but I was not there")
    assert page.summary()["You were there"] == "No"
    with app.app_context():
        assert outcome_of(visit) is None
        assert state_of(visit) == (EventStatus.CONFIRMED, [(A.DID_NOT_ATTEND, None), (A.ACCEPTED, None)])


def test_what_did_not_take_place_had_nobody_there(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bryn Owen")
    person.get(visit.links[0])
    person.submit("Send", happened="No, it did not take place", note="The college was closed by snow.", hours="1")
    with app.app_context():
        outcome = outcome_of(visit)
        assert outcome is not None
        assert not outcome.took_place
        assert state_of(visit) == (EventStatus.DONE, [(A.DID_NOT_ATTEND, "1.00"), (A.DID_NOT_ATTEND, None)])


def test_whose_part_of_what_did_not_take_place_is_still_to_come_is_waited_for(app: Flask, person: PageClient) -> None:
    with app.app_context():
        now = clock.now()
        parts = [make_opening(now - 2 * HOUR, now - HOUR), make_opening(now + HOUR, now + 2 * HOUR)]
        event = make_event(starts=now - 2 * HOUR, ends=now + 2 * HOUR, openings=parts, status=EventStatus.CONFIRMED)
        first, second = (
            make_assignment(event, make_ambassador(name), opening=part, status=A.ACCEPTED)
            for name, part in zip(("Amina Khan", "Bryn Owen"), parts, strict=True)
        )
        link, ids = link_to(first, Purpose.OUTCOME), [first.id, second.id]
    person.get(link)
    person.submit("Send", happened="No, it did not take place", note="The college was closed by snow.", hours="")
    with app.app_context():
        found = [db.session.get_one(Assignment, one).status for one in ids]
        assert found == [A.DID_NOT_ATTEND, A.ACCEPTED]


def test_the_second_ambassador_sees_the_record_corrects_it_and_adds_hours(app: Flask) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bryn Owen")
    first, second = PageClient(app), PageClient(app)
    first.get(visit.links[0])
    first.submit("Send", answers(app))
    page = second.get(visit.links[1])
    assert page.has("Recorded so far")
    assert page.summary()["People reached"] == "28 – Students aged 16 to 18"
    assert "Amina" not in page.text
    second.submit("Send", answers(app, hours="3") | {box(app): "31"})
    with app.app_context():
        assert state_of(visit) == (EventStatus.DONE, [(A.ATTENDED, "2.25"), (A.ATTENDED, "3.00")])
        outcome = outcome_of(visit)
        assert outcome is not None
        assert [one.people for one in outcome.reached] == [31]


def test_a_record_made_meanwhile_is_not_overwritten_unseen(app: Flask) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bryn Owen")
    first, second = PageClient(app), PageClient(app)
    first.get(visit.links[0])
    second.get(visit.links[1])
    first.submit("Send", answers(app))
    page = second.submit("Send", answers(app) | {box(app): "5"}, status=422)
    assert "Somebody else has recorded something" in page.errors[""]
    assert page.summary()["People reached"] == "28 – Students aged 16 to 18"
    with app.app_context():
        outcome = outcome_of(visit)
        assert outcome is not None
        assert [one.people for one in outcome.reached] == [28]
        assert state_of(visit)[1][1] == (A.ACCEPTED, None)
    # What they typed is still there, and sent again it counts.
    assert second.submit("Send").h1 == "Thank you"
    with app.app_context():
        outcome = outcome_of(visit)
        assert outcome is not None
        assert [one.people for one in outcome.reached] == [5]


def test_one_changes_one_s_own_answer(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    person.get(visit.links[0])
    person.submit("Send", answers(app))
    person.click("Change what you sent")
    person.submit("Send", {box(app): "", box(app, "job_seekers"): "4", "hours": "1.5"})
    with app.app_context():
        outcome = outcome_of(visit)
        assert outcome is not None
        assert {one.audience.code: one.people for one in outcome.reached} == {"job_seekers": 4}
        assert state_of(visit)[1] == [(A.ATTENDED, "1.50")]


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"happened": None}, {"happened": "Select whether it took place and you were there"}),
        ({"happened": "perhaps"}, {"happened": "Select whether it took place and you were there"}),
        ({"people": ""}, {"people": "Enter how many people were reached, at least one"}),
        ({"people": "0"}, {"people": "Enter how many people were reached, at least one"}),
        ({"people": "-1"}, {"people": "Students aged 16 to 18 must be 0 or more"}),
        ({"people": "9" * 5000}, {"people": "Students aged 16 to 18 must be 10,000 or fewer"}),
        ({"people": "a few"}, {"people": "Students aged 16 to 18 must be a whole number, like 30"}),
        ({"hours": ""}, {"hours": "Enter your hours"}),
        ({"hours": "0"}, {"hours": "Your hours must be 0.25 or more"}),
        ({"hours": "1.1"}, {"hours": "Your hours must be a number of hours in quarters, like 1.5 or 2.25"}),
        ({"hours": "9" * 5000}, {"hours": "Your hours must be a number of hours in quarters, like 1.5 or 2.25"}),
        ({"hours": "101"}, {"hours": "Your hours must be 100 or fewer"}),
        ({"note": "x" * 10_000}, {"note": "Note must be 2,000 characters or fewer"}),
        (
            {"happened": "No, it did not take place", "people": "", "hours": ""},
            {"note": "Enter why the event did not take place"},
        ),
        (
            {"happened": "No, it did not take place", "note": "Snow"},
            {"people": "Leave the numbers of people empty if the event did not take place"},
        ),
    ],
)
@pytest.mark.one_database
def test_bad_answers_are_named_beside_their_field_and_leave_no_trace(
    app: Flask, person: PageClient, changed: dict[str, str | None], errors: dict[str, str]
) -> None:
    with app.app_context():
        visit = make_visit()
        before = traces()
    people = box(app)
    person.get(visit.links[0])
    sent = answers(app) | {people if name == "people" else name: value for name, value in changed.items()}
    page = person.submit("Send", sent, status=422)
    assert page.errors == {people if name == "people" else name: words for name, words in errors.items()}
    with app.app_context():
        assert state_of(visit) == (EventStatus.CONFIRMED, [(A.ACCEPTED, None)])
        assert traces() == before


@pytest.mark.one_database
def test_the_summary_lists_errors_in_the_order_of_the_page(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    person.get(visit.links[0])
    page = person.submit("Send", happened="Yes, and I was there", note="x" * 3000, status=422)
    listed = [a.get("href") for a in page.all("a", having=lambda e: e.get("href", "").startswith("#"))]
    assert [one for one in listed if one != "#main-content"] == [f"#{box(app)}", "#hours", "#note"]


@pytest.mark.one_database
def test_hostile_words_are_shown_as_words(app: Flask, person: PageClient) -> None:
    note = "<script>alert(1)</script> =HYPERLINK(1) 👩‍👩‍👧‍👦 Ünï O'Neil"
    with app.app_context():
        visit = make_visit()
    person.get(visit.links[0])
    assert person.submit("Send", answers(app, note=note)).summary()["Note"] == note


@pytest.mark.one_database
def test_before_it_begins_the_page_says_from_when(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit(days=1)
        before = traces()
    page = person.get(visit.links[0])
    assert page.h1 == "Nothing to record now"
    assert page.has("You can record what happened from 10am on")
    assert page.buttons() == []
    assert post_raw(app, visit, person) == 422
    with app.app_context():
        assert state_of(visit) == (EventStatus.CONFIRMED, [(A.ACCEPTED, None)])
        assert traces() == before


def post_raw(app: Flask, visit: Visit, person: PageClient) -> int:
    """Send a whole form to an address whose page offers none, with the keys of another form."""
    with app.app_context():
        other = make_visit()
    person.get(other.links[0])
    data = {"happened": "attended", box(app): "3", "hours": "1", "version": "0-1"}
    return person.post(visit.links[0], data, status=None).status


def test_a_cancelled_event_and_a_withdrawn_ambassador_have_nothing_to_record(app: Flask, person: PageClient) -> None:
    with app.app_context():
        off = make_visit()
        db.session.get_one(Event, off.event_id).status = EventStatus.CANCELLED
        gone = make_visit(status=A.WITHDRAWN)
        db.session.commit()
    assert person.get(off.links[0]).has("This event was cancelled, so there is nothing to record.")
    assert person.get(gone.links[0]).has("You are no longer down for this event.")
    for visit in (off, gone):
        assert post_raw(app, visit, person) == 422
        with app.app_context():
            assert outcome_of(visit) is None


@pytest.mark.parametrize("status", [one for one in A if one not in (A.ACCEPTED, A.ATTENDED, A.DID_NOT_ATTEND)])
def test_only_who_was_expected_may_record(app: Flask, person: PageClient, status: AssignmentStatus) -> None:
    with app.app_context():
        visit = make_visit(status=status)
    assert person.get(visit.links[0]).h1 == "Nothing to record now"
    assert post_raw(app, visit, person) == 422
    with app.app_context():
        assert state_of(visit)[1] == [(status, None)]


@pytest.mark.one_database
def test_links_of_other_purposes_and_absent_ones_open_nothing(app: Flask, person: PageClient) -> None:
    with app.app_context():
        assignment = make_assignment(make_event(starts=in_days(-1)), status=A.ACCEPTED)
        invitation = link_to(assignment, Purpose.INVITATION).rpartition("/")[2]
        expired = link_to(assignment, Purpose.OUTCOME, days=-1)
    person.get(f"/outcomes/{invitation}", status=404)
    person.get("/outcomes/nothing", status=404)
    person.get(f"/outcomes/{invitation}/thanks", status=404)
    person.get(expired, status=410)


def test_being_there_after_all_is_refused_where_they_are_down_for_another_event(app: Flask, person: PageClient) -> None:
    with app.app_context():
        visit = make_visit()
    person.get(visit.links[0])
    person.submit("Send", happened="Yes, but I was not there")
    with app.app_context():
        event = db.session.get_one(Event, visit.event_id)
        someone = event.assignments[0].ambassador
        make_assignment(make_event(starts=event.starts_at), someone, status=A.ATTENDED)
    person.get(visit.links[0])
    page = person.submit("Send", answers(app), status=422)
    assert "is down for another event at that time" in page.errors[""]
    with app.app_context():
        assert outcome_of(visit) is None
        assert state_of(visit)[1] == [(A.DID_NOT_ATTEND, None)]
