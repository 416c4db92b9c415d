"""What the promise board costs beside a bare page of the layout, and how that grows with people; and an import."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, AmbassadorDistrict, Away, ReadinessItem, WeeklyFree
from outreach.ambassadors.queries import list_requirements
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.districts.queries import list_districts
from outreach.districts.rules import Vocabulary
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.databases import Database
from tests.kit.sheets import as_csv, check, person
from tests.pages import PageClient

ROUNDS = 15
NATIONAL = 361  # ambassadors active nationally in two years
MOST_TIMES_A_BARE_PAGE = 4
GROWS = 10


def fill(app: Flask, people: int) -> None:
    """Council employees all over the county, so many in all: ready, most with a pattern, days away and neighbours."""
    with app.app_context():
        there = db.session.scalar(select(func.count()).select_from(Ambassador)) or 0
        districts = [one.id for one in list_districts()]
        council, role = makers.employer().id, makers.term(Vocabulary.ROLE_FAMILY, "direct_care").id
        today, now = clock.today(), clock.now()
        numbers = range(there + 1, people + 1)
        begun = {"employer_id": council, "job_title": "Nurse", "role_family_id": role, "notes": "", "version": 1}
        begun |= {"status": AmbassadorStatus.ACTIVE, "registered_at": now, "status_since": now}
        homes = {number: districts[number % len(districts)] for number in numbers}
        rows = [
            {"id": n, "name": f"Person {n}", "email": f"p{n}@county.example", "home_district_id": homes[n]} | begun
            for n in numbers
        ]
        db.session.execute(insert(Ambassador), rows)
        items = [
            {
                "ambassador_id": n,
                "requirement_id": one.id,
                "done_on": today,
                "expires_on": today + timedelta(days=7 + n % 700) if one.months_valid else None,
                "recorded_at": now,
            }
            for n in numbers
            for one in list_requirements()
            if one.required
        ]
        db.session.execute(insert(ReadinessItem), items)
        free = [
            {"ambassador_id": n, "weekday": day, "part": part}
            for n in numbers
            if n % 4
            for day in range(n % 5 + 1)
            for part in (PartOfDay.MORNING, PartOfDay.AFTERNOON)
        ]
        db.session.execute(insert(WeeklyFree), free)
        away = [
            {"ambassador_id": n, "first_day": first, "last_day": first + timedelta(days=13)}
            for n in numbers
            if n % 3 == 0
            for first in (today + timedelta(days=n % 80),)
        ]
        db.session.execute(insert(Away), away)
        near = [{"ambassador_id": n, "district_id": districts[(n + 1) % len(districts)]} for n in numbers if n % 2]
        db.session.execute(insert(AmbassadorDistrict), near)
        db.session.commit()


def cost(person: PageClient, path: str) -> float:
    """Milliseconds of this process for one drawing of a page: the median, after one that warms it up."""
    assert person.http.get(path).status_code == 200
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        assert person.http.get(path).status_code == 200
        taken.append((time.process_time() - began) * 1000)
    return median(taken)


@pytest.fixture
def cora(app: Flask) -> PageClient:
    client = PageClient(app)
    with app.app_context():
        makers.sign_in(client.http, makers.make_account(Role.COORDINATOR))
    return client


def test_the_board_beside_a_bare_page(
    app: Flask, cora: PageClient, database: Database, tell: Callable[[str], None]
) -> None:
    bare, costs, queries = {}, {}, {}
    for people in (NATIONAL, NATIONAL * 10):
        fill(app, people)
        cora.get("/board")
        with count_queries(app) as seen:
            cora.get("/board")
        queries[people] = len(seen)
        # One after the other in the same run, so that both have the same machine.
        bare[people], costs[people] = cost(cora, "/cookies"), cost(cora, "/board")
        tell(
            f"\n{database.name}: {people} ambassadors: board {costs[people]:.1f} ms, bare page {bare[people]:.1f} ms, "
            f"{costs[people] / bare[people]:.1f} times; {queries[people]} queries"
        )
    few, many = costs[NATIONAL], costs[NATIONAL * 10]
    tell(f"ten times the people: {many / few:.1f} times the cost")
    assert queries[NATIONAL] == queries[NATIONAL * 10]
    assert few <= MOST_TIMES_A_BARE_PAGE * bare[NATIONAL]
    assert many <= GROWS * few


def test_an_import_of_three_thousand(
    app: Flask, cora: PageClient, database: Database, tell: Callable[[str], None]
) -> None:
    file = as_csv([person(number, activities="talk; mentoring") for number in range(3_000)])
    began = time.process_time()
    check(cora, file)
    looked = time.process_time()
    cora.submit("Import 3,000 new")
    done = time.process_time()
    tell(f"\n{database.name}: 3,000 rows: verdicts in {looked - began:.1f} s, taken in in {done - looked:.1f} s")
    assert done - began < 10
