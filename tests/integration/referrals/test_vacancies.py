"""What roles are open: the list that recruitment keeps, and who is shown it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.referrals.models import Vacancy
from outreach.web.door import Role
from tests.kit.counting import count_queries
from tests.kit.referring import count_rows, get_link, officer, signed_in
from tests.pages import PageClient

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ROLE = {"role": "Night care worker", "hours": "30 hours a week", "link": "https://jobs.county.example/1"}


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def add(person: PageClient, **changed: object) -> None:
    person.get("/vacancies/new")
    person.submit("Add the role", ROLE | changed)


def test_referrers_and_friends_see_the_roles_until_their_last_day(app: Flask) -> None:
    recruiter, referrer = officer(app), signed_in(app, name="Jo Referrer")
    path = get_link(referrer)
    assert not PageClient(app).get(path).has("Night care worker")
    add(recruiter, district="worcester", closes_on=clock.today() + timedelta(days=2))
    for page in (referrer.get("/refer"), PageClient(app).get(path)):
        assert page.links()["Night care worker"] == "https://jobs.county.example/1"
        assert page.has("30 hours a week, Worcester")
    clock.set_offset(timedelta(days=3))
    assert not PageClient(app).get(path).has("Night care worker")


def test_a_role_is_changed_and_removed(app: Flask) -> None:
    recruiter, other = officer(app), officer(app, "Olga Other")
    add(recruiter)
    recruiter.click("Night care worker")
    other.get(recruiter.here.path)
    assert recruiter.submit("Save", hours="16 hours a week").banner == "The role is changed."
    assert "Somebody else has changed this" in other.submit("Save", hours="20 hours", status=422).errors[""]
    assert recruiter.get("/vacancies").has("16 hours a week")
    recruiter.submit("Remove Night care worker")
    assert count_rows(app, Vacancy) == {"vacancy": 0}


@one_database
def test_only_recruitment_keeps_the_list(app: Flask) -> None:
    add(officer(app))
    for person in (signed_in(app, Role.COORDINATOR), signed_in(app, Role.VIEWER), signed_in(app)):
        for path in ("/vacancies", "/vacancies/new", "/vacancies/1"):
            person.get(path, status=403)
    officer(app).get("/vacancies/99999", status=404)


@one_database
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("link", "javascript:alert(1)", "Enter a web address that begins with https://"),
        ("link", "data:text/html,x", "Enter a web address that begins with https://"),
        ("link", "https://", "Enter a web address that begins with https://"),
        ("link", "https://someone:secret@jobs.example/", "Enter a web address that begins with https://"),
        ("link", "https://[jobs.example", "Enter a web address that begins with https://"),
        ("link", "https://jobs.example/" + "x" * 600, "The link must be 500 characters or fewer"),
        ("role", "", "Enter the role"),
        ("role", "x" * 10_000, "The role must be 120 characters or fewer"),
        ("hours", "", "Enter the hours"),
        ("closes_on", clock.today() - timedelta(days=1), "The last day must be today or in the future"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(app: Flask, field: str, value: object, words: str) -> None:
    recruiter = officer(app)
    recruiter.get("/vacancies/new")
    recruiter.submit("Add the role", ROLE | {field: value}, status=422)
    assert recruiter.here.errors[field].startswith(words)
    assert count_rows(app, Vacancy) == {"vacancy": 0}


@one_database
def test_the_list_takes_as_many_queries_for_twenty_as_for_one(app: Flask) -> None:
    recruiter = officer(app)
    add(recruiter, district="worcester")
    recruiter.get("/vacancies")
    with count_queries(app) as few:
        recruiter.get("/vacancies")
    for number in range(20):
        add(recruiter, role=f"Role {number}", district="wychavon" if number % 2 else "worcester")
    with count_queries(app) as many:
        recruiter.get("/vacancies")
    assert len(many) == len(few)
