"""What a file changes of somebody is told as what a coordinator changes is."""

from __future__ import annotations

import pytest
from flask import Flask

from outreach.ambassadors.actions.importing import check_rows, import_ambassadors
from outreach.ambassadors.rules.importing import Field, Row, stamp_of
from outreach.db import db
from outreach.events.models import Event
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.counting import count_queries

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))
EMAIL = "amina@care.example"


def take_in(*rows: Row) -> None:
    import_ambassadors(COORDINATOR, rows, stamp_of(check_rows(COORDINATOR, rows)), mail=False)
    db.session.commit()


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        (Field.NAME, "Amina Newname", True),
        (Field.JOB_TITLE, "Registered nurse", True),
        (Field.EMPLOYER, "Hilltop Homecare (invented)", True),
        (Field.PHONE, "01632 960 001", False),
        (Field.LANGUAGES, "polish", False),
    ],
)
def test_calendars_follow_the_words_for_somebody(app: Flask, field: Field, text: str, told: bool) -> None:
    with app.test_request_context():
        event = makers.make_event()
        makers.make_assignment(event, makers.make_ambassador("Amina Held", email=EMAIL))
        other = makers.make_event()
        makers.make_assignment(other)
        before = (event.sequence, other.sequence)
        take_in(Row(2, {Field.EMAIL: EMAIL, field: text}))
        after = tuple(db.session.get_one(Event, one.id, populate_existing=True).sequence for one in (event, other))
        assert after == (before[0] + told, before[1])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_many_new_names_take_as_many_queries_as_a_few(app: Flask) -> None:
    seen = []
    for size in (2, 30):
        with app.test_request_context():
            for number in range(size):
                makers.make_ambassador("Amina Held", email=f"amina{size}.{number}@care.example")
            rows = [
                Row(number, {Field.EMAIL: f"amina{size}.{number}@care.example", Field.NAME: "Amina Newname"})
                for number in range(size)
            ]
            stamp = stamp_of(check_rows(COORDINATOR, rows))
            with count_queries(app) as statements:
                import_ambassadors(COORDINATOR, rows, stamp, mail=False)
            seen.append(len(statements))
            db.session.commit()
    assert seen[1] <= seen[0]
