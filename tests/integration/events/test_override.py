"""A reason to ask somebody all the same is for what the page had shown, and for nothing that came since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador, Away
from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.models import Assignment, Choice, Event, StandIn
from outreach.events.rules import AssignmentStatus, StandInStatus
from outreach.events.rules.bars import BarCode
from outreach.web.door import Actor
from tests import makers
from tests.pages import PageClient
from tests.pages.view import answers

Traces = Callable[[], tuple[int, ...]]
TOLD = "Nothing was sent, as your page did not show this yet. Amina Khan: away on"


def go_away(app: Flask, ambassador_id: int) -> None:
    """She is away on the day of the event, which is in three weeks: she has just said so."""
    with app.app_context():
        day = clock.local(makers.in_days(21)).date()
        db.session.add(Away(ambassador_id=ambassador_id, first_day=day, last_day=day))
        db.session.commit()


@pytest.fixture
def wished(app: Flask) -> tuple[str, int, int]:
    """An event, and Amina who asks for more notice than there is: the event's reference and number, and hers."""
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(21))
        person = makers.make_ambassador("Amina Khan", email="amina@care.example", notice_days=60)
        return event.reference, event.id, person.id


def kept(app: Flask) -> list[str]:
    """What was overridden, by the codes that are kept with the choice."""
    with app.app_context():
        (choice,) = db.session.scalars(select(Choice).where(Choice.override != ""))
        return [line["code"] for line in choice.reasons if line["code"] in {one.value for one in BarCode}]


@pytest.mark.one_database
def test_what_rules_somebody_out_while_the_page_is_open_is_shown_before_it_is_passed_over(
    app: Flask, coordinator: PageClient, wished: tuple[str, int, int], traces: Traces
) -> None:
    reference, _, number = wished
    assert not coordinator.get(f"/manage/events/{reference}/assign/{number}").has("Away on")
    go_away(app, number)
    before = traces()
    typed = {"override": "She offered it", "words": "Do come", "within": "24"}
    page = coordinator.submit("Ask by email", **typed, status=422)
    assert traces() == before
    assert page.has(TOLD)
    assert not page.has("asks for 60. Ask again"), "what had been shown is not told as new"
    assert page.has("The shortlist rules Amina Khan out for 2 reasons")
    sent = answers(page.form("Ask by email"))
    assert {name: sent[name] for name in typed} == {name: [value] for name, value in typed.items()}
    coordinator.submit("Ask by email")
    assert sorted(kept(app)) == ["away", "short_notice"]


@pytest.mark.one_database
def test_the_same_of_a_stand_in(
    app: Flask, coordinator: PageClient, wished: tuple[str, int, int], traces: Traces
) -> None:
    with app.app_context():
        event = db.session.get_one(Event, wished[1])
        row = makers.make_assignment(event, status=AssignmentStatus.DECLINED)
        given = {"name": "Amina", "email": "amina@care.example", "status": StandInStatus.NAMED}
        db.session.add(StandIn(assignment_id=row.id, named_at=clock.now(), **given))
        db.session.get_one(Ambassador, wished[2]).notice_days = None
        db.session.commit()
        path = f"/manage/events/{wished[0]}/ambassadors/{row.id}"
    coordinator.get(f"{path}/stand-in")
    go_away(app, wished[2])
    before = traces()
    page = coordinator.submit("Ask Amina instead", status=422)
    assert page.has(TOLD)
    assert traces() == before
    assert coordinator.submit("Ask Amina instead", status=422).errors == {
        "override": "Enter why you ask them all the same"
    }
    coordinator.submit("Ask Amina instead", override="She is back by noon")
    assert kept(app) == ["away"]


def test_only_what_was_shown_is_passed_over(
    app: Flask, act: Callable[..., Any], cora: Actor, wished: tuple[str, int, int], traces: Traces
) -> None:
    _, event_id, number = wished
    go_away(app, number)

    def ask(*seen: BarCode) -> None:
        opening = db.session.get_one(Event, event_id).openings[0]
        actions.ask_all_the_same(cora, opening, number, override="She offered it", seen=seen)

    before = traces()
    for seen in ((), (BarCode.AWAY,), (BarCode.SHORT_NOTICE, BarCode.FAR)):
        with pytest.raises(Conflict, match="Nothing was sent"):
            act(ask, *seen)
    assert traces() == before
    act(ask, BarCode.SHORT_NOTICE, BarCode.AWAY, BarCode.FAR)
    with app.app_context():
        assert db.session.scalars(select(Assignment.status)).all() == [AssignmentStatus.INVITED]
