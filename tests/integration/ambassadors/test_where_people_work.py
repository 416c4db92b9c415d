"""The town people work in and what they are qualified as: on the record, on the own page, and through files."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.districts.models import Term
from outreach.districts.rules import Vocabulary
from outreach.web.door import Role
from tests import makers
from tests.kit.own import make_own
from tests.kit.sheets import HEADINGS, as_csv, check, person
from tests.pages import PageClient
from tests.pages.view import choices

WITH_BOTH = (*HEADINGS, "Base", "Qualified as")
ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def cora(app: Flask) -> PageClient:
    client = PageClient(app)
    with app.app_context():
        makers.sign_in(client.http, makers.make_account(Role.COORDINATOR))
    return client


def again(id: int) -> Ambassador:
    return db.session.get_one(Ambassador, id, populate_existing=True)


def codes(ambassador: Ambassador, vocabulary: Vocabulary) -> list[str]:
    return [term.code for term in ambassador.terms if term.vocabulary is vocabulary]


def qualified(*names: str) -> list[Term]:
    return [makers.term(Vocabulary.QUALIFICATION, name) for name in names]


def forget_qualifications() -> None:
    """Make of the county one that has no words for qualifications."""
    for term in db.session.scalars(select(Term).where(Term.vocabulary == Vocabulary.QUALIFICATION)):
        term.offered = False
    db.session.commit()


def test_the_coordinator_keeps_both(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Yusuf", home="wychavon").id
    page = cora.get(f"/ambassadors/{id}")
    assert page.summary()["Town they work in"] == "Not given: travel is counted from Evesham"
    assert page.summary()["Qualified as"] == "Not provided"
    cora.get(f"/ambassadors/{id}/edit")
    page = cora.submit("Save", {"base_town": "Pershore", "qualifications": ["nurse", "social_worker"]})
    assert page.summary()["Town they work in"] == "Pershore"
    assert page.summary()["Qualified as"] == "Nurse Social worker"
    # What the form did not ask anew stays.
    cora.get(f"/ambassadors/{id}/edit")
    page = cora.submit("Save", {"job_title": "Ward sister"})
    assert (page.summary()["Town they work in"], page.summary()["Qualified as"]) == ("Pershore", "Nurse Social worker")
    with app.app_context():
        assert codes(again(id), Vocabulary.ACTIVITY) == ["talk"]


@ONE
def test_towns_are_offered_district_by_district_and_no_others_are_taken(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador(home="worcester").id
    cora.get(f"/ambassadors/{id}/edit")
    offered = choices(cora.here.form("Save"), "base_town")
    assert list(offered)[:3] == ["Not given", "Bromsgrove", "Hagley, Bromsgrove"]
    assert len(offered) == 15
    page = cora.submit("Save", {"base_town": "Atlantis"}, status=422)
    assert set(page.errors) == {"base_town"}
    with app.app_context():
        assert again(id).base_town is None


@ONE
def test_a_town_that_the_county_names_no_longer_stays_with_whoever_has_it(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_ambassador(base_town="Old Town").id
    cora.get(f"/ambassadors/{id}/edit")
    cora.submit("Save", {"job_title": "Cook"})
    with app.app_context():
        assert (again(id).base_town, again(id).job_title) == ("Old Town", "Cook")


@ONE
def test_the_register_is_filtered_by_qualification(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador("Nora Nurse", terms=qualified("nurse"))
        makers.make_ambassador("Sol Social", terms=qualified("social_worker"))
    page = cora.get("/ambassadors?qualification=nurse")
    assert [row["Name"] for row in page.table("1 ambassador")] == ["Nora Nurse"]


def test_they_say_both_on_their_own_page(app: Flask) -> None:
    client = PageClient(app)
    with app.app_context():
        own = make_own(home="malvern-hills", travels_to=["worcester"])
    page = client.get(f"{own.page}/profile")
    assert page.summary()["Town you work in"].startswith("Not said yet")
    page = client.get(f"{own.page}/profile/districts")
    # Their own district stands first.
    assert list(choices(page.form("Save"), "base_town"))[1] == "Malvern, Malvern Hills"
    page = client.submit("Save", {"base_town": "Upton-upon-Severn"})
    assert page.summary()["Town you work in"].startswith("Upton-upon-Severn")
    client.get(f"{own.page}/profile/offers")
    page = client.submit("Save", {"qualifications": ["nursing_associate"]})
    assert page.summary()["Qualified as"].startswith("Nursing associate")
    with app.app_context():
        me = again(own.id)
        assert (me.base_town, [one.slug for one in me.travels_to]) == ("Upton-upon-Severn", ["worcester"])
        assert codes(me, Vocabulary.ACTIVITY) == ["talk"]
    # The town is taken back by choosing none.
    client.get(f"{own.page}/profile/districts")
    client.submit("Save", {"base_town": ""})
    with app.app_context():
        assert again(own.id).base_town is None


@ONE
def test_a_county_without_words_for_qualifications_asks_for_none(app: Flask, cora: PageClient) -> None:
    client = PageClient(app)
    with app.app_context():
        own = make_own()
        forget_qualifications()
    for page in (
        client.get(f"{own.page}/profile/offers"),
        client.get(f"{own.page}/profile"),
        cora.get("/ambassadors/new"),
        cora.get("/ambassadors"),
    ):
        assert not page.has("ualified as")


@ONE
def test_a_word_that_is_no_longer_offered_stays_with_whoever_has_it(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        one = makers.make_ambassador()
        one.terms.extend(qualified("nurse"))
        db.session.commit()
        forget_qualifications()
        id = one.id
    cora.get(f"/ambassadors/{id}/edit")
    assert cora.submit("Save", {"job_title": "Cook"}).summary()["Qualified as"] == "Nurse"


def test_both_go_out_in_a_file_and_come_back_from_one(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        one = makers.make_ambassador("Amina Yusuf", email="amina@care.example", base_town="Malvern")
        one.terms.extend(qualified("nurse", "social_worker"))
        makers.make_ambassador("Ben Held", email="ben@care.example", base_town="Old Town")
        db.session.commit()
        id = one.id
    data = cora.http.get("/ambassadors?file=csv").data
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [(row["Town they work in"], row["Qualifications"]) for row in rows] == [
        ("Malvern", "Nurse; Social worker"),
        ("Old Town", ""),
    ]
    check(cora, data)
    assert [row["Verdict"] for row in cora.here.table("2 rows")] == ["Same", "Same"]

    file = as_csv(
        [
            person(1, base="EVESHAM ", qualified_as="nursing associate"),
            person(2, base="Atlantis", qualified_as=""),
            person(3, base="", qualified_as="Astronaut"),
            person(4, name="Amina Yusuf", email="amina@care.example", base="droitwich spa", qualified_as="Nurse"),
            person(5, name="Ben Held", email="ben@care.example", base="Redditch", qualified_as=""),
        ],
        WITH_BOTH,
    )
    check(cora, file)
    table = cora.here.table("5 rows")
    assert [row["Verdict"] for row in table] == ["New", "Refused", "Refused", "Changed", "Changed"]
    assert table[1]["What changes, or why not"] == "Town they work in: “Atlantis” is not known"
    assert table[2]["What changes, or why not"] == "Qualifications: “Astronaut” is not known"
    assert "Town they work in: Droitwich Spa, before Malvern" in table[3]["What changes, or why not"]
    assert "Qualifications: Nurse, before Nurse; Social worker" in table[3]["What changes, or why not"]
    cora.submit("Import 1 new and 2 changed")
    with app.app_context():
        amina = again(id)
        assert (amina.base_town, codes(amina, Vocabulary.QUALIFICATION)) == ("Droitwich Spa", ["nurse"])
        new = db.session.scalars(select(Ambassador).where(Ambassador.base_town == "Evesham")).one()
        assert codes(new, Vocabulary.QUALIFICATION) == ["nursing_associate"]


def test_a_blank_cell_takes_nothing_away(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        one = makers.make_ambassador("Amina Yusuf", email="amina@care.example", base_town="Malvern")
        one.terms.extend(qualified("nurse"))
        db.session.commit()
        id = one.id
    row = person(1, name="Amina Newname", email="amina@care.example", base="", qualified_as="")
    check(cora, as_csv([row], WITH_BOTH))
    cora.submit("Import 1 changed")
    with app.app_context():
        found = again(id)
        assert (found.name, found.base_town) == ("Amina Newname", "Malvern")
        assert codes(found, Vocabulary.QUALIFICATION) == ["nurse"]
