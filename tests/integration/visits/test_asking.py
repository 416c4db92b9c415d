"""A contact asks for a visit: one question a page, answers checked, sent once, a reference and a mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.institutions.models import Contact, Institution
from outreach.outbox.models import Mail
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.web.door import Role
from outreach.web.keys import digest, new_token
from outreach.web.models import Draft
from tests.makers import in_days, institution, make_account, make_contact
from tests.pages import PageClient

CONTACT = {
    "name": "Ruth Invented",
    "job_title": "Careers leader",
    "email": "ruth@college.example",
    "phone": "01905 555 0123",
}
COLLEGE = "Heart of Worcestershire College"


def day(days: int) -> Any:
    return clock.today() + timedelta(days=days)


def answer_all(person: PageClient, *, audience: str = "Students aged 16 to 18", **contact: str) -> Any:
    """Go through the whole journey; the page in front is then 'Check your answers'."""
    person.get("/visits")
    person.click("Start now")
    person.submit("Continue", institution=COLLEGE)
    person.submit("Continue", site="Redditch campus")
    person.submit("Continue", **(CONTACT | contact))
    person.submit("Continue", activity="Talk or presentation")
    person.submit("Continue", audience=audience, audience_size="30")
    person.submit("Continue", place="In person")
    person.submit("Continue", day_1=day(30), starts_1="9:30am", ends_1="11am")
    person.submit("Continue", topic_notes="A day in care", access_notes="")
    return person.submit("Continue", supervisor="Mr Present, tutor")


def answered(app: Flask, **changed: Any) -> PageClient:
    """A person whose every answer is laid by, with 'Check your answers' in front."""
    person, token = PageClient(app), new_token()
    first = {
        f"{part}_1": value for part, value in (("day", day(30).isoformat()), ("starts", "09:30"), ("ends", "11:00"))
    }
    others = {f"{part}_{n}": None for n in (2, 3) for part in ("day", "starts", "ends")}
    with app.app_context():
        college = institution()
        answers = {
            "institution": {"institution": str(college.id), "several": True},
            "campus": {"site": college.sites[1].id},
            "contact": CONTACT,
            "activity": {"activity": "talk"},
            "audience": {"audience": "students_16_to_18", "audience_size": 30},
            "place": {"place": "in_person"},
            "dates": first | others,
            "notes": {"topic_notes": "A day in care", "access_notes": ""},
            "supervisor": {"supervisor": "Mr Present, tutor"},
        }
        expires = clock.now() + timedelta(days=1)
        db.session.add(Draft(digest=digest(token), journey="visit", answers=answers | changed, expires_at=expires))
        db.session.commit()
    person.http.set_cookie("draft_visit", token, domain="localhost")
    assert person.get("/visits/check").h1 == "Check your answers"
    return person


def up_to(person: PageClient, step: str) -> None:
    """Answer what leads to one step, which is then in front."""
    person.get("/visits/ask/institution")
    answers: list[dict[str, Any]] = [
        {"institution": "Kidderminster College"},
        CONTACT,
        {"activity": "Talk or presentation"},
        {"audience": "Students aged 16 to 18", "audience_size": "30"},
        {"place": "In person"},
    ]
    for given in answers:
        if person.here.path == f"/visits/ask/{step}":
            return
        person.submit("Continue", **given)


def rows(model: Any) -> list[Any]:
    return list(db.session.scalars(select(model).order_by(model.id)))


def test_whole_journey_gives_a_request_a_reference_and_a_mail(app: Flask) -> None:
    person = PageClient(app)
    with app.app_context():
        coordinator = make_account(Role.COORDINATOR)
        make_account(Role.VIEWER)
    page = answer_all(person)
    assert page.h1 == "Check your answers"
    assert page.summary()["Campus"] == "Redditch campus"
    assert page.summary()["Access and arriving"] == "Not provided"
    page = person.submit("Send request")
    assert page.h1 == "Request sent"
    with app.app_context():
        [visit] = rows(VisitRequest)
        assert visit.reference in page.main
        assert visit.status is RequestStatus.NEW
        assert visit.site.name == "Redditch campus"
        assert visit.contact.verified_at is None
        assert visit.entered_by_id is None
        assert (visit.audience_size, visit.online, visit.supervisor) == (30, False, "Mr Present, tutor")
        assert [(one.position, one.starts_at) for one in visit.times] == [(1, in_days(30, 9, 30))]
        to_contact, to_coordinator = rows(Mail)
        assert to_contact.recipient == "ruth@college.example"
        assert visit.reference in to_contact.subject
        assert "/visits/follow/" in to_contact.body
        assert to_coordinator.recipient == coordinator.email
        assert "Redditch" in to_coordinator.body
        for words in ("Ruth", "ruth@", "0123", COLLEGE, "Present"):
            assert words not in to_coordinator.body + to_coordinator.subject
        told = [one for one in rows(AuditEntry) if one.action == "visit_request.ask"]
        assert len(told) == 1
        assert "Ruth" not in str(told[0].details)


def test_confirmation_may_be_reloaded_and_shows_nothing_of_the_request(app: Flask) -> None:
    person = answered(app)
    first = person.submit("Send request")
    again = person.get(first.path)
    assert again.main == first.main
    assert "Ruth" not in again.main
    stranger = PageClient(app).get(first.path)
    assert stranger.main == first.main
    person.get("/visits/sent?reference=VR-0000-0000", status=404)
    with app.app_context():
        assert len(rows(VisitRequest)) == 1


def test_same_form_sent_twice_makes_one_request(app: Flask) -> None:
    person = answered(app)
    first = person.submit("Send request")
    second = person.send_again()
    assert second.h1 == "Request sent"
    assert second.path == first.path
    with app.app_context():
        assert len(rows(VisitRequest)) == 1
        assert len(rows(Mail)) == 1


def test_sending_after_the_answers_went_leads_back_to_the_first_question(app: Flask) -> None:
    person = answered(app)
    person.submit("Send request")
    page = person.get("/visits/check")
    assert page.h1 == "Which institution are you from?"
    assert "no answers of yours" in page.banner
    page = person.post("/visits/check")
    assert page.h1 == "Which institution are you from?"
    with app.app_context():
        assert len(rows(VisitRequest)) == 1


@pytest.mark.parametrize("step", ["campus", "contact", "dates", "supervisor"])
@pytest.mark.one_database
def test_step_that_comes_early_leads_to_the_first_unanswered_question(client: Any, app: Flask, step: str) -> None:
    person = PageClient(app)
    assert person.get(f"/visits/ask/{step}").path == "/visits/ask/institution"
    person.submit("Continue", institution="Kidderminster College")
    assert person.here.path == "/visits/ask/contact"
    assert person.get("/visits/check").path.startswith("/visits/ask/contact")
    person.get("/visits/ask/nothing", status=404)


@pytest.mark.one_database
def test_pages_can_be_entered_again_and_keep_what_was_answered(app: Flask) -> None:
    person = answered(app)
    page = person.get("/visits/ask/dates")
    assert page.one("input", having=lambda e: e.get("name") == "starts_1").get("value") == "9:30am"
    assert page.one("input", having=lambda e: e.get("name") == "day_1-day").get("value") == str(day(30).day)
    page = person.click("Back")
    assert page.path == "/visits/ask/place"
    assert person.submit("Continue").path == "/visits/check"


@pytest.mark.one_database
def test_change_links_return_to_the_check_page(app: Flask) -> None:
    person = answered(app)
    links = [a.get("href", "") for a in person.here.all("a") if a.get("href", "").endswith("?from=check")]
    assert len(set(links)) == 9
    for link in links:
        person.get(link)
        assert person.click("Back").path == "/visits/check"
        person.get(link)
        assert person.submit("Continue").path == "/visits/check"
    person.get("/visits/ask/audience?from=check")
    page = person.submit("Continue", audience_size="1,200")
    assert page.summary()["Number of people"] == "About 1200"


@pytest.mark.one_database
def test_another_institution_asks_for_its_campus_again(app: Flask) -> None:
    person = answered(app)
    person.get("/visits/ask/institution?from=check")
    page = person.submit("Continue", institution="Kidderminster College")
    assert page.path == "/visits/check"
    assert "Campus" not in page.summary()
    person.get("/visits/ask/institution?from=check")
    page = person.submit("Continue", institution=COLLEGE)
    assert page.h1 == "Which campus or building?"
    page = person.submit("Continue", site="Bromsgrove campus")
    assert page.path == "/visits/check"


@pytest.mark.one_database
def test_adults_need_no_supervisor_and_a_change_to_pupils_asks_for_one(app: Flask) -> None:
    person = answered(app, audience={"audience": "job_seekers", "audience_size": 30})
    person.get("/visits/ask/supervisor?from=check")
    assert "(optional)" in person.here.h1
    page = person.submit("Continue", supervisor="")
    assert page.h1 == "Check your answers"
    person.get("/visits/ask/audience?from=check")
    page = person.submit("Continue", audience="School pupils under 16")
    assert page.h1 == "Who will be with the group throughout the visit?"
    page = person.submit("Continue", supervisor="")
    assert page.status == 422
    assert page.errors == {"supervisor": "Enter the name of the adult who will stay with the group"}


def test_unlisted_institution_is_unlisted_and_its_contact_unverified(app: Flask) -> None:
    person = PageClient(app)
    person.get("/visits/ask/institution")
    person.click("My institution is not on the list")
    page = person.submit("Continue")
    assert set(page.errors) == {"name", "kind", "district", "address", "town", "postcode"}
    page = person.submit(
        "Continue",
        name="Café Élan & <b>friends</b>",
        kind="Community group",
        address="1 High Street",
        town="Pershore",
        postcode="wr10 1aa",
        district="Wychavon",
    )
    assert page.h1 == "Your contact details"
    person.submit("Continue", **CONTACT)
    person.submit("Continue", activity="Family Care-er day")
    person.submit("Continue", audience="Community groups and carers", audience_size="12")
    person.submit("Continue", place="Online")
    person.submit("Continue", day_1=day(10), starts_1="18:00", ends_1="19:30")
    person.submit("Continue")
    page = person.submit("Continue")
    assert page.summary()["Address"] == "1 High Street, Pershore, WR10 1AA"
    person.submit("Send request")
    with app.app_context():
        [visit] = rows(VisitRequest)
        assert visit.institution.name == "Café Élan & <b>friends</b>"
        assert visit.institution.listed_at is None
        assert visit.site.district.slug == "wychavon"
        assert visit.online is True


@pytest.mark.one_database
def test_choosing_not_listed_in_the_list_leads_to_the_same_page(app: Flask) -> None:
    person = PageClient(app)
    person.get("/visits/ask/institution")
    assert person.submit("Continue", institution="none").path == "/visits/ask/unlisted"


@pytest.mark.parametrize(
    "name", ["Test 😀 School", "x" * 101, "\u202eesrever", "=HYPERLINK(1)", "<script>alert(1)</script>"]
)
@pytest.mark.one_database
def test_hostile_names_are_kept_as_text_or_refused_beside_their_field(app: Flask, name: str) -> None:
    person = PageClient(app)
    person.get("/visits/ask/unlisted")
    page = person.submit("Continue", name=name)
    if len(name) > 100:
        assert page.errors["name"] == "Name of the institution must be 100 characters or fewer"
    else:
        assert "name" not in page.errors
    assert "<script>alert" not in page.response.get_data(as_text=True)


@pytest.mark.one_database
def test_dates_are_refused_beside_their_field_and_kept(app: Flask) -> None:
    person = PageClient(app)
    up_to(person, "dates")
    page = person.submit("Continue", day_1=day(-1), starts_1="9:30am", ends_1="11am", starts_2="2pm")
    assert page.status == 422
    assert page.errors == {
        "day_1": "First date must be today or in the future",
        "day_2": "Enter the second date",
        "ends_2": "Enter the second end time",
    }
    assert page.one("input", having=lambda e: e.get("name") == "ends_1").get("value") == "11am"
    assert page.one("input", having=lambda e: e.get("name") == "starts_2").get("value") == "2pm"


@pytest.mark.one_database
def test_tampered_choice_is_an_answer_not_given(app: Flask) -> None:
    person = PageClient(app)
    page = person.get("/visits/ask/institution")
    page = person.post("/visits/ask/institution", {"institution": "99999999999999999999"}, status=422)
    assert page.errors == {"institution": "Select your institution"}
    with app.app_context():
        assert rows(VisitRequest) == []


def test_robot_is_answered_as_if_all_went_well(app: Flask) -> None:
    person = answered(app)
    page = person.submit("Send request", company_fax="555")
    assert page.h1 == "Request sent"
    with app.app_context():
        assert rows(VisitRequest) == []
        assert rows(Mail) == []
        assert not [one for one in rows(AuditEntry) if one.action.startswith("visit_request.")]


def test_one_address_gets_at_most_five_such_mails_a_day(app: Flask) -> None:
    for _ in range(6):
        assert answered(app).submit("Send request").h1 == "Request sent"
    with app.app_context():
        assert len(rows(VisitRequest)) == 6
        assert [one.message for one in rows(Mail)] == ["visits/received"] * 5
        assert len(rows(Contact)) == 1


def test_dates_that_passed_while_the_answers_lay_are_refused_at_the_end(app: Flask) -> None:
    person = answered(app)
    clock.set_offset(timedelta(days=31))
    try:
        # The answers themselves last a day: what is left is the page in front, sent late.
        page = person.submit("Send request")
        assert page.h1 == "Which institution are you from?"
    finally:
        clock.set_offset(timedelta(0))
    with app.app_context():
        assert rows(VisitRequest) == []


def test_verified_contact_keeps_their_details(app: Flask) -> None:
    with app.app_context():
        make_contact(email="ruth@college.example", name="Ruth Known", phone="01905 555 0999")
    answered(app, contact=CONTACT | {"name": "Somebody Else"}).submit("Send request")
    with app.app_context():
        [contact] = rows(Contact)
        assert contact.name == "Ruth Known"
        assert len(rows(Institution)) == 10


def test_every_form_that_strangers_can_send_is_limited(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.startswith("visits.") and "POST" in (rule.methods or ()) and not view.__access__.roles:
            assert [one.times <= 300 for one in view.__limits__] == [True], rule.endpoint


def test_link_asked_for_too_often_is_refused(app: Flask) -> None:
    person = PageClient(app)
    person.get("/visits/my-link")
    # The count starts anew with each hour: the clock is put to the middle of one.
    clock.set_offset(timedelta(minutes=30 - clock.now().minute))
    try:
        for _ in range(10):
            assert person.submit("Send my link").status == 422
        assert person.submit("Send my link", status=429).h1 == "Too many tries"
    finally:
        clock.set_offset(timedelta(0))
