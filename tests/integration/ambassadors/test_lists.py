"""The list of ambassadors, the tiles of the districts, and a district's page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient, PageView
from tests.pages.view import classes, words


@pytest.fixture
def cora(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR))
    return person


def names(page: PageView) -> list[str]:
    """The names in the page's one table."""
    return [row["Name"] for row in page.table("")]


def tiles(page: PageView) -> dict[str, str]:
    """The words of each tile after its district's name."""
    found = page.all("a", having=lambda e: "app-tile" in classes(e))
    return {words(a[0]): " ".join(words(part) for part in a[1:]) for a in found}


def test_an_empty_register_says_what_to_do(cora: PageClient) -> None:
    page = cora.get("/ambassadors")
    assert "No ambassadors yet" in page.main
    assert cora.click("Register an ambassador").h1 == "Register an ambassador"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Amina", "Ben", "Carol", "Dev"]),
        ("?status=left", ["Eve"]),
        ("?status=in_training", ["Carol"]),
        ("?district=redditch", ["Ben"]),
        ("?employed_by=council", ["Amina", "Carol", "Dev"]),
        ("?employed_by=others", ["Ben"]),
        ("?activity=mentoring", ["Amina"]),
        ("?activity=mentoring&audience=job_seekers", []),
        ("?audience=job_seekers", ["Dev"]),
        ("?role_family=direct_care&district=redditch", ["Ben"]),
        ("?role_family=management", []),
        ("?words=AMIN", ["Amina"]),
        ("?words=riverside", ["Ben"]),
        ("?words=dev%40odd.example", ["Dev"]),
        ("?words=100%25", []),
        ("?words=_", []),
        ("?words=%27+OR+1%3D1+--", []),
        ("?language=polish", ["Ben"]),
        ("?language=polish&district=worcester", []),
        # What is no answer is no filter.
        ("?district=atlantis&status=king&activity=x&employed_by=%00", ["Amina", "Ben", "Carol", "Dev"]),
        ("?page=99999999999999999999", ["Amina", "Ben", "Carol", "Dev"]),
        (f"?words={'a' * 5000}", ["Amina", "Ben", "Carol", "Dev"]),
    ],
)
def test_filters(app: Flask, cora: PageClient, query: str, expected: list[str]) -> None:
    with app.app_context():
        makers.make_ambassador("Amina", activities=["talk", "mentoring"])
        ben = makers.make_ambassador("Ben", home="redditch", council=False)
        ben.terms.append(makers.term(Vocabulary.LANGUAGE, "polish"))
        db.session.commit()
        makers.make_ambassador("Carol", status=AmbassadorStatus.IN_TRAINING)
        makers.make_ambassador("Dev", email="dev@odd.example", audiences=["job_seekers"])
        makers.make_ambassador("Eve", status=AmbassadorStatus.LEFT)
    page = cora.get(f"/ambassadors{query}")
    if expected:
        assert names(page) == expected
        assert f"{len(expected)} ambassador" in page.main
    else:
        assert "No ambassador fits these filters." in page.main
        assert page.link("Clear filters") == "/ambassadors"


def test_a_long_list_is_in_pages_that_keep_the_filters(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        for number in range(27):
            makers.make_ambassador(f"Person {number:02}", home="redditch")
    page = cora.get("/ambassadors?district=redditch")
    assert "27 ambassadors" in page.main
    assert len(names(page)) == 25
    page = cora.click("Next")
    assert names(page) == ["Person 25", "Person 26"]
    assert "district=redditch" in page.link("Previous")


@pytest.mark.parametrize("path", ["/ambassadors", "/districts", "/districts/worcester"])
def test_the_number_of_queries_does_not_grow(app: Flask, cora: PageClient, path: str) -> None:
    def queries_of(path: str) -> int:
        with count_queries(app) as seen:
            cora.get(path)
        return len(seen)

    def add(number: int) -> None:
        with app.app_context():
            for one in range(number):
                employer = makers.employer(f"Employer {number} {one}")
                makers.make_ambassador(travels_to=["redditch", "wychavon"], employer=employer)
                makers.make_ambassador(home="wychavon", travels_to=["worcester"], employer=employer)

    add(1)
    cora.get(path)  # what is remembered within the process is remembered by now
    one = queries_of(path)
    add(29)
    assert queries_of(path) == one


def test_the_tiles_say_how_many_and_how_covered(app: Flask) -> None:
    with app.app_context():
        makers.make_ambassador("Amina Yusuf")
        makers.make_ambassador("Ben Carter", council=False)
        makers.make_ambassador(home="redditch", council=False)
        makers.make_ambassador(home="wychavon", travels_to=["malvern-hills", "redditch"])
        makers.make_ambassador(home="bromsgrove", status=AmbassadorStatus.PAUSED)
        makers.make_ambassador(home="wyre-forest", travels_to=["bromsgrove"], council=False)
    page = PageClient(app).get("/districts")
    assert page.h1 == "Ambassadors by district"
    assert "2 of 6 districts have a council-employed ambassador." in page.main
    assert "at least 6 council-employed ambassadors, one in every district. There are 2 now." in page.main
    # From the top left, as on the map.
    assert tiles(page) == {
        "Wyre Forest": "1 active No council-employed ambassador yet",
        "Bromsgrove": "0 active No ambassador yet",
        "Redditch": "1 active No council-employed ambassador yet: covered by a neighbour",
        "Malvern Hills": "0 active No ambassador yet: covered by a neighbour",
        "Worcester": "2 active 1 council-employed",
        "Wychavon": "1 active 1 council-employed",
    }
    states = {words(a[0]): a.get("class", "") for a in page.all("a", having=lambda e: "app-tile" in classes(e))}
    assert {name for name, state in states.items() if "app-tile--good" in state} == {"Worcester", "Wychavon"}
    assert {name for name, state in states.items() if "app-tile--low" in state} == {"Redditch", "Malvern Hills"}


def test_tiles_of_nobody(app: Flask) -> None:
    page = PageClient(app).get("/districts")
    assert "0 of 6 districts have a council-employed ambassador." in page.main
    assert set(tiles(page).values()) == {"0 active No ambassador yet"}


def test_tiles_when_every_district_is_covered(app: Flask) -> None:
    with app.app_context():
        for slug in ("wyre-forest", "bromsgrove", "redditch", "malvern-hills", "worcester", "wychavon"):
            makers.make_ambassador(home=slug)
    page = PageClient(app).get("/districts")
    assert "Every district has a council-employed ambassador." in page.main


def _stranger(app: Flask) -> PageClient:
    return PageClient(app)


def _viewer(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.VIEWER, Role.RECRUITMENT_OFFICER, Role.ADMINISTRATOR))
    return person


@pytest.mark.parametrize("who", [_stranger, _viewer])
def test_a_district_names_nobody_to_the_public_or_to_viewers(app: Flask, who: Callable[[Flask], PageClient]) -> None:
    with app.app_context():
        makers.make_ambassador("Amina Yusuf", email="amina@care.example")
        makers.make_ambassador("Ben Carter", home="wychavon", travels_to=["worcester"])
    person = who(app)
    person.get("/districts")
    page = person.click("Worcester 1 active")
    assert page.path == "/districts/worcester"
    assert "1 active ambassador works here, employed by the council." in page.main
    assert "1 council-employed ambassador from a neighbouring district travels here." in page.main
    assert page.link("Ask for a visit")
    body = page.response.get_data(as_text=True)
    for name in ("Amina", "Yusuf", "Ben Carter", "amina@care.example", "/ambassadors/"):
        assert name not in body


def test_a_district_names_its_people_to_a_coordinator(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador("Amina Yusuf")
        makers.make_ambassador("Ben Carter", council=False)
        makers.make_ambassador("Carol Reed", home="wychavon", travels_to=["worcester"])
        makers.make_ambassador("Dev Paused", status=AmbassadorStatus.PAUSED)
    page = cora.get("/districts/worcester")
    assert "2 active ambassadors work here, 1 of them employed by the council." in page.main
    assert [row["Name"] for row in page.table("Ambassadors who work in Worcester")] == ["Amina Yusuf", "Ben Carter"]
    assert [row["Home district"] for row in page.table("Ambassadors who travel here")] == ["Wychavon"]
    assert "Dev" not in page.main


def test_a_district_of_nobody_leads_to_registering_somebody(app: Flask, cora: PageClient) -> None:
    assert "No ambassador yet works here." in cora.get("/districts/bromsgrove").main
    cora.click("Register somebody who works in Bromsgrove")
    held = cora.here.one("input", having=lambda e: e.get("value") == "bromsgrove" and e.get("type") == "radio")
    assert "checked" in held.attrib


@pytest.mark.parametrize("slug", ["atlantis", "Worcester", "county", "x" * 3000, "%00", "..%2f"])
@pytest.mark.one_database
def test_no_such_district(app: Flask, slug: str) -> None:
    assert PageClient(app).get(f"/districts/{slug}", status=404).h1 == "Page not found"
