"""Joining, as people do it in tests: the public journey, and the links in the mails."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import select

from outreach.ambassadors.actions import AmbassadorDetails, Application, apply_to_join
from outreach.ambassadors.models import Ambassador, ManagerAgreement
from outreach.ambassadors.queries import find_not_left
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.outbox.models import Mail
from outreach.web.door import PUBLIC
from tests.makers import activity, audience, district, term
from tests.pages import PageClient

APPLICANT = "amina@care.example"
MANAGER = "meg@care.example"
ANSWERS: dict[str, dict[str, Any]] = {
    "contact": {"name": "Amina Yusuf", "email": APPLICANT, "phone": "01905 555 0133"},
    "employer": {"new_employer": "Hilltop Homecare (invented)"},
    "job": {"job_title": "Senior care worker", "role_family": "direct_care"},
    "district": {"home_district": "worcester"},
    "travels": {"travels_to": ["wychavon"]},
    "activities": {"activities": ["talk"]},
    "audiences": {"audiences": ["students_16_to_18"]},
    "languages": {"languages": ["english", "polish"]},
    "manager": {"manager_name": "Meg Manager", "manager_email": MANAGER},
    "story": {"story": "I love it."},
}


def fill_in(person: PageClient, **changed: dict[str, Any]) -> None:
    """Answer every question of the journey and stand at 'Check your answers'."""
    person.get("/join")
    person.click("Start now")
    for step, answers in ANSWERS.items():
        assert person.here.path == f"/join/{step}"
        person.submit("Continue", **(answers | changed.get(step, {})))
    assert person.here.path == "/join/check"


def apply(app: Flask, **changed: str) -> None:
    """Somebody applies; quicker than by the pages, and otherwise the same."""
    said = {name: value for answers in ANSWERS.values() for name, value in answers.items()} | changed
    with app.test_request_context():
        details = AmbassadorDetails(
            name=said["name"],
            email=said["email"],
            phone=said["phone"],
            employer=said["new_employer"],
            job_title=said["job_title"],
            role_family=term(Vocabulary.ROLE_FAMILY, said["role_family"]),
            home_district=district(said["home_district"]),
            travels_to=[district(slug) for slug in said["travels_to"]],
            terms=[activity(), audience(), *(term(Vocabulary.LANGUAGE, code) for code in said["languages"])],
            notes="",
        )
        apply_to_join(PUBLIC, Application(details, said["story"], said["manager_name"], said["manager_email"]))
        db.session.commit()


def apply_by_pages(app: Flask, **changed: dict[str, Any]) -> PageClient:
    """Somebody applies, with a browser of their own."""
    person = PageClient(app)
    fill_in(person, **changed)
    person.submit("Send application")
    assert person.here.h1 == "Now look at your email"
    return person


def mails_to(app: Flask, email: str) -> list[tuple[str, str]]:
    """The message and the body of each mail to an address, oldest first."""
    with app.app_context():
        found = db.session.execute(select(Mail.message, Mail.body).where(Mail.recipient == email).order_by(Mail.id))
        return [(message, body) for message, body in found]


def link_to(app: Flask, email: str, message: str) -> str:
    """The path of the private link in the newest mail of this kind."""
    body = [body for kind, body in mails_to(app, email) if kind == f"ambassadors/{message}"][-1]
    found = re.search(r"https?://[^/\s]+(/(?:ambassador|manager)/\S+)", body)
    assert found, body
    return found[1]


def confirm(app: Flask, email: str = APPLICANT) -> PageClient:
    """The applicant opens the link in their mail and confirms."""
    person = PageClient(app)
    person.get(link_to(app, email, "confirm"))
    person.submit("Confirm")
    return person


def open_as_manager(app: Flask, email: str = MANAGER) -> PageClient:
    person = PageClient(app)
    person.get(link_to(app, email, "manager_asked"))
    return person


def agree(app: Flask, email: str = MANAGER) -> PageClient:
    person = open_as_manager(app, email)
    person.submit("Send your answer", answer="agree", hours="4", backfill="yes")
    return person


def applicant(email: str = APPLICANT) -> Ambassador:
    found = find_not_left(email)
    assert found is not None
    return found


def agreements() -> list[tuple[str, str]]:
    """Who was asked and what they said, oldest first."""
    rows = db.session.scalars(select(ManagerAgreement).order_by(ManagerAgreement.id))
    return [(one.manager_email, one.status.value) for one in rows]
