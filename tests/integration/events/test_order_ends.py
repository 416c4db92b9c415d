"""What cannot be an order of invitations, and what ends one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.models import Event
from outreach.events.rules import AssignmentStatus, EventStatus, OrderStatus, answer_by
from outreach.web.door import Actor, ActorKind
from tests import makers
from tests.kit.clocks import move_to
from tests.kit.ordering import ASKED, COMING, NOT, SAID_NO, SILENT, WAITS, World

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]


# What cannot be an order


@pytest.mark.parametrize(
    ("who", "words"),
    [([], "Choose who to ask"), ([0, 1, 0], "In the order twice: Asha"), ([0, -1], None)],
)
def test_an_order_of_nobody_twice_or_strangers_is_refused(
    world: World, traces: Callable[[], tuple[int, ...]], who: list[int], words: str | None
) -> None:
    before = traces()
    ids = [world.ids[one] if one >= 0 else 999_999 for one in who]
    with pytest.raises(Conflict if words else Exception, match=words):
        world.start(ids)
    assert traces() == before


@pytest.mark.parametrize("status", [AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED])
def test_whoever_is_asked_or_coming_cannot_be_in_an_order(
    world: World, traces: Callable[[], tuple[int, ...]], status: AssignmentStatus
) -> None:
    with world.app.app_context():
        makers.make_assignment(world.event(), db.session.get(Ambassador, world.ids[1]), status=status)
    before = traces()
    with pytest.raises(Conflict, match="Ben Carter is on this event already"):
        world.start()
    assert traces() == before


def test_a_second_order_of_the_same_opening_is_refused_and_shows_the_first(
    world: World, traces: Callable[[], tuple[int, ...]]
) -> None:
    world.start(world.ids[:2])
    before = traces()
    with pytest.raises(Conflict, match="in an order already") as refused:
        world.start(world.ids[2:])
    assert refused.value.ways_out[0][1] == f"/manage/events/{world.reference}#orders"
    assert traces() == before


@pytest.mark.parametrize("which", ["begun", "cancelled", "done"])
def test_an_event_that_has_begun_or_is_closed_takes_no_order(
    world: World, traces: Callable[[], tuple[int, ...]], later: Act, which: str
) -> None:
    with world.app.app_context():
        event = world.event()
        if which == "begun":
            later(event.starts_at - clock.now() + timedelta(seconds=1))
        else:
            event.status = EventStatus(which)
            db.session.commit()
    before = traces()
    with pytest.raises(Conflict):
        world.start()
    assert traces() == before


def test_only_coordinators_order_and_stop(world: World) -> None:
    stranger = Actor(ActorKind.AMBASSADOR, world.ids[0])
    world.start()
    with pytest.raises(Exception, match="Only a coordinator"):
        world.act(lambda: actions.stop_order(stranger, world.order()))


# How it ends


def test_stopped_it_asks_nobody_else_and_who_was_asked_may_still_answer(world: World, letters: Letters) -> None:
    world.start()
    letters()
    for _ in range(2):
        world.act(lambda: actions.stop_order(world.actor, world.order()))
    assert world.states() == [ASKED, NOT, NOT]
    assert letters() == []
    world.decline("Asha")
    assert world.states() == [SAID_NO, NOT, NOT]
    assert world.act(actions.move_orders_on) == 0
    assert world.order_status() is OrderStatus.STOPPED


def test_a_cancelled_event_stops_its_order(world: World, letters: Letters) -> None:
    world.start()
    letters()
    world.act(lambda: actions.cancel_event(world.actor, world.event(), reason=None, words=""))
    assert world.states() == [NOT, NOT, NOT]
    assert [(one.message, one.to) for one in letters()] == [("events/cancelled", world.mailbox("Asha"))]
    assert world.order_status() is OrderStatus.STOPPED


def test_once_the_event_has_begun_the_worker_ends_its_order(world: World, letters: Letters, later: Act) -> None:
    world.start()
    world.accept("Asha")
    letters()
    with world.app.app_context():
        later(world.event().starts_at - clock.now() + timedelta(minutes=1))
    world.act(actions.move_orders_on)
    assert world.states() == [COMING, NOT, NOT]
    assert world.order_status() is OrderStatus.ENDED
    assert letters() == []


def test_moved_it_runs_on_and_those_who_wait_are_judged_at_their_turn(world: World) -> None:
    world.start()
    with world.app.app_context():
        starts = makers.in_days(33)
        makers.make_assignment(makers.make_event(starts=starts), db.session.get(Ambassador, world.ids[1]))
    world.act(
        lambda: actions.move_event(
            world.actor,
            world.event(),
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            place="Elsewhere",
            online=False,
        )
    )
    assert world.states() == [ASKED, WAITS, WAITS]
    with world.app.app_context():
        asked = world.row("Asha")
        assert asked.starts_at == starts
        assert asked.invited_at is not None
        # As everybody who is asked again, and not the order's four hours.
        assert asked.answer_by == answer_by(clock.local(asked.invited_at), clock.local(starts))
    world.decline("Asha")
    assert world.states() == [SAID_NO, NOT, ASKED]


def test_the_worker_asks_whom_nobody_noticed(world: World) -> None:
    world.start()
    with world.app.app_context():
        world.row("Asha").status = AssignmentStatus.DECLINED
        db.session.commit()
    assert world.act(actions.move_orders_on) == 1
    assert world.act(actions.move_orders_on) == 0
    assert world.states() == [SAID_NO, ASKED, WAITS]


def test_an_overnight_event_asks_in_order_too(app: Flask, world: World) -> None:
    """It may be of nobody under 18: else each would need their check seen, and be refused at the start."""
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        event.audience = makers.audience("adult_learners")
        opening = event.openings[0]
        opening.starts_at = event.starts_at = makers.in_days(20, 22)
        opening.ends_at = event.ends_at = makers.in_days(21, 7)
        db.session.commit()
    world.start()
    world.decline("Asha")
    assert world.states() == [SAID_NO, ASKED, WAITS]


def test_whose_time_is_over_makes_room_for_the_next_once_and_its_end_is_told_once(
    world: World, act: Act, letters: Letters, later: Act
) -> None:
    """The worker's two jobs in either order: who was asked as the place became free is not asked again."""
    world.start(answer_hours=4)
    be_late(world, "Asha")
    for job, asha in (
        (actions.move_orders_on, ASKED),
        (actions.lapse_invitations, SILENT),
        (actions.move_orders_on, SILENT),
    ):
        act(job)
        assert world.states() == [asha, ASKED, WAITS]
    found = [one for one in letters() if one.message == "events/invitation"]
    assert [one.to for one in found] == [world.mailbox("Asha"), world.mailbox("Ben")]
    act(lambda: actions.withdraw_assignment(world.actor, world.row("Cara")))
    be_late(world, "Ben")
    act(actions.move_orders_on)
    assert (world.order_status(), letters()) == (OrderStatus.RUNNING, [])
    act(actions.lapse_invitations)
    assert world.order_status() is OrderStatus.ENDED
    assert sorted(one.message for one in letters()) == ["events/lapsed", "events/order_ended"]


def be_late(world: World, name: str) -> None:
    with world.app.app_context():
        due = world.row(name).answer_by
        assert due is not None
        move_to(due + timedelta(minutes=1))
