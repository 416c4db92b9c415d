"""A second, invented county: its own tiles and words, and no page that mentions the first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import DEFAULT_COUNTY
from outreach.ambassadors.actions import load_employer, load_requirements
from outreach.ambassadors.models import Employer
from outreach.db import db
from outreach.districts.actions import load_reference
from outreach.districts.models import District, Term, TravelTime
from outreach.districts.queries import (
    find_school_term,
    get_county,
    get_term,
    list_districts,
    list_school_terms,
    list_terms,
    list_towns,
    travel_minutes,
)
from outreach.districts.rules import Vocabulary, minutes_between, read_county
from outreach.institutions.actions import load_institutions
from outreach.institutions.models import Institution, Site
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient
from tests.pages.view import classes, words

FENMARCH = Path(__file__).with_name("fenmarch.toml").read_text(encoding="utf-8")
OTHER = DEFAULT_COUNTY.read_text(encoding="utf-8")


def load(text: str) -> None:
    found = read_county(text)
    load_reference(found)
    load_institutions(found)
    load_employer(found)
    load_requirements(found)
    db.session.commit()


@pytest.fixture
def fenmarch(app: Flask) -> Flask:
    """An installation that has only ever known the invented county."""
    with app.app_context():
        for table in (Site, Institution, Term, District):
            db.session.execute(table.__table__.delete())  # type: ignore[attr-defined]
        db.session.commit()
        load(FENMARCH)
    return app


def test_its_districts_terms_and_employer_are_its_own(fenmarch: Flask) -> None:
    with fenmarch.app_context():
        assert (get_county().name, get_county().scheme) == ("Fenmarch", "Care Heroes")
        assert [district.name for district in list_districts()] == ["Lower Fen", "Saltmarsh", "The Holms", "Upper Fen"]
        assert [term.label for term in list_terms(Vocabulary.ACTIVITY)] == ["Tea and a chat", "Market stall"]
        assert get_term(Vocabulary.AUDIENCE, "scouts").under_18
        assert db.session.scalars(select(Employer)).one().is_council


@pytest.mark.one_database
def test_its_tiles(fenmarch: Flask) -> None:
    page = PageClient(fenmarch).get("/districts")
    assert "0 of 4 districts have a council-employed ambassador." in page.main
    assert "Fenmarch Borough Council has committed to at least 4 council-employed ambassadors" in page.main
    places = page.all("li", having=lambda e: "app-tiles__place" in classes(e))
    found = {words(place).split(" 0 ")[0]: sorted(classes(place))[1:] for place in places}
    assert found == {
        "Upper Fen": ["app-tiles__place--c1", "app-tiles__place--r1"],
        "Saltmarsh": ["app-tiles__place--c2", "app-tiles__place--r1"],
        "Lower Fen": ["app-tiles__place--c1", "app-tiles__place--r2"],
        "The Holms": ["app-tiles__place--c2", "app-tiles__place--r2"],
    }


@pytest.mark.one_database
def test_an_ambassador_is_registered_in_its_words(fenmarch: Flask) -> None:
    person = PageClient(fenmarch)
    with fenmarch.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR))
    person.get("/ambassadors/new")
    page = person.submit(
        "Register the ambassador",
        {"status": "active"},
        name="Nell Reed",
        email="nell@fenmarch.example",
        employer="Fenmarch Borough Council",
        job_title="Carer",
        role_family="Carers of every kind",
        home_district="Saltmarsh",
        activities=["Market stall"],
        audiences=["Scouts and guides"],
    )
    assert page.summary()["Activities"] == "Market stall"
    assert "1 of 4 districts has a council-employed ambassador." in person.get("/districts").main
    with fenmarch.app_context():
        mail = db.session.scalars(select(Mail)).one()
        assert "Care Heroes" in mail.subject
        assert mail.body.rstrip().endswith("heroes@fenmarch.example or 01632 960 001")


PUBLIC = ["/", "/districts", "/districts/saltmarsh", "/visits", "/events", "/calendars", "/sign-in", "/refer"]
PUBLIC += ["/accessibility", "/privacy", "/cookies", "/no-such-page"]
STAFF = ["/ambassadors", "/ambassadors/new", "/institutions", "/institutions/new", "/requests", "/manage/events"]
STAFF += ["/manage/events/new", "/work", "/account", "/refer", "/mails", "/accounts", "/audit", "/districts/saltmarsh"]


@pytest.mark.parametrize("staff", [False, True])
@pytest.mark.one_database
def test_no_page_mentions_the_first_county(fenmarch: Flask, staff: bool) -> None:
    first = read_county(OTHER)
    names = {first.county.name, first.county.scheme, first.county.strap_line, first.county.contact_email}
    names |= {district.name for district in first.districts}
    person = PageClient(fenmarch)
    if staff:
        with fenmarch.app_context():
            makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, Role.ADMINISTRATOR))
    for path in STAFF if staff else PUBLIC:
        page = person.get(path, status=None)
        assert page.status in ((200, 404) if path == "/no-such-page" else (200,)), path
        body = page.response.get_data(as_text=True)
        assert "Fenmarch Borough Council" in body, path
        assert [name for name in names if name in body] == [], path


def test_loading_a_file_again_changes_nothing(app: Flask) -> None:
    def all_rows() -> list[object]:
        found: list[object] = [tuple(row) for row in db.session.execute(select(*Term.__table__.c).order_by(Term.id))]
        found += [tuple(map(str, row)) for row in db.session.execute(select(*District.__table__.c))]
        return found + [tuple(row) for row in db.session.execute(select(Site.id, Site.version).order_by(Site.id))]

    with app.app_context():
        load(OTHER)
        before = all_rows()
        load(OTHER)
        assert all_rows() == before


def test_a_word_that_a_file_drops_is_no_longer_offered_but_still_known(app: Flask) -> None:
    with app.app_context():
        load(OTHER.replace('code = "mentoring"\nlabel = "Mentoring"', 'code = "walking"\nlabel = "Walking"'))
        offered = [term.code for term in list_terms(Vocabulary.ACTIVITY)]
        assert "walking" in offered
        assert "mentoring" not in offered
        assert get_term(Vocabulary.ACTIVITY, "mentoring").label == "Mentoring"


def test_districts_may_change_places_on_the_map(app: Flask) -> None:
    with app.app_context():
        load(
            OTHER.replace("column = 1", "column = 9")
            .replace("column = 3", "column = 1")
            .replace("column = 9", "column = 3")
        )
        assert {district.slug: district.column for district in list_districts()}["wyre-forest"] == 3


TRAVEL = '[travel.Mere]\nSluice = 25\n[travel.Sluice]\n"Reedham Cross" = 30\n'
SCHOOL = """
[[school_term]]
name = "Eels"
first_day = 2026-09-01
last_day = 2026-12-18
[[school_term]]
name = "Reeds"
first_day = 2027-01-04
last_day = 2027-03-25
"""


def test_travel_and_school_terms_are_the_files_and_no_others(fenmarch: Flask) -> None:
    with fenmarch.app_context():
        assert (travel_minutes(), list_school_terms()) == ({}, [])
        for _ in range(2):  # loaded twice, it stands once
            load(FENMARCH + TRAVEL + SCHOOL)
            assert db.session.scalar(select(func.count()).select_from(TravelTime)) == 2
            assert [one.name for one in list_school_terms()] == ["Eels", "Reeds"]
        minutes = travel_minutes()
        assert minutes["mere", "sluice"] == minutes["sluice", "mere"] == 25
        assert (minutes["mere", "mere"], minutes_between(minutes, "Mere", "Reedham Cross")) == (0, None)
        term = find_school_term(date(2026, 12, 18))
        assert term is not None
        assert term.name == "Eels"
        assert find_school_term(date(2026, 12, 19)) is None

        # A pair named from its other end is the same pair; what is no longer named goes.
        eels = SCHOOL.partition('[[school_term]]\nname = "Reeds"')[0]
        load(FENMARCH + "[travel.Sluice]\nMere = 20\n" + eels)
        assert travel_minutes()["mere", "sluice"] == 20
        assert ("sluice", "reedham cross") not in travel_minutes()
        assert [one.name for one in list_school_terms()] == ["Eels"]


def test_towns_are_listed_district_by_district(fenmarch: Flask) -> None:
    with fenmarch.app_context():
        towns = ["Sluice", "Saltmarsh Quay", "Great Holm", "Little Holm", "Reedham Cross", "Mere"]
        assert list_towns() == towns


def test_travel_times_are_one_query(fenmarch: Flask) -> None:
    with fenmarch.app_context():
        load(FENMARCH + TRAVEL)
        with count_queries(fenmarch) as statements:
            travel_minutes()
    assert len(statements) == 1


def test_the_file_is_right_about_the_council_where_it_says_something(fenmarch: Flask) -> None:
    said = 'assurance = "Boats checked."\ncontact_name = "The ferryman"\ncontact_phone = "01632 960 002"\n'
    with_words = FENMARCH.replace("[employer]\n", f"[employer]\n{said}")
    with fenmarch.app_context():
        council = db.session.scalars(select(Employer).where(Employer.is_council)).one()
        council.assurance, council.contact_name = "Typed by a coordinator", "Typed, too"
        db.session.commit()
        load(FENMARCH)  # says nothing about them
        assert (council.assurance, council.contact_name) == ("Typed by a coordinator", "Typed, too")
        assert council.contact_checked_at is None
        load(with_words)
        assert (council.assurance, council.contact_name) == ("Boats checked.", "The ferryman")
        assert council.contact_phone == "01632 960 002"
        assert council.contact_checked_at is not None
