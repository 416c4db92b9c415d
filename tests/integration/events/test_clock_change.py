"""The hour that comes twice as the clocks go back: no calendar can name it, so no act takes it, however it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.models import Event
from outreach.events.rules import EventDetails
from outreach.web.door import Actor
from tests import makers

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

Act = Callable[..., Any]
HOURS = timedelta(hours=1)
FIRST_PASS, SECOND_PASS = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def details(event: Event, starts_at: datetime, ends_at: datetime) -> EventDetails:
    known = {one.name: getattr(event, one.name) for one in fields(EventDetails)}
    return EventDetails(**known | {"starts_at": starts_at, "ends_at": ends_at})


@pytest.mark.parametrize("twice", [FIRST_PASS, SECOND_PASS], ids=["first pass", "second pass"])
@pytest.mark.parametrize("field", ["starts", "ends"])
def test_hour_that_comes_twice_is_refused_by_the_acts(
    app: Flask, act: Act, cora: Actor, traces: Callable[[], tuple[int, ...]], field: str, twice: datetime
) -> None:
    with app.app_context():
        number = makers.make_event().id
    span = (twice, twice + 3 * HOURS) if field == "starts" else (twice - 3 * HOURS, twice)
    before = traces()

    def plan() -> None:
        actions.plan_event(cora, details(db.session.get_one(Event, number), *span))

    def move() -> None:
        event = db.session.get_one(Event, number)
        actions.move_event(cora, event, starts_at=span[0], ends_at=span[1], place=event.place, online=event.online)

    for refused in (plan, move):
        with pytest.raises(Conflict, match="comes twice") as told:
            act(refused)
        assert told.value.field == field
    assert traces() == before


def test_night_over_the_change_is_planned(app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        number = makers.make_event().id
    span = (FIRST_PASS - HOURS, SECOND_PASS + HOURS)
    act(lambda: actions.plan_event(cora, details(db.session.get_one(Event, number), *span)))
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Event.starts_at == span[0])) == 1
