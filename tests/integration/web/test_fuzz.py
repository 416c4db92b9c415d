"""Nothing that is sent to any page is a fault of ours, and nothing that is only read changes a row."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.db import Base, db
from tests.conftest import SETTINGS, close, create
from tests.kit.databases import Database
from tests.kit.fuzzing import ROLES, Fuzzer
from tests.kit.storms import OUTREACH, environment

INPUTS = 500
# Marks and counters, which a page that is only read may leave; and the sessions, whose last use is noted.
MARKS = {"session", "rate_hit", "submission", "draft", "job_run", "feed_fetch"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application in earnest, on a database of its own with the demo county in it."""
    database: Database = request.getfixturevalue(f"_{request.param}")
    url = database.another()
    subprocess.run([OUTREACH, "demo", "--seed", "5"], env=environment(url, ""), check=True, capture_output=True)
    app = create(replace(SETTINGS, database_url=url))
    yield app
    close(app)


def rows(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        return {
            table.name: [repr(row) for row in db.session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if table.name not in MARKS
        }


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # what a page writes does not go by the database
def test_reading_changes_no_row(app: Flask) -> None:
    fuzzer = Fuzzer(app)
    before = rows(app)
    chance = random.Random(1)
    opened = set()
    for rule in fuzzer.rules:
        if "GET" not in (rule.methods or ()):
            continue
        for role in ROLES:
            response = fuzzer.clients[role].get(fuzzer.path_of(rule, chance, true=True))
            assert response.status_code < 500, f"{rule} as {role}"
            if response.status_code == 200:
                opened.add(rule.endpoint)
    assert rows(app) == before
    assert len(opened) > 40, "too few pages were opened for this to mean much"


def test_hostile_input_is_never_a_fault(app: Flask) -> None:
    fuzzer = Fuzzer(app)
    statuses = set()
    for number in range(INPUTS):
        attack, status = fuzzer.attack(number)
        assert status < 500, str(attack)
        statuses.add(status)
    assert {200, 303, 403, 404, 422} <= statuses
