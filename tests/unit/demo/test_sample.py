"""The calendar for trying the import is one that the import takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from outreach import clock
from outreach.demo.actions.sample import college_calendar
from outreach.ical.uploaded import read_upload


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@pytest.mark.parametrize("day", ["2026-03-20", "2026-10-12", "2026-11-22"])
def test_the_college_calendar_shows_what_an_import_can_do(day: str) -> None:
    clock.set_offset(datetime.fromisoformat(f"{day}T12:00:00+00:00") - clock.now())
    upload = read_upload(college_calendar(), clock.now())
    assert upload.private == 1
    assert [one.title for one in upload.entries].count("Careers drop-in") == 4
    assert not any(one.problem for one in upload.entries)
    assert "Meet the tutors of health and social care." in {one.words for one in upload.entries}
