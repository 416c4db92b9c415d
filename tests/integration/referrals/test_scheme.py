"""Versions of the scheme in both databases."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from outreach import clock
from outreach.db import db
from outreach.errors import NotFound
from outreach.referrals.actions.scheme import load_default_scheme
from outreach.referrals.models import SchemeVersion
from outreach.referrals.queries.scheme import get_version, get_version_in_force, list_published
from outreach.referrals.rules.versions import VersionStatus
from tests.conftest import SETTINGS


def publish(number: int, day: date) -> SchemeVersion:
    """A published version in the database, past the rules of the browser."""
    version = SchemeVersion(
        number=number,
        name=f"Version {number}",
        terms=get_version(1).terms,
        effective_from=day,
        status=VersionStatus.PUBLISHED,
        created_at=clock.now(),
        published_at=clock.now(),
    )
    db.session.add(version)
    db.session.commit()
    return version


def test_version_1_is_in_force_from_the_start(app: Flask) -> None:
    with app.app_context():
        assert get_version_in_force(clock.today()).number == 1
        with pytest.raises(NotFound):
            get_version_in_force(date(2024, 3, 31))
        assert get_version_in_force(date(2024, 4, 1)).read().milestones[0].pence == 25_000


def test_loading_again_changes_nothing(app: Flask) -> None:
    with app.app_context():
        assert load_default_scheme(SETTINGS.scheme_file.read_text(encoding="utf-8")) is None
        assert len(list_published()) == 1


def test_the_version_in_force_is_the_last_one_begun(app: Flask) -> None:
    with app.app_context():
        publish(2, date(2025, 4, 1))
        publish(3, date(2026, 4, 1))
        days = (date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1), date(2099, 1, 1))
        assert [get_version_in_force(day).number for day in days] == [1, 2, 2, 3, 3]


def test_the_database_refuses_two_versions_of_one_day(app: Flask) -> None:
    with app.app_context():
        publish(2, date(2025, 4, 1))
        with pytest.raises(IntegrityError):
            publish(3, date(2025, 4, 1))
        db.session.rollback()


def test_the_database_never_changes_a_published_version(app: Flask) -> None:
    with app.app_context():
        for change in (update(SchemeVersion).values(name="Other"), delete(SchemeVersion)):
            with pytest.raises(DatabaseError, match="never changed"):
                db.session.execute(change)
            db.session.rollback()
        assert get_version(1).name == "Refer a friend, first terms"
