"""Institutions, sites and contacts on the coordinator's pages."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.accounts.models import LinkToken
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.institutions.models import Contact, Institution, Site
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient, PageView


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR, name="Cora Coordinator"))
    return person


def names(page: PageView) -> list[str]:
    return [row["Name"] for row in page.table("")]


def acts(subject: str) -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == subject)))


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


SCHOOL: dict[str, Any] = {
    "name": "St Dunstan’s School",
    "kind": "School",
    "site_name": "Lower school",
    "address": "1 Invented Road",
    "town": "Evesham",
    "postcode": "wr111aa",
    "district": "Wychavon",
}


def test_an_institution_is_added_to_the_list_with_its_first_site(app: Flask, cora: PageClient) -> None:
    cora.get("/institutions/new")
    page = cora.submit("Add the institution", SCHOOL)
    assert (page.h1, page.banner) == ("St Dunstan’s School", "St Dunstan’s School is on the list.")
    assert page.summary()["Address"] == "1 Invented Road Evesham WR11 1AA"
    assert page.summary()["District"] == "Wychavon"
    assert "No contacts yet" in page.main
    with app.app_context():
        assert db.session.scalars(select(Institution).where(Institution.name == SCHOOL["name"])).one().listed_at
        assert acts("institution") == ["institution.add"]


@pytest.mark.one_database
def test_what_is_missing_is_asked_for(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        before = count(Institution)
    cora.get("/institutions/new")
    assert cora.submit("Add the institution", postcode="nowhere").errors == {
        "name": "Enter the name of the institution",
        "kind": "Select the kind of institution",
        "site_name": "Enter the name of its first site",
        "town": "Enter the town",
        "postcode": "Enter a full UK postcode, like WR5 2NP",
        "district": "Select the district that this site is in",
    }
    with app.app_context():
        assert (count(Institution), acts("institution")) == (before, [])


def test_a_name_known_in_the_district_is_refused(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_institution("ST DUNSTAN’S  SCHOOL", home="wychavon")
    cora.get("/institutions/new")
    page = cora.submit("Add the institution", SCHOOL)
    assert page.errors == {"name": "There is already an institution of this name in Wychavon."}
    # The same name elsewhere is another institution.
    assert cora.submit("Add the institution", district="Redditch").h1 == "St Dunstan’s School"


def test_the_name_and_kind_are_changed(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_institution("Old Name").id
    cora.get(f"/institutions/{id}/edit")
    page = cora.submit("Save", name="New Name", kind="College")
    assert (page.h1, page.summary()["Kind"]) == ("New Name", "College")


@pytest.mark.parametrize("path", ["/institutions/{institution}/edit", "/institutions/sites/{site}"])
def test_a_change_made_meanwhile_is_not_overwritten(app: Flask, cora: PageClient, path: str) -> None:
    with app.app_context():
        made = makers.make_institution("Old Name")
        path = path.format(institution=made.id, site=made.sites[0].id)
    cora.get(path)
    opened = cora.here
    cora.submit("Save", name="Second Name")
    cora.page = opened
    page = cora.submit("Save", {"once": "another-key-of-a-form"}, name="Third Name")
    assert page.errors[""].startswith("Somebody else has changed this since you opened it.")
    assert "Third Name" not in cora.get(f"/institutions/{path.split('/')[2]}", status=None).main


def test_a_rename_to_a_known_name_is_refused(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_institution("Known School")
        id = makers.make_institution("Old Name").id
    cora.get(f"/institutions/{id}/edit")
    assert cora.submit("Save", name="known school").errors.keys() == {"name"}
    # Its own name in other capitals is its own.
    assert cora.submit("Save", name="OLD NAME").h1 == "OLD NAME"


def test_a_site_is_added_and_changed(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_institution("Two Sites").id
    cora.get(f"/institutions/{id}")
    cora.click("Add a site")
    site = {"name": "Main site", "town": "Redditch", "district": "Redditch"}
    assert cora.submit("Add the site", site).errors == {"name": "This institution already has a site of this name."}
    page = cora.submit("Add the site", name="Annexe")
    assert page.banner == "The site has been added."
    cora.click("Change Annexe")
    assert cora.submit("Save", name="Main site").errors.keys() == {"name"}
    page = cora.submit("Save", name="The Annexe", postcode="B98 8AA")
    assert "The Annexe" in page.main
    with app.app_context():
        assert acts("site") == ["site.add", "site.edit"]
        assert db.session.scalars(select(Site).where(Site.name == "The Annexe")).one().postcode == "B98 8AA"


def test_an_institution_that_somebody_named_is_vouched_for(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_institution("New Academy", listed=False).id
    page = cora.get(f"/institutions/{id}")
    assert "nobody has checked that it exists" in page.main
    page = cora.submit("Add to the list")
    assert page.banner == "New Academy is on the list: people who ask for a visit can choose it."
    assert "Add to the list" not in page.buttons()
    assert "already on the list" in cora.post(f"/institutions/{id}/list", status=409).main
    with app.app_context():
        assert acts("institution") == ["institution.list"]


def test_its_requests_are_one_click_away(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        made = makers.make_institution("St Dunstan’s 100% & Co")
        mine, other = makers.make_request(makers.make_contact(made)), makers.make_request()
    cora.get(f"/institutions/{made.id}")
    page = cora.click("Requests from this institution")
    assert mine.reference in page.main
    assert other.reference not in page.main


def test_a_contact_is_added_then_verified(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        id = makers.make_institution("St Dunstan’s").id
    cora.get(f"/institutions/{id}")
    cora.click("Add a contact")
    page = cora.submit(
        "Add the contact", name="Priya Shah", email="Priya@School.example", phone="01905 555 0111", job_title="Head"
    )
    assert page.h1 == "Verify a contact"
    assert "Until then they say “an ambassador”." in page.main
    assert cora.submit("This person is verified").errors == {
        "how": "Select how you checked that this person speaks for the institution"
    }
    page = cora.submit("This person is verified", how="Met in person at the institution")
    assert page.banner == "Priya Shah is verified."
    assert page.summary()["Verified"].startswith("Met in person at the institution")
    assert page.summary()["Verified"].endswith("by Cora Coordinator")
    with app.app_context():
        contact = db.session.scalars(select(Contact)).one()
        assert contact.email == "priya@school.example"
        assert contact.verified_at
        assert acts("contact") == ["contact.add", "contact.verify"]
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.verify"))
        assert entry.details == {"how": "met"}
        id = contact.id
    page = cora.get(f"/institutions/contacts/{id}/verify")
    assert page.h1 == "This contact is verified"
    assert page.buttons() == [button for button in page.buttons() if "verified" not in button]


def test_verifying_twice_is_refused(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        contact = makers.make_contact(verified=False)
    cora.get(f"/institutions/contacts/{contact.id}/verify")
    opened = cora.here
    cora.submit("This person is verified", how="telephoned")
    cora.page = opened
    page = cora.submit("This person is verified", {"once": "another-key-of-a-form"}, how="met")
    assert page.status == 422
    assert page.h1 == "This contact is verified"
    assert page.errors == {"": "This contact has already been verified."}
    with app.app_context():
        assert acts("contact") == ["contact.verify"]


def test_a_new_address_must_be_verified_again(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        contact = makers.make_contact(verified=True)
        makers.link_to(makers.make_request(contact))
    page = cora.get(f"/institutions/contacts/{contact.id}")
    assert "If you change the email address, they must be verified again" in page.main
    # The same address in capitals is the same address.
    page = cora.submit("Save", email=contact.email.upper(), name="Priya Khan")
    assert page.banner == "The contact has been changed."
    with app.app_context():
        assert db.session.get_one(Contact, contact.id).verified_at
        assert db.session.scalars(select(LinkToken)).one().revoked_at is None
    cora.get(f"/institutions/contacts/{contact.id}")
    page = cora.submit("Save", email="other@college.example")
    assert page.banner == "The contact has been changed. Their address is new, so they must be verified again."
    assert "Not verified" in page.summary()["Verified"]
    with app.app_context():
        kept = db.session.get_one(Contact, contact.id)
        assert (kept.name, kept.verified_at, kept.verified_by_id, kept.verified_how) == ("Priya Khan", None, None, None)
        assert db.session.scalars(select(LinkToken)).one().revoked_at


def test_a_taken_address_is_refused(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        taken, contact = makers.make_contact(), makers.make_contact()
        other = makers.make_contact(makers.make_institution())
    words = {"email": "This institution already has a contact with this email address."}
    cora.get(f"/institutions/contacts/{contact.id}")
    assert cora.submit("Save", email=taken.email).errors == words
    with app.app_context():
        assert db.session.get_one(Contact, contact.id).verified_at
        assert acts("contact") == []
    # One person may speak for two institutions.
    assert cora.submit("Save", email=other.email).status == 200
    cora.get(f"/institutions/{contact.institution_id}/contacts/new")
    new = {"name": "P", "email": taken.email, "phone": "01905 555 0111", "job_title": "Head"}
    assert cora.submit("Add the contact", new).errors == words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?unlisted=yes", ["New Academy"]),
        ("?unverified=yes", ["Old Academy"]),
        ("?unverified=yes&unlisted=yes", []),
        ("?district=redditch&kind=school", ["Old Academy"]),
        ("?words=ACADEMY", ["New Academy", "Old Academy"]),
        ("?words=invented+town", ["Old Academy"]),
        ("?words=%25", []),
        ("?kind=castle&district=%00&unlisted=maybe&words=academy", ["New Academy", "Old Academy"]),
    ],
)
def test_filters(app: Flask, cora: PageClient, query: str, expected: list[str]) -> None:
    with app.app_context():
        makers.make_contact(makers.make_institution("New Academy", listed=False))
        makers.make_contact(
            makers.make_institution("Old Academy", home="redditch", town="Invented Town"), verified=False
        )
    page = cora.get(f"/institutions{query}")
    if expected:
        assert names(page) == expected
    else:
        assert "No institution fits these filters." in page.main


@pytest.mark.one_database
def test_the_list_says_what_is_to_do(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        made = makers.make_institution("New Academy", listed=False)
        makers.make_contact(made, verified=False)
        makers.make_contact(made, verified=False)
        makers.make_institution("Old Academy")
    rows = {row["Name"]: row["To do"] for row in cora.get("/institutions?words=academy").table("2 institutions")}
    assert rows == {"New Academy": "Not listed 2 contacts to verify", "Old Academy": "Nothing"}


def test_the_number_of_queries_does_not_grow(app: Flask, cora: PageClient) -> None:
    def queries_of(path: str) -> int:
        with count_queries(app) as seen:
            cora.get(path)
        return len(seen)

    def add(number: int) -> int:
        with app.app_context():
            for _ in range(number):
                made = makers.make_institution("Invented Academy")
                makers.make_contact(made, verified=False)
            return made.id

    def people(id: int, number: int) -> None:
        with app.app_context():
            for _ in range(number):
                makers.make_contact(db.session.get_one(Institution, id))

    id = add(1)
    people(id, 1)
    paths = ["/institutions?words=academy", f"/institutions/{id}"]
    for path in paths:
        cora.get(path)
    before = [queries_of(path) for path in paths]
    add(29)
    people(id, 29)
    assert [queries_of(path) for path in paths] == before


PATHS = [
    "/institutions",
    "/institutions/new",
    "/institutions/{institution}",
    "/institutions/{institution}/edit",
    "/institutions/{institution}/sites/new",
    "/institutions/{institution}/contacts/new",
    "/institutions/sites/{site}",
    "/institutions/contacts/{contact}",
    "/institutions/contacts/{contact}/verify",
]


@pytest.mark.parametrize("path", PATHS[2:])
@pytest.mark.one_database
def test_what_is_not_there_is_not_found(cora: PageClient, path: str) -> None:
    for id in (999_999, 99_999_999_999):
        page = cora.get(path.format(institution=id, site=id, contact=id), status=404)
        assert page.h1 == "Page not found"


@pytest.mark.parametrize("roles", [(), (Role.VIEWER, Role.RECRUITMENT_OFFICER), (Role.ADMINISTRATOR,)])
@pytest.mark.one_database
def test_they_are_the_coordinators(app: Flask, roles: tuple[Role, ...]) -> None:
    person = PageClient(app)
    with app.app_context():
        made = makers.make_institution("Secret School", listed=False)
        contact = makers.make_contact(made, verified=False, name="Priya Shah")
        ids = {"institution": made.id, "site": made.sites[0].id, "contact": contact.id}
        makers.sign_in(person.http, makers.make_account(*roles))
    for path in PATHS:
        page = person.get(path.format(**ids), status=403)
        assert "Priya" not in page.text
        assert "Secret" not in page.text
    person.get("/districts")
    person.post(f"/institutions/{ids['institution']}/list", status=403)
    person.post(f"/institutions/contacts/{ids['contact']}/verify", {"how": "met"}, status=403)
    with app.app_context():
        assert db.session.get_one(Institution, ids["institution"]).listed_at is None
        assert db.session.get_one(Contact, ids["contact"]).verified_at is None


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=1+1", "Zoë 👩‍👩‍👧 “School”", "{{ 7*7 }}", "\u202eloohcS"]
)
@pytest.mark.one_database
def test_odd_names_are_kept_safe(app: Flask, cora: PageClient, name: str) -> None:
    cora.typed.add(name.replace("\u202e", ""))
    with app.app_context():
        made = makers.make_institution()
        makers.make_contact(made, name=name.replace("\u202e", ""), verified=False)
    cora.get(f"/institutions/{made.id}/edit")
    if "{{" in name:
        # The page check takes such words for our own; that they are shown as typed is what matters.
        answer = cora.http.get(f"/institutions/{made.id}")
        assert "{{ 7*7 }}" in answer.get_data(as_text=True)
        return
    page = cora.submit("Save", name=name)
    assert page.h1 == name.replace("\u202e", "")
    assert page.all("script", having=lambda e: (e.text or "") == "alert(1)") == []
