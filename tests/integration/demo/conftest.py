"""The demo county as the command builds it: once for all tests of a run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from outreach.demo.actions.people import AMBASSADORS
from tests.conftest import SETTINGS, close, create
from tests.kit.databases import Database
from tests.kit.storms import OUTREACH, environment


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def built(request: pytest.FixtureRequest) -> str:
    """A database of its own in which the command has built the county: its address."""
    database: Database = request.getfixturevalue(f"_{request.param}")
    url = database.another()
    made = subprocess.run([OUTREACH, "demo"], env=environment(url, ""), capture_output=True, text=True)
    assert (made.returncode, made.stderr) == (0, "")
    assert f"{AMBASSADORS} ambassadors" in made.stdout
    return url


@pytest.fixture(scope="package")
def county(built: str) -> Iterator[Flask]:
    """The application on it. Tests may add sessions and links, and change nothing else."""
    app = create(replace(SETTINGS, database_url=built, demo=True, smtp_url=""))
    yield app
    close(app)
