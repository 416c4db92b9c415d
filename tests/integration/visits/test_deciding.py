"""The coordinator's pages: the list, one request, accepting, declining, and what two of them do at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import Event
from outreach.events.rules import EventStatus
from outreach.outbox.models import Mail
from outreach.visits.actions import deciding
from outreach.visits.models import RequestMessage, VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.web.door import Role
from tests.kit.counting import count_queries
from tests.makers import (
    in_days,
    link_to,
    make_account,
    make_contact,
    make_event,
    make_institution,
    make_request,
    sign_in,
)
from tests.pages import PageClient

ROUNDS = 20


def coordinator(app: Flask, *roles: Role) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        sign_in(person.http, make_account(*(roles or (Role.COORDINATOR,))))
    return person


def new_request(app: Flask, **more: Any) -> str:
    with app.app_context():
        return make_request(**more).reference


def stored(app: Flask, reference: str) -> tuple[RequestStatus, list[str], list[str]]:
    """A request's state, and the audit and the mails there are about it."""
    with app.app_context():
        visit = db.session.scalars(select(VisitRequest).where(VisitRequest.reference == reference)).one()
        acts = select(AuditEntry.action).where(
            AuditEntry.subject_kind == "visit_request", AuditEntry.subject_id == visit.id
        )
        mails = select(Mail.message).where(Mail.about_kind == "visit_request", Mail.about_id == visit.id)
        return visit.status, list(db.session.scalars(acts)), list(db.session.scalars(mails))


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_list_shows_what_waits_longest_first(app: Flask) -> None:
    person = coordinator(app)
    assert person.get("/requests").has("No visit has been asked for yet")
    with app.app_context():
        now = clock.now()
        old = make_request(created_at=now - timedelta(days=9)).reference
        newer = make_request(created_at=now - timedelta(days=2)).reference
        done = make_request(status=RequestStatus.DECLINED, created_at=now - timedelta(days=30)).reference
    rows = person.get("/requests").table("3 requests")
    assert [row["Institution"][-12:] for row in rows] == [old, newer, done]
    assert [row["State"] for row in rows] == ["New", "New", "Declined"]


def test_list_is_filtered_and_hostile_filters_are_none(app: Flask) -> None:
    person = coordinator(app)
    with app.app_context():
        school = make_institution("Zebra 100% School", home="redditch")
        one = make_request(make_contact(school)).reference
        make_request(status=RequestStatus.WITHDRAWN)
    for asked in (
        f"words={one}",
        f"words={one[3:7]}{one[8:]}",
        "words=zebra",
        "words=100%25",
        "district=redditch",
        "status=new",
    ):
        rows = person.get(f"/requests?{asked}").table("1 request")
        assert [row["Institution"] for row in rows] == [f"Zebra 100% School {one}"]
    assert person.get("/requests?words=_").has("No request matches")
    assert person.get("/requests?status=nonsense&district=%00&page=½").table("2 requests")
    person.get("/requests?page=" + "9" * 500)


def test_list_asks_as_much_of_the_database_with_thirty_rows_as_with_one(app: Flask) -> None:
    person = coordinator(app)
    new_request(app)
    person.get("/requests")
    with count_queries(app) as one:
        person.get("/requests")
    with app.app_context():
        for number in range(29):
            make_request(make_contact(make_institution(f"School {number}")))
    with count_queries(app) as thirty:
        assert person.get("/requests").table("30 requests")
    assert len(thirty) == len(one)


@pytest.mark.one_database
def test_page_shows_everything_the_decision_needs(app: Flask) -> None:
    person = coordinator(app)
    with app.app_context():
        contact = make_contact(make_institution(listed=False), verified=False, name="Ruth Invented")
        reference = make_request(contact).reference
    page = person.get(f"/requests/{reference.lower()}")
    facts = page.summary()
    assert facts["Name"] == "Ruth Invented"
    assert facts["Verified"].startswith("No.")
    assert "not on the list" in page.main
    assert facts["Topics"] == "A day in the life of a care worker"
    assert page.link("Verify").startswith(f"/institutions/contacts/{contact_id(app)}/verify")
    person.get("/requests/VR-0000-0000", status=404)


def test_verifying_the_contact_leads_back_to_the_request(app: Flask) -> None:
    person = coordinator(app)
    with app.app_context():
        reference = make_request(make_contact(verified=False)).reference
    person.get(f"/requests/{reference}")
    person.click("Verify")
    page = person.submit("This person is verified", how="Telephoned the number the institution publishes")
    assert page.path == f"/requests/{reference}"
    assert page.summary()["Verified"].startswith("Yes")


def contact_id(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(VisitRequest.contact_id)).one()


@pytest.mark.parametrize("path", ["", "/accept", "/decline", "/withdraw"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.RECRUITMENT_OFFICER, Role.ADMINISTRATOR])
@pytest.mark.one_database
def test_only_a_coordinator_comes_in(app: Flask, path: str, role: Role) -> None:
    reference = new_request(app)
    coordinator(app, role).get(f"/requests/{reference}{path}", status=403)
    assert PageClient(app).get(f"/requests/{reference}{path}", follow=False, status=303)


def test_accepting_plans_the_event_and_tells_the_contact(app: Flask) -> None:
    person = coordinator(app)
    reference = new_request(app)
    page = person.get(f"/requests/{reference}/accept")
    page = person.submit("Accept", time="2", needed="2")
    assert "was accepted" in page.banner
    status, acts, mails = stored(app, reference)
    assert (status, acts, mails) == (RequestStatus.ACCEPTED, ["visit_request.accept"], ["visits/accepted"])
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        visit = db.session.scalars(select(VisitRequest)).one()
        assert (event.visit_request_id, event.contact_id, event.site_id) == (visit.id, visit.contact_id, visit.site_id)
        assert event.district_id == visit.site.district_id
        assert (event.starts_at, event.ends_at) == (visit.times[1].starts_at, visit.times[1].ends_at)
        assert (event.status, event.needed, event.published_at) == (EventStatus.PLANNED, 2, None)
        assert event.title == "Talk or presentation at Heart of Worcestershire College"
        assert "Worcester campus" in event.place
        assert "Step-free from reception" in event.notes
        body = db.session.scalars(select(Mail.body)).one()
        assert "We are now finding an ambassador" in body
        assert "/visits/follow/" in body


def test_another_date_agreed_by_telephone(app: Flask) -> None:
    person = coordinator(app)
    reference = new_request(app)
    person.get(f"/requests/{reference}/accept")
    page = person.submit("Accept", time="other")
    assert set(page.errors) == {"day", "starts", "ends"}
    when = clock.today() + timedelta(days=40)
    person.submit("Accept", time="other", day=when, starts="1pm", ends="2:30pm")
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        assert (event.starts_at, event.ends_at) == (in_days(40, 13), in_days(40, 14, 30))


def test_date_that_has_passed_cannot_be_chosen(app: Flask) -> None:
    person = coordinator(app)
    past, ahead = (in_days(-2), in_days(-2, 11)), (in_days(9), in_days(9, 11))
    reference = new_request(app, times=[past, ahead])
    page = person.get(f"/requests/{reference}/accept")
    assert "1 date they asked for has passed" in page.main
    page = person.submit("Accept", time="1")
    assert page.errors == {"time": "Select a date and time"}
    assert stored(app, reference) == (RequestStatus.NEW, [], [])
    assert count(app, Event) == 0


@pytest.mark.parametrize("needed", ["0", "-1", "51", "9" * 5000, "two", ""])
@pytest.mark.one_database
def test_number_of_ambassadors_that_will_not_do(app: Flask, needed: str) -> None:
    person = coordinator(app)
    reference = new_request(app)
    person.get(f"/requests/{reference}/accept")
    page = person.submit("Accept", time="1", needed=needed)
    assert list(page.errors) == ["needed"]
    assert count(app, Event) == 0


@pytest.mark.one_database
def test_declining_needs_a_reason_and_words_and_tells_both(app: Flask) -> None:
    person = coordinator(app)
    reference = new_request(app)
    person.get(f"/requests/{reference}/decline")
    page = person.submit("Decline")
    assert page.errors == {
        "reason": "Select why it is declined",
        "words": "Enter what to tell the institution",
    }
    assert stored(app, reference) == (RequestStatus.NEW, [], [])
    page = person.submit("Decline", reason="The dates are too soon", words='Ask for "spring": we are full.')
    assert page.has('Ask for "spring": we are full.')
    assert stored(app, reference) == (RequestStatus.DECLINED, ["visit_request.decline"], ["visits/declined"])
    with app.app_context():
        body = db.session.scalars(select(Mail.body)).one()
        assert "The dates are too soon" in body
        assert 'Ask for "spring": we are full.' in body


@pytest.mark.parametrize("status", [one for one in RequestStatus if one is not RequestStatus.NEW])
@pytest.mark.parametrize("step", ["accept", "decline"])
def test_what_was_decided_is_not_decided_again(app: Flask, status: RequestStatus, step: str) -> None:
    person = coordinator(app)
    reference = new_request(app)
    person.get(f"/requests/{reference}/{step}")
    with app.app_context():
        db.session.execute(VisitRequest.__table__.update().values(status=status))  # type: ignore[attr-defined]
        db.session.commit()
    answers = {"time": "1"} if step == "accept" else {"reason": "other", "words": "No."}
    page = person.submit(step.capitalize(), **answers)
    assert page.status == 422
    assert "so this cannot be done now" in page.errors[""]
    assert stored(app, reference) == (status, [], [])
    assert count(app, Event) == 0


def test_same_acceptance_sent_twice_is_one(app: Flask) -> None:
    person = coordinator(app)
    reference = new_request(app)
    person.get(f"/requests/{reference}/accept")
    first = person.submit("Accept", time="1")
    assert person.send_again().path == first.path
    assert count(app, Event) == 1
    assert stored(app, reference)[2] == ["visits/accepted"]


def test_request_taken_by_telephone(app: Flask) -> None:
    with app.app_context():
        other = make_account(Role.COORDINATOR).email
    person = coordinator(app)
    page = person.get("/requests/new")
    page = person.submit("Save request")
    assert page.status == 422
    answers: dict[str, Any] = {
        "site": "Heart of Worcestershire College, Redditch campus",
        "name": "Ruth Invented",
        "job_title": "Tutor",
        "email": "Ruth@College.example",
        "phone": "01905 555 0123",
        "activity": "Talk or presentation",
        "audience": "School pupils under 16",
        "audience_size": "25",
        "place": "In person",
        "day_1": clock.today() + timedelta(days=12),
        "starts_1": "9am",
        "ends_1": "10am",
    }
    page = person.submit("Save request", **answers)
    assert page.errors == {"supervisor": "Enter the name of the adult who will stay with the group"}
    page = person.submit("Save request", supervisor="Ms Present")
    assert "was recorded as VR-" in page.banner
    with app.app_context():
        visit = db.session.scalars(select(VisitRequest)).one()
        assert visit.entered_by_id is not None
        assert visit.site.name == "Redditch campus"
        told = {row[0]: row[1] for row in db.session.execute(select(Mail.recipient, Mail.message))}
        assert told == {"ruth@college.example": "visits/received", other: "visits/new_request"}


def test_request_by_telephone_of_an_institution_that_is_not_on_the_list(app: Flask) -> None:
    person = coordinator(app)
    assert person.get("/requests/new").has("You must name them if the group is under 18"), "adults need nobody"
    answers: dict[str, Any] = {
        "site": "none",
        "institution_name": "Pershore Pantry",
        "kind": "Community group",
        "district": "Wychavon",
        "town": "Pershore",
        "name": "Ruth",
        "job_title": "Organiser",
        "email": "ruth@pantry.example",
        "phone": "01905 555 0123",
        "activity": "Open day",
        "audience": "Community groups and carers",
        "audience_size": "25",
        "place": "In person",
        "day_1": clock.today() + timedelta(days=12),
        "starts_1": "9am",
        "ends_1": "10am",
    }
    page = person.submit("Save request", **answers)
    assert page.errors == {}
    assert "Pershore Pantry" in page.h1
    with app.app_context():
        assert db.session.scalars(select(VisitRequest.supervisor)).one() == ""


def test_withdrawing_for_the_institution_cancels_the_event(app: Flask) -> None:
    person = coordinator(app)
    with app.app_context():
        visit = make_request(status=RequestStatus.ACCEPTED)
        make_event(request=visit)
        reference = visit.reference
    person.get(f"/requests/{reference}")
    person.click("Withdraw for the institution")
    assert "withdrawn" in person.submit("Withdraw request").banner
    assert stored(app, reference)[0] is RequestStatus.WITHDRAWN
    with app.app_context():
        assert db.session.scalars(select(Event.status)).one() is EventStatus.CANCELLED
    # The contact hears of it once, from us; not a second time because the event is off.
    assert [one for one in stored(app, reference)[2] if one != "visits/withdrawn_notice"] == ["visits/withdrawn"]


def test_message_is_dealt_with_once(app: Flask) -> None:
    person = coordinator(app)
    with app.app_context():
        visit = make_request()
        reference = visit.reference
        db.session.add(RequestMessage(request=visit, words="40 people now", created_at=clock.now()))
        db.session.commit()
    other = coordinator(app)
    other.get(f"/requests/{reference}")
    page = person.get(f"/requests/{reference}")
    assert "40 people now" in page.main
    assert "dealt with" in person.submit("Mark as dealt with").banner
    page = other.submit("Mark as dealt with", status=409)
    assert "already dealt with" in page.main
    other.post(f"/requests/{new_request(app)}/messages/1", status=404)


def race(app: Flask, acts: list[tuple[PageClient, str, dict[str, Any]]]) -> list[tuple[int, str]]:
    """Have several people send the form in front of them at the same moment; the answers, in their order."""
    together = threading.Barrier(len(acts))
    answers: list[tuple[int, str]] = [(0, "")] * len(acts)

    def send(number: int, person: PageClient, button: str, fields: dict[str, Any]) -> None:
        together.wait(10)
        try:
            page = person.submit(button, fields, follow=False)
        except AssertionError:
            answers[number] = (500, "")
        else:
            answers[number] = (page.status, page.errors.get("", "") if page.status == 422 else "")

    threads = [threading.Thread(target=send, args=(number, *act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def two_at_once(app: Flask, people: list[PageClient]) -> tuple[str, list[tuple[int, str]]]:
    """One coordinator accepts and another declines the same new request."""
    reference = new_request(app)
    people[0].get(f"/requests/{reference}/accept")
    people[1].get(f"/requests/{reference}/decline")
    answers = race(
        app,
        [(people[0], "Accept", {"time": "1"}), (people[1], "Decline", {"reason": "other", "words": "No."})],
    )
    return reference, answers


def test_two_coordinators_at_once_one_decides_and_the_other_is_told(app: Flask) -> None:
    people = [coordinator(app), coordinator(app)]
    for _ in range(ROUNDS):
        reference, answers = two_at_once(app, people)
        assert sorted(status for status, _ in answers) == [303, 422]
        [words] = [words for status, words in answers if status == 422]
        status, acts, mails = stored(app, reference)
        accepted = status is RequestStatus.ACCEPTED
        assert words == f"This request has already been {status.value}, so this cannot be done now."
        assert (acts, mails) == (
            (["visit_request.accept"], ["visits/accepted"])
            if accepted
            else (["visit_request.decline"], ["visits/declined"])
        )


def test_without_the_lock_both_would_find_the_request_new(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[RequestStatus] = []
    both = threading.Barrier(2)

    def look(request: VisitRequest) -> None:
        seen.append(request.status)
        both.wait(10)

    monkeypatch.setattr(deciding, "lock_request", look)
    # On SQLite one writer at a time is enough to keep them apart: it goes too, with what writes before the view.
    monkeypatch.setattr("outreach.web.transaction.begin_writing", lambda session: None)
    monkeypatch.setattr("outreach.web.transaction._claim", lambda key: None)
    _, answers = two_at_once(app, [coordinator(app), coordinator(app)])
    assert seen == [RequestStatus.NEW, RequestStatus.NEW]
    assert sorted(status for status, _ in answers) != [303, 422]


def test_contact_and_coordinator_at_once(app: Flask, link_of: Callable[[str], str]) -> None:
    for _ in range(5):
        reference = new_request(app)
        boss, contact = coordinator(app), PageClient(app)
        boss.get(f"/requests/{reference}/decline")
        contact.get(link_of(reference) + "/withdraw")
        answers = race(app, [(boss, "Decline", {"reason": "other", "words": "No."}), (contact, "Withdraw request", {})])
        assert sorted(status for status, _ in answers) == [303, 422]
        assert len(stored(app, reference)[1]) == 1


@pytest.fixture
def link_of(app: Flask) -> Callable[[str], str]:
    def make(reference: str) -> str:
        with app.app_context():
            return link_to(db.session.scalars(select(VisitRequest).where(VisitRequest.reference == reference)).one())

    return make
