"""Ambassadors from a file: the verdicts, taking them in, and nothing else."""

from __future__ import annotations

import io
import random
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, Employer
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.sheets import tidy_control
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.sheets import as_csv, check, person, upload
from tests.pages import PageClient


@pytest.fixture
def cora(app: Flask) -> PageClient:
    client = PageClient(app)
    with app.app_context():
        makers.sign_in(client.http, makers.make_account(Role.COORDINATOR))
    return client


def counts(client: PageClient) -> dict[str, str]:
    """How many rows have which verdict."""
    return {key: " ".join(value.split()[:2]) for key, value in client.here.summary().items()}


def count(app: Flask, what: type = Ambassador) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(what)) or 0


def find(app: Flask, email: str) -> Ambassador:
    with app.app_context():
        found = db.session.scalars(select(Ambassador).where(Ambassador.email == email)).one()
        _ = (found.employer.is_council, found.home_district.name, found.travels_to, found.terms, found.role_family)
        return found


def test_rows_are_judged_and_taken_in_and_the_second_time_nothing_changes(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador("Amina Held", email="amina@care.example", travels_to=["redditch"])
    file = as_csv(
        [
            person(1, activities="talk; Mentoring"),
            person(2, organisation="worcestershire county council"),
            person(3, name="Amina Newname", email="AMINA@care.example", activities="", telephone="01632 960 001"),
            person(4, district="Atlantis"),
        ]
    )
    check(cora, file)
    assert counts(cora) == {"New": "2 rows", "Changed": "1 row", "Same": "0 rows", "Refused": "1 row"}
    table = cora.here.table("4 rows")
    assert [row["Verdict"] for row in table] == ["New", "New", "Changed", "Refused"]
    assert "Telephone number: 01632 960 001" in table[2]["What changes, or why not"]
    assert table[3]["What changes, or why not"] == "Home district: “Atlantis” is not known"
    assert count(app) == 1

    cora.submit("Import 2 new and 1 changed")
    assert cora.here.h1 == "Ambassadors"
    assert cora.here.banner == "2 ambassadors added and 1 changed."
    assert count(app, Mail) == 0
    one, two, held = (
        find(app, email)
        for email in ("imported1@association.example", "imported2@association.example", "amina@care.example")
    )
    assert {term.code for term in one.terms} == {"talk", "mentoring"}
    assert (one.status, one.employer.name, one.employer.is_council) == (
        AmbassadorStatus.IN_TRAINING,
        "Fernlea Care (invented)",
        False,
    )
    assert two.employer.is_council
    # What the file leaves blank stays as it was.
    assert (held.name, held.phone, held.status) == ("Amina Newname", "01632 960 001", AmbassadorStatus.ACTIVE)
    assert [district.slug for district in held.travels_to] == ["redditch"]
    assert {term.code for term in held.terms} == {"talk", "students_16_to_18"}
    with app.app_context():
        acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("ambassador.")))
        assert sorted(acts) == ["ambassador.import", "ambassador.import", "ambassador.import_change"]

    check(cora, file)
    assert counts(cora) == {"New": "0 rows", "Changed": "0 rows", "Same": "3 rows", "Refused": "1 row"}
    assert "There is nothing to import" in cora.here.main
    versions = held.version
    assert find(app, "amina@care.example").version == versions


def test_an_edit_that_was_open_meanwhile_is_told(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        held = makers.make_ambassador("Amina Held", email="amina@care.example")
    other = PageClient(app)
    with app.app_context():
        makers.sign_in(other.http, makers.make_account(Role.COORDINATOR))
    other.get(f"/ambassadors/{held.id}/edit")
    check(cora, as_csv([person(1, email="amina@care.example")]))
    cora.submit("Import 1 changed")
    other.submit("Save", name="Amina Lost", status=422)
    assert find(app, "amina@care.example").name == "Imported Person 1"


def test_what_changed_since_the_page_was_opened_is_looked_at_again(app: Flask, cora: PageClient) -> None:
    check(cora, as_csv([person(1), person(2)]))
    with app.app_context():
        makers.make_ambassador("Somebody Else", email="imported1@association.example")
    cora.submit("Import 2 new", status=422)
    assert "The register has changed" in cora.here.main
    assert (count(app), count(app, Employer)) == (1, 1)
    cora.submit("Import 1 new and 1 changed")
    assert count(app) == 2


def test_new_people_are_mailed_only_when_ticked(app: Flask, cora: PageClient) -> None:
    check(cora, as_csv([person(1), person(2)]))
    cora.submit("Import 2 new", mail=["yes"])
    with app.app_context():
        assert sorted(db.session.scalars(select(Mail.recipient))) == [
            "imported1@association.example",
            "imported2@association.example",
        ]


def test_an_application_nobody_confirmed_keeps_nobody_out(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador(
            "Typed By Anybody",
            email="imported1@association.example",
            status=AmbassadorStatus.INTERESTED,
            unconfirmed_since=clock.now(),
        )
    check(cora, as_csv([person(1)]))
    cora.submit("Import 1 new")
    assert find(app, "imported1@association.example").name == "Imported Person 1"


def test_somebody_who_has_left_can_come_back(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador("Was Here", email="imported1@association.example", status=AmbassadorStatus.LEFT)
    check(cora, as_csv([person(1)]))
    cora.submit("Import 1 new")
    assert count(app) == 2


def test_first_and_last_names_and_only_some_columns(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador("Amina Held", email="amina@care.example")
    file = as_csv(
        [["Yusuf", "Amina", "amina@care.example"], ["New", "Nobody", "n@care.example"]],
        ("Surname", "First name", "E-mail"),
    )
    check(cora, file)
    assert "No column gives the employer, job role, role family, home district" in cora.here.main
    assert cora.here.table("2 rows")[1]["What changes, or why not"].startswith("Not given: Employer")
    cora.submit("Import 1 changed")
    assert find(app, "amina@care.example").name == "Amina Yusuf"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_columns_must_make_sense(cora: PageClient) -> None:
    upload(cora, as_csv([person(1)]))
    cora.get("/ambassadors/import/columns")
    cora.submit("See what becomes", column_1="", status=422)
    assert cora.here.errors["column_0"] == "Select which column holds the email address"
    cora.submit("See what becomes", column_1="email", column_2="email", status=422)
    assert cora.here.errors["column_2"] == "Email address is chosen for two columns"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "must not be empty"),
        (b"\r\n\r\n", "must not be empty"),
        (b"Name,Email\r\n", "must have a row for each ambassador"),
        (b"PK\x03\x04\x14\x00", "must be a CSV"),
        (b"Name,Email\r\n" + b"x,y\r\n" * 50_000, "5,000 rows or fewer"),
        (as_csv([["x"] * 61], ["x"] * 61), "60 columns or fewer"),
        (b'Name,Email\r\n"' + b"x" * 200_000, "quotation mark"),
    ],
    ids=["nothing", "blank", "headings", "workbook", "50,000 rows", "61 columns", "open quote"],
)
def test_what_is_no_such_file_is_said(app: Flask, cora: PageClient, data: bytes, said: str) -> None:
    page = upload(cora, data, status=422)
    assert page is not None
    assert said in page.errors["file"]
    assert cora.get("/ambassadors/import/columns").h1 == "Import ambassadors from a file"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_too_large_for_any_form_is_refused_as_such(cora: PageClient) -> None:
    """A county of 50,000 rows: it is told by its length, before any of it is read."""
    answer = cora.http.post(
        "/ambassadors/import",
        input_stream=io.BytesIO(),
        environ_overrides={"CONTENT_LENGTH": str(len(as_csv([person(1)])) * 50_000)},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "The file or text is larger than the service takes" in answer.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/ambassadors/import", "/ambassadors/import/columns", "/ambassadors/import/check"])
def test_only_the_coordinator_imports(app: Flask, path: str) -> None:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.VIEWER, Role.RECRUITMENT_OFFICER))
    assert person.get(path, status=None).status in (403, 404)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_verdicts_are_in_pages_that_a_filter_narrows(app: Flask, cora: PageClient) -> None:
    file = as_csv([person(number) for number in range(60)] + [person(60, district="Atlantis")])
    check(cora, file)
    assert len(cora.here.table("61 rows")) == 50
    cora.get("/ambassadors/import/check?show=refused")
    assert [row["Row"] for row in cora.here.table("1 row")] == ["62"]
    answer = cora.http.get("/ambassadors/import/check?show=refused&file=csv")
    assert answer.mimetype == "text/csv"
    assert "Atlantis" in answer.text
    assert "imported59" not in answer.text


def test_the_number_of_queries_does_not_grow_with_the_file(app: Flask, cora: PageClient) -> None:
    seen = []
    for size in (2, 40):
        check(cora, as_csv([person(number + 100 * size) for number in range(size)]))
        with count_queries(app) as statements:
            cora.submit(f"Import {size} new")
        seen.append(len(statements))
    # The second finds its employer there.
    assert seen[1] <= seen[0]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_is_in_a_file_no_page_breaks(app: Flask, cora: PageClient) -> None:
    """Bytes of every kind, and texts that are bad for pages, for SQL and for mails, under headings that are known."""
    dice = random.Random(5)
    hostile = [
        "<script>alert(1)</script>",
        "'; DROP TABLE ambassador; --",
        "a\r\nBcc: x@y.example",
        "\u202eevil",
        "\x00\x01",
    ]
    hostile += ["9" * 5_000, "👩‍👩‍👧‍👦", "=cmd|' /C calc'!A0", "{{ 7*7 }}", "31/02/2026", "x\uffff", "ß" * 3_000]
    rows = [row for number, text in enumerate(hostile, start=500)
            for row in (person(number, name=text), person(number + 50, **{"job title": text}), [text] * 8)]  # fmt: skip
    files = [b"Name,Email\r\n" * (number % 2) + dice.randbytes(300) for number in range(6)] + [as_csv(rows)]
    ended = set()
    cora.get("/ambassadors/import")
    token = cora.here.all("input", having=lambda e: e.get("name") == "csrf_token")[0].get("value")
    for data in files:
        sent = {"csrf_token": token, "file": (io.BytesIO(data), "x.csv")}
        status = cora.http.post("/ambassadors/import", data=sent, content_type="multipart/form-data").status_code
        if status == 303:
            columns = cora.http.get("/ambassadors/import/columns").text
            answers = {"csrf_token": token} | dict(
                re.findall(r'<select[^>]*name="(column_\d+)".*?value="(\w+)" selected', columns, re.DOTALL)
            )
            status = cora.http.post("/ambassadors/import/columns", data=answers).status_code
            page = cora.http.get("/ambassadors/import/check", follow_redirects=True)
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            stamp = re.search(r'name="stamp" value="(\w+)"', page.text)
            if stamp:
                taken = {"csrf_token": token, "stamp": stamp[1], "mail": "yes"}
                status = cora.http.post("/ambassadors/import/check", data=taken).status_code
        ended.add(status)
    assert ended <= {303, 422}
    assert count(app) >= len(hostile)
    with app.app_context():
        names = db.session.scalars(select(Ambassador.name)).all()
    assert [name for name in names if tidy_control(name) != name or "\u202e" in name] == []
