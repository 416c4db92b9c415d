"""Employers, as the coordinator keeps them: what hosts are told, whom to ring, and who may read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.actions.employers import edit_employer
from outreach.ambassadors.models import Employer
from outreach.ambassadors.rules import EMPLOYER_CONTACT_KEPT, AmbassadorStatus
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.errors import Conflict, NotAllowed
from outreach.privacy.actions import apply_retention
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SAID = {"assurance": "We check everybody.", "contact_name": "Duty desk", "contact_phone": "01632 960 001"}


@pytest.fixture
def cora(app: Flask) -> PageClient:
    client = PageClient(app)
    with app.app_context():
        makers.sign_in(client.http, makers.make_account(Role.COORDINATOR))
    return client


def meadowbank(**more: str) -> int:
    one = Employer(name="Meadowbank", is_council=False, **more)
    db.session.add(one)
    db.session.commit()
    return one.id


def acts() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "employer")))


def test_what_hosts_are_told_and_whom_to_ring_is_kept(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = meadowbank()
    assert cora.get("/ambassadors").link("Employers") == "/employers"
    page = cora.get("/employers")
    assert page.table("1 employer") == [
        {"Name": "Meadowbank", "Ambassadors": "0", "Hosts are told": "Nothing", "Contact": "Nobody"}
    ]
    cora.click("Meadowbank")
    page = cora.submit("Save", SAID)
    assert page.banner == "Meadowbank has been changed."
    assert page.table("1 employer")[0]["Contact"] == "Duty desk 01632 960 001"
    with app.app_context():
        one = db.session.get_one(Employer, id)
        assert (one.assurance, one.contact_name, one.contact_phone) == tuple(SAID.values())
        assert one.contact_checked_at is not None
        assert one.version == 2
        (entry,) = acts()
        # Codes only: neither the words nor the name.
        assert (entry.action, entry.details) == ("employer.edit", {"assurance": True, "contact": True})


@ONE
def test_a_name_needs_a_number_to_ring(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = meadowbank()
    cora.get(f"/employers/{id}")
    page = cora.submit("Save", SAID | {"contact_phone": ""}, status=422)
    assert page.errors == {"contact_phone": "Enter the telephone number of the contact"}
    page = cora.submit("Save", SAID | {"contact_phone": "ring ring"}, status=422)
    assert page.errors["contact_phone"].startswith("Enter a telephone number, like")
    page = cora.submit("Save", SAID | {"assurance": "x" * 1001}, status=422)
    assert "1,000 characters" in page.errors["assurance"]
    with app.app_context():
        assert db.session.get_one(Employer, id).contact_name == ""
        assert acts() == []
    cora.get(f"/employers/{id}")
    assert cora.submit("Save", {"contact_phone": "01632 960 001"}).banner  # a switchboard has no name


def test_two_at_once_are_told_of_each_other(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = meadowbank()
    cora.get(f"/employers/{id}")
    with app.app_context():
        db.session.get_one(Employer, id).assurance = "Somebody else's"
        db.session.commit()
    page = cora.submit("Save", SAID, status=422)
    assert page.errors[""].startswith("Somebody else has changed this")
    with app.app_context():
        assert db.session.get_one(Employer, id).assurance == "Somebody else's"


@ONE
def test_the_list_finds_by_name_and_by_what_is_missing(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        meadowbank(assurance="Checked")
        makers.make_ambassador(council=False)
        makers.make_ambassador(status=AmbassadorStatus.LEFT)
        makers.make_ambassador(unconfirmed_since=clock.now(), status=AmbassadorStatus.INTERESTED)
    page = cora.get("/employers")
    rows = page.table("3 employers")
    # The council first; who has left or never confirmed is not counted.
    assert (rows[0]["Name"], rows[0]["Ambassadors"]) == (f"{makers.COUNCIL} The council", "0")
    assert {row["Name"]: row["Ambassadors"] for row in rows[1:]} == {makers.PROVIDER: "1", "Meadowbank": "0"}
    assert [row["Name"] for row in cora.get("/employers?words=MEADOW").table("1 employer")] == ["Meadowbank"]
    assert "Meadowbank" not in cora.get("/employers?unassured=yes").main
    assert cora.get("/employers?words=%25").has("No employer fits these filters.")


@ONE
def test_an_ambassadors_record_leads_to_their_employer(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        one = makers.make_ambassador()
        id, employer = one.id, one.employer_id
    page = cora.get(f"/ambassadors/{id}")
    assert page.link("View the employer") == f"/employers/{employer}"
    page = cora.click("View the employer")
    assert "The council itself. 1 ambassador works here." in page.main
    assert "they take the place of what is entered here each time the file is loaded" in page.main


@ONE
def test_only_coordinators_know_of_employers(app: Flask) -> None:
    with app.app_context():
        id = meadowbank(**SAID)
        viewer = makers.make_account(Role.VIEWER)
        client = PageClient(app)
        makers.sign_in(client.http, viewer)
        one = db.session.get_one(Employer, id)
        with pytest.raises(NotAllowed):
            edit_employer(Actor(ActorKind.ACCOUNT, viewer.id, "V", frozenset({Role.VIEWER})), one, **SAID, version="1")
    for path in ("/employers", f"/employers/{id}"):
        assert client.http.get(path).status_code in (403, 404)
        assert PageClient(app).get(path).path.startswith("/sign-in")


def test_an_employer_that_is_not_there_is_not_found(cora: PageClient) -> None:
    cora.get("/employers/2147483647", status=404)
    cora.get("/employers/99999999999999999999", status=404)


@ONE
def test_the_list_asks_as_much_of_the_database_for_one_as_for_twenty(app: Flask, cora: PageClient) -> None:
    def asked() -> int:
        with count_queries(app) as seen:
            cora.get("/employers")
        return len(seen)

    with app.app_context():
        meadowbank()
    asked()  # the first page of a session notes that it was used
    first = asked()
    with app.app_context():
        db.session.add_all(Employer(name=f"Employer {number}", is_council=False) for number in range(20))
        db.session.commit()
    assert asked() == first


def test_a_contact_that_nobody_has_looked_over_for_three_years_is_forgotten(app: Flask) -> None:
    with app.app_context():
        old, fresh = meadowbank(**SAID), makers.employer()
        cora = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))
        edit_employer(cora, fresh, **SAID, version="1")
        long_ago = clock.now() - timedelta(days=EMPLOYER_CONTACT_KEPT + 1)
        db.session.get_one(Employer, old).contact_checked_at = long_ago
        db.session.commit()
        with pytest.raises(Conflict):
            edit_employer(cora, fresh, **SAID, version="1")
        db.session.rollback()
        apply_retention()
        db.session.commit()
        db.session.expire_all()
        forgotten = db.session.get_one(Employer, old)
        assert (forgotten.contact_name, forgotten.contact_phone) == ("", "")
        assert forgotten.assurance == SAID["assurance"]
        assert fresh.contact_name == SAID["contact_name"]
