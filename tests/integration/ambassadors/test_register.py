"""Registering ambassadors and keeping their records right, on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.ambassadors.models import Ambassador, Employer
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.districts.models import Term
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests import makers
from tests.pages import PageClient

AMINA: dict[str, Any] = {
    "name": "Amina Yusuf",
    "email": "Amina.Yusuf@Care.Example",
    "phone": "01905 555 0123",
    "employer": makers.COUNCIL,
    "job_title": "Senior care worker",
    "role_family": "Direct care",
    "home_district": "Worcester",
    "travels_to": ["Redditch", "Worcester"],
    "activities": ["Talk or presentation", "Mentoring"],
    "audiences": ["Students aged 16 to 18"],
    "status": "Yes, they are ready",
    "notes": "Mondays only.\n\nSpeaks Bengali.",
}
BUTTON = "Register the ambassador"


@pytest.fixture
def cora(app: Flask) -> PageClient:
    """The coordinator, signed in."""
    person = PageClient(app)
    with app.app_context():
        makers.employer()
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora Coordinator"))
    return person


def answers(**changed: Any) -> dict[str, Any]:
    given = AMINA | changed
    status = {"Yes, they are ready": "active", "Not yet": "in_training"}
    return given | {"status": status.get(given["status"], given["status"])}


def acts() -> list[AuditEntry]:
    """What the audit has of ambassadors."""
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "ambassador")))


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_an_ambassador_is_registered_with_everything(app: Flask, cora: PageClient) -> None:
    cora.get("/ambassadors/new")
    page = cora.submit(BUTTON, answers())
    assert page.h1 == "Amina Yusuf"
    assert page.banner == "Amina Yusuf is registered. We are emailing them to say so."
    shown = page.summary()
    assert shown["Email address"] == "amina.yusuf@care.example"
    assert shown["Employer"] == f"{makers.COUNCIL} Council-employed"
    assert shown["Travels to"] == "Redditch"  # their home is not somewhere they travel to
    assert shown["Activities"] == "Talk or presentation Mentoring"
    assert shown["Audiences"] == "Students aged 16 to 18"
    assert shown["Notes"] == "Mondays only. Speaks Bengali."
    assert "Registered by Cora Coordinator" in page.main
    with app.app_context():
        found = db.session.scalars(select(Ambassador)).one()
        assert (found.status, found.version) == (AmbassadorStatus.ACTIVE, 1)
        (entry,) = acts()
        assert (entry.action, entry.subject_id) == ("ambassador.register", found.id)
        assert entry.details == {"status": "active", "district": "worcester"}
        mail = db.session.scalars(select(Mail)).one()
        assert (mail.recipient, mail.message) == ("amina.yusuf@care.example", "ambassadors/registered")
        assert "we email you an invitation" in mail.body
        assert "your telephone number" in mail.body


def test_somebody_in_training_is_told_that_they_are_not_invited_yet(app: Flask, cora: PageClient) -> None:
    cora.get("/ambassadors/new")
    page = cora.submit(BUTTON, answers(status="Not yet", phone=""))
    assert page.main.startswith("Success") or "In training" in page.main
    with app.app_context():
        mail = db.session.scalars(select(Mail)).one()
        assert "While you are in training" in mail.body
        assert "telephone number" not in mail.body


def test_a_new_employer_is_kept_once_whatever_its_capitals(app: Flask, cora: PageClient) -> None:
    for number, name in enumerate(["Été Care", "ÉTÉ CARE"]):
        cora.get("/ambassadors/new")
        page = cora.submit(BUTTON, answers(email=f"a{number}@care.example", employer="", new_employer=name))
        assert page.summary()["Employer"] == "Été Care"
    with app.app_context():
        assert db.session.scalars(select(Employer).where(Employer.is_council.is_(False))).one().name == "Été Care"


@pytest.mark.one_database
def test_every_question_left_out_is_asked_for_beside_itself(app: Flask, cora: PageClient) -> None:
    cora.get("/ambassadors/new")
    page = cora.submit(BUTTON)
    assert page.status == 422
    assert page.errors == {
        "name": "Enter the full name",
        "email": "Enter the work email address",
        "employer": "Select an employer, or enter the name of a new one",
        "job_title": "Enter the job role",
        "role_family": "Select the role family",
        "home_district": "Select the home district",
        "status": "Select whether they can be invited to visits now",
    }
    with app.app_context():
        assert (count(Ambassador), acts(), count(Mail)) == (0, [], 0)


def test_an_address_already_registered_is_refused_and_leaves_nothing(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador(email="amina.yusuf@care.example")
    cora.get("/ambassadors/new")
    page = cora.submit(BUTTON, answers(employer="", new_employer="Brand New Care"))
    assert page.status == 422
    assert page.errors == {"email": "An ambassador with this email address is already registered."}
    with app.app_context():
        assert (count(Ambassador), acts(), count(Mail)) == (1, [], 0)
        assert db.session.scalar(select(Employer).where(Employer.name == "Brand New Care")) is None
    # Everything that was typed is still there.
    page = cora.submit(BUTTON, email="amina2@care.example")
    assert page.summary()["Employer"] == "Brand New Care"
    assert page.summary()["Notes"] == "Mondays only. Speaks Bengali."


def test_somebody_who_left_can_be_registered_again(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador(email="amina.yusuf@care.example", status=AmbassadorStatus.LEFT)
    cora.get("/ambassadors/new")
    assert cora.submit(BUTTON, answers()).h1 == "Amina Yusuf"


def test_the_same_form_sent_twice_registers_once(app: Flask, cora: PageClient) -> None:
    cora.get("/ambassadors/new")
    first = cora.submit(BUTTON, answers())
    again = cora.send_again()
    assert (again.path, again.h1) == (first.path, "Amina Yusuf")
    with app.app_context():
        assert (count(Ambassador), count(Mail)) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"email": "amina@care.example\r\nBcc: all@care.example"}, {"email": "in the correct format"}),
        ({"email": "amina"}, {"email": "in the correct format"}),
        ({"name": "A" * 10_000}, {"name": "must be 100 characters or fewer"}),
        ({"phone": "ring me"}, {"phone": "Enter a telephone number"}),
        ({"new_employer": "Another"}, {"employer": "not both"}),
        ({"notes": "n" * 2001}, {"notes": "must be 2,000 characters or fewer"}),
        ({"status": "left"}, {"status": "Select whether"}),
        ({"home_district": "atlantis"}, {"home_district": "Select the home district"}),
        ({"activities": ["talk", "juggling"]}, {"activities": "Select activities from the list"}),
        ({"role_family": "9" * 5000}, {"role_family": "Select the role family"}),
    ],
)
@pytest.mark.one_database
def test_bad_answers_are_said_beside_their_fields(
    app: Flask, cora: PageClient, changed: dict[str, Any], errors: dict[str, str]
) -> None:
    cora.get("/ambassadors/new")
    page = cora.submit(BUTTON, answers(**changed))
    assert page.status == 422
    assert page.errors.keys() == errors.keys()
    for field, words in errors.items():
        assert words in page.errors[field]
    with app.app_context():
        assert (count(Ambassador), count(Mail)) == (0, 0)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=HYPERLINK(1)", "Zoë 👩‍👩‍👧 O’Hara", "\u202eanimA", "A\r\nB"]
)
@pytest.mark.one_database
def test_odd_names_are_kept_safe_on_every_page(app: Flask, cora: PageClient, name: str) -> None:
    cora.get("/ambassadors/new")
    page = cora.submit(BUTTON, answers(name=name))
    kept = name.replace("\u202e", "").replace("\r\n", " ")
    assert page.h1 == kept
    assert page.all("script", having=lambda e: (e.text or "") == "alert(1)") == []
    assert kept in cora.get("/ambassadors").main
    assert kept in cora.get("/districts/worcester").main
    assert cora.get(f"{page.path}/pause").h1 == f"Pause {kept}"


def test_a_record_is_changed(app: Flask, cora: PageClient) -> None:
    cora.get("/ambassadors/new")
    shown = cora.submit(BUTTON, answers())
    cora.click("Change the record")
    page = cora.submit("Save", name="Amina Khan", travels_to=["Wychavon"], audiences=[], phone=None)
    assert (page.path, page.h1) == (shown.path, "Amina Khan")
    assert page.summary()["Travels to"] == "Wychavon"
    assert page.summary()["Audiences"] == "Not provided"
    assert page.summary()["Telephone"] == "Not provided"
    assert "Details changed by Cora Coordinator" in page.main


def test_a_change_made_meanwhile_is_not_overwritten(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf").id
    cora.get(f"/ambassadors/{id}/edit")
    carl = PageClient(app)
    with app.app_context():
        makers.sign_in(carl.http, makers.make_account(Role.COORDINATOR))
    carl.get(f"/ambassadors/{id}/edit")
    # A change that touches no column of the record itself counts, too.
    carl.submit("Save", activities=["Mentoring"])
    page = cora.submit("Save", name="Amina Khan")
    assert page.status == 422
    assert page.errors[""].startswith("Somebody else has changed this since you opened it.")
    # Sending it again does not force it through.
    assert cora.submit("Save").status == 422
    shown = cora.get(f"/ambassadors/{id}")
    assert shown.h1 == "Amina Yusuf"
    assert shown.summary()["Activities"] == "Mentoring"


@pytest.mark.parametrize("version", ["", "0", "9" * 5000, "x", "1 OR 1=1"])
@pytest.mark.one_database
def test_an_edit_without_its_version_is_refused(app: Flask, cora: PageClient, version: str) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf").id
    cora.get(f"/ambassadors/{id}/edit")
    assert cora.submit("Save", name="Somebody Else", version=version).status == 422
    assert cora.get(f"/ambassadors/{id}").h1 == "Amina Yusuf"


def test_a_taken_address_is_refused_on_editing(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador(email="taken@care.example")
        id = makers.make_ambassador("Amina Yusuf").id
    cora.get(f"/ambassadors/{id}/edit")
    page = cora.submit("Save", email="TAKEN@care.example")
    assert page.errors == {"email": "An ambassador with this email address is already registered."}
    assert cora.submit("Save", email="free@care.example").summary()["Email address"] == "free@care.example"


def test_a_word_no_longer_offered_stays_with_who_has_it(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador(activities=["mentoring"]).id
        db.session.scalars(select(Term).where(Term.code == "mentoring")).one().offered = False
        db.session.commit()
    cora.get(f"/ambassadors/{id}/edit")
    assert cora.submit("Save", name="Amina Khan").summary()["Activities"] == "Mentoring"
    assert "Mentoring" not in cora.get("/ambassadors/new").main


def test_the_record_of_somebody_who_left_is_not_changed(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf", status=AmbassadorStatus.LEFT).id
    assert "Change the record" not in cora.get(f"/ambassadors/{id}").links()
    cora.get(f"/ambassadors/{id}/edit")
    page = cora.submit("Save", name="Somebody Else")
    assert page.errors == {"": "This ambassador has left, so their record is not changed any more."}


@pytest.mark.parametrize("path", ["/ambassadors/999999", "/ambassadors/999999/edit", "/ambassadors/999999/pause"])
@pytest.mark.one_database
def test_who_is_not_there_is_not_found(cora: PageClient, path: str) -> None:
    assert cora.get(path, status=404).h1 == "Page not found"


@pytest.mark.parametrize("path", ["/ambassadors/x", "/ambassadors/99999999999999999999", "/ambassadors/1/promote"])
@pytest.mark.one_database
def test_what_is_no_address_is_not_found(cora: PageClient, path: str) -> None:
    assert cora.get(path, status=404).h1 == "Page not found"


PATHS = ["/ambassadors", "/ambassadors/new", "/ambassadors/{id}", "/ambassadors/{id}/edit", "/ambassadors/{id}/pause"]


@pytest.mark.parametrize("roles", [(), (Role.VIEWER,), (Role.RECRUITMENT_OFFICER,), (Role.ADMINISTRATOR,)])
@pytest.mark.one_database
def test_the_register_is_the_coordinators(app: Flask, roles: tuple[Role, ...]) -> None:
    person = PageClient(app)
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf").id
        makers.sign_in(person.http, makers.make_account(*roles))
    for path in PATHS:
        page = person.get(path.format(id=id), status=403)
        assert "Amina" not in page.text
    person.get("/districts")
    person.post(f"/ambassadors/{id}/pause", status=403)
    with app.app_context():
        assert db.session.get_one(Ambassador, id).status is AmbassadorStatus.ACTIVE


@pytest.mark.one_database
def test_strangers_are_sent_to_sign_in(app: Flask) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf").id
    for path in PATHS:
        answer = app.test_client().get(path.format(id=id))
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in")
