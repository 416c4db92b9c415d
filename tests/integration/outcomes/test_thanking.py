"""Thanking who came: the host by their link, the coordinator from the event or the register; and the card."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, Thanks
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.thanks import ThanksFrom
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus
from outreach.institutions.models import Contact
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests import makers
from tests.kit.outcomes import Visit, make_visit
from tests.kit.own import own_page
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WORDS = "You told it as it is – thank you 🙂\n\n<script>alert(1)</script> =1+1"


@pytest.fixture
def college(app: Flask) -> PageClient:
    return PageClient(app)


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora Example"))
    return person


def people_of(visit: Visit) -> list[Ambassador]:
    return [db.session.get_one(Assignment, one).ambassador for one in visit.assignment_ids]


def given() -> list[Thanks]:
    return list(db.session.scalars(select(Thanks).order_by(Thanks.id)))


def mailed() -> list[str]:
    sent = select(Mail.recipient).where(Mail.message == "ambassadors/thanked").order_by(Mail.id)
    return list(db.session.scalars(sent))


def test_a_host_thanks_one_of_those_who_came(app: Flask, college: PageClient) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bea Jones", status=AssignmentStatus.ATTENDED)
        bea = people_of(visit)[1]
        own, email = own_page(bea), bea.email
    page = college.get(f"{visit.rate}/thank")
    assert page.has("Bea, Care worker")
    assert "Khan" not in page.text
    assert "Jones" not in page.text
    page = college.submit("Send thanks", people="Bea, Care worker", words=WORDS)
    assert page.banner.startswith("Your thanks are on their way.")
    with app.app_context():
        (thanks,) = given()
        assert (thanks.source, thanks.words, thanks.ambassador_id) == (ThanksFrom.HOST, WORDS, bea.id)
        assert "Heart of Worcestershire College" in thanks.signed
        assert mailed() == [email]
    page = PageClient(app).get(f"{own}/thanks")
    assert page.has("<script>alert(1)</script>")
    card = PageClient(app)
    card.typed.add(WORDS)
    assert card.get(f"{own}/thanks/{thanks.reference}").has("Worcestershire Cares")


def test_thanks_twice_for_one_visit_count_once(app: Flask, college: PageClient) -> None:
    with app.app_context():
        visit = make_visit(status=AssignmentStatus.ATTENDED)
    college.get(f"{visit.rate}/thank")
    college.submit("Send thanks", words="Thank you")
    college.get(f"{visit.rate}/thank")
    assert college.submit("Send thanks", words="Again", status=422).has("You have thanked them for this visit already.")
    with app.app_context():
        assert [one.words for one in given()] == ["Thank you"]
        assert len(mailed()) == 1


@ONE
@pytest.mark.parametrize("state", ["unverified", "not recorded", "missed", "left"])
def test_nobody_is_named_or_thanked_who_may_not_be(app: Flask, college: PageClient, state: str) -> None:
    with app.app_context():
        visit = make_visit(status=AssignmentStatus.ATTENDED)
        assignment = db.session.get_one(Assignment, visit.assignment_ids[0])
        amina = assignment.ambassador
        if state == "unverified":
            contact = db.session.get_one(Event, visit.event_id).contact
            assert contact is not None
            contact.verified_at = contact.verified_by_id = contact.verified_how_id = None
        elif state == "left":
            amina.status = AmbassadorStatus.LEFT
        else:
            missed = state == "missed"
            assignment.status = AssignmentStatus.DID_NOT_ATTEND if missed else AssignmentStatus.ACCEPTED
        db.session.commit()
        ids = str(amina.id)
    page = college.get(f"{visit.rate}/thank")
    assert page.h1 == "There is nobody to thank yet"
    assert "Amina" not in page.text
    college.get(visit.rate)
    college.post(f"{visit.rate}/thank", {"people": ids, "words": "Thank you"}, status=404)
    with app.app_context():
        assert given() == []
        assert mailed() == []


@ONE
@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"words": ""}, {"words": "Enter your thanks"}),
        ({"words": " \u200b\n"}, {"words": "Enter your thanks"}),
        ({"words": "x" * 601}, {"words": "Your thanks must be 600 characters or fewer"}),
        ({"words": "x" * 10_000}, {"words": "Your thanks must be 600 characters or fewer"}),
        ({"people": []}, {"people": "Select who to thank"}),
        ({"people": ["1", "999999"]}, {"people": "Select who to thank"}),
    ],
)
def test_bad_thanks_are_named(app: Flask, college: PageClient, sent: dict[str, Any], error: dict[str, str]) -> None:
    with app.app_context():
        visit = make_visit("Amina", "Bea", status=AssignmentStatus.ATTENDED)
    page = college.get(f"{visit.rate}/thank")
    assert page.h1 == "Thank who came"
    page = college.submit("Send thanks", {"people": ["Amina, Care worker"], "words": "Thank you"} | sent, status=422)
    assert page.errors == error
    with app.app_context():
        assert given() == []


def test_the_coordinator_thanks_those_who_were_there(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        visit = make_visit("Amina Khan", "Bea Jones", status=AssignmentStatus.ATTENDED)
        emails = [one.email for one in people_of(visit)]
        own = own_page(people_of(visit)[0])
    cora.get(f"/manage/events/{visit.reference}")
    cora.click("Thank those who were there")
    page = cora.submit("Send thanks", people=["Amina Khan", "Bea Jones"], words="Both of you")
    assert page.banner == "We are emailing your thanks to 2 ambassadors."
    with app.app_context():
        assert sorted(mailed()) == sorted(emails)
        assert {one.signed for one in given()} == {"Cora Example, Worcestershire County Council"}
    assert PageClient(app).get(own).has("Both of you")


def test_the_coordinator_thanks_somebody_for_everything_and_prints_the_card(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        amina = makers.make_ambassador("Amina Khan").id
        bea = makers.make_ambassador("Bea").id
        left = makers.make_ambassador("Gone", status=AmbassadorStatus.LEFT).id
    cora.get(f"/ambassadors/{amina}")
    cora.click("Thank them")
    page = cora.submit("Send thanks", words="For the whole year")
    assert page.h1 == "A card for Amina Khan"
    assert page.has("For the whole year")
    with app.app_context():
        reference = given()[0].reference
    cora.get(f"/ambassadors/{bea}/thanks/{reference}", status=404)
    cora.get(f"/ambassadors/{left}/thank")
    assert cora.submit("Send thanks", words="Thank you", status=422).has("This ambassador has left.")


@ONE
def test_a_card_is_for_whoever_was_thanked(app: Flask, college: PageClient) -> None:
    with app.app_context():
        amina, bea = makers.make_ambassador("Amina"), makers.make_ambassador("Bea")
        db.session.add(
            Thanks(
                reference="TH-2222-2222", ambassador_id=amina.id, source=ThanksFrom.COORDINATOR, signed="Cora",
                words="Well done", thanked_at=clock.now(),
            )
        )  # fmt: skip
        mine, theirs = own_page(amina), own_page(bea)
    assert college.get(f"{mine}/thanks/TH-2222-2222").has("Well done")
    college.get(f"{theirs}/thanks/TH-2222-2222", status=404)
    college.get(f"{mine}/thanks/TH-0000-0000", status=404)


@ONE
def test_another_contacts_link_thanks_nobody(app: Flask, college: PageClient) -> None:
    with app.app_context():
        visit = make_visit(status=AssignmentStatus.ATTENDED)
        event = db.session.get_one(Event, visit.event_id)
        stranger = makers.make_contact()
        assert db.session.scalar(select(func.count()).select_from(Contact)) is not None
        event.contact_id = stranger.id
        db.session.commit()
    assert "Amina" not in college.get(f"{visit.rate}/thank").text
