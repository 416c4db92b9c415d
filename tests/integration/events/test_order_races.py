"""Orders of invitations while many act at once: one holds the place, nobody is asked twice, nothing breaks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from outreach import clock
from outreach.db import db
from outreach.events import actions
from outreach.events.actions import turns
from outreach.events.models import Assignment
from outreach.events.rules.cascade import Places, Waiting, advance
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.models import Mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Actor
from outreach.worker import Worker
from tests import makers
from tests.kit.crowding import Crowd, Found
from tests.kit.databases import Database
from tests.kit.ordering import ASKED, COMING, NOT, SAID_NO, SILENT, WAITS, World
from tests.kit.racing import DONE, race, race_without_lock
from tests.kit.smtp import SmtpServer
from tests.kit.unguarded import unguarded

Act = Callable[..., Any]
ROUNDS, ROUNDS_OF_ALL = 5, 20


def invited(app: Flask) -> list[str]:
    """To whom invitations were queued."""
    with app.app_context():
        return sorted(db.session.scalars(select(Mail.recipient).where(Mail.message == "events/invitation")))


@pytest.mark.timeout(900)
def test_sixteen_say_yes_and_no_and_take_off_and_ask_elsewhere_at_once(app: Flask) -> None:
    """Twenty rounds; two hundred in `make bench`."""
    found = Crowd(app).rounds(ROUNDS_OF_ALL)
    assert found.wrong == []
    assert set(found.statuses) <= {303, 409, 422}
    assert found.statuses[303] >= ROUNDS_OF_ALL, "nobody got through"
    assert found.statuses[422], "nobody was refused: nothing was raced"


@pytest.mark.timeout(900)
def test_without_the_guards_the_sixteen_get_in_each_others_way(app: Flask, database: Database) -> None:
    """The control of the rounds above: the same acts, without the constraint, the locks and the versions.

    PostgreSQL has two who hold the place, or one person at two events. SQLite keeps each transaction to what it has
    read, and breaks off whoever was overtaken: all that it can show is that fault, and the next test shows the rest.
    """
    with unguarded(app) as faults:

        def is_lost(found: Found) -> bool:
            if database.name == "sqlite":
                return "database is locked" in faults and found.statuses[500] > 0
            return any("hold 1 places" in one or "times at once" in one for one in found.wrong)

        found = Crowd(app).rounds(ROUNDS_OF_ALL, until=is_lost)
        assert is_lost(found), f"the control shows no race: {found}"
        assert database.name == "postgresql" or found.wrong == []


def test_two_who_say_no_at_once_make_room_for_two(app: Flask, world: World, act: Act) -> None:
    with app.app_context():
        world.ids.append(makers.make_ambassador("Dev Shah").id)
    world.need(2)
    world.start()
    ends = race(app, lambda: world.decline_here("Asha"), lambda: world.decline_here("Ben"))
    assert ends == [DONE, DONE]
    act(actions.move_orders_on)
    assert world.states() == [SAID_NO, SAID_NO, ASKED, ASKED]
    assert len(invited(app)) == len(set(invited(app))) == 4


def test_without_the_lock_two_would_ask_the_same_person(app: Flask, world: World) -> None:
    """The control on both databases: each looks in one transaction and asks in the next, and Ben has two mails."""
    world.start()
    with app.app_context():
        world.row("Asha").status = SAID_NO
        db.session.commit()

    def is_bens_turn() -> bool:
        rows = [one for one in world.order().assignments if one.status is WAITS]
        queue = [Waiting(one.ambassador_id, one.place_in_order or 0) for one in rows]
        return advance(Places(needed=1), queue).ask == (world.ids[1],)

    def ask() -> None:
        asked = {"status": ASKED, "invited_at": clock.now(), "answer_by": clock.now()}
        db.session.execute(update(Assignment).where(Assignment.ambassador_id == world.ids[1]).values(asked))
        to = Recipient(RecipientKind.AMBASSADOR, world.ids[1], "Ben", "ben@care.example")
        queue_mail(to, "events/invitation", event=world.event(), assignment=world.row("Ben"), words="", link="")

    assert race_without_lock(app, (is_bens_turn, ask), (is_bens_turn, ask)) == [True, True]
    assert len(invited(app)) == len(set(invited(app))) + 1, "the control shows no race"


def test_two_orders_that_want_the_same_people_at_one_time(app: Flask, act: Act, cora: Actor) -> None:
    """Both go on at once, each with the people of the other in its queue: no deadlock, and nobody is held twice."""
    for number in range(ROUNDS):
        one = World(app, act, cora, starts=makers.in_days(30 + number))
        other = World(app, act, cora, starts=makers.in_days(30 + number))
        one.start([*one.ids[:1], *other.ids[1:], *one.ids[1:]])
        other.start([*other.ids[:1], *one.ids[1:], *other.ids[1:]])
        ends = race(app, lambda w=one: w.decline_here("Asha"), lambda w=other: w.decline_here("Asha"))
        assert ends == [DONE, DONE]
        act(actions.move_orders_on)
        with app.app_context():
            holders = [
                [row.ambassador_id for row in w.event().assignments if row.status is ASKED] for w in (one, other)
            ]
            assert [len(found) for found in holders] == [1, 1]
            assert holders[0] != holders[1]


def test_whoever_is_locked_by_somebody_else_keeps_their_turn(
    app: Flask, world: World, database: Database, act: Act
) -> None:
    """While somebody changes Ben’s record, a no of Asha’s does not wait for it: the worker asks Ben soon after.

    On SQLite one writer excludes all others, so that nobody is ever found locked.
    """
    world.start()
    locked, answered = threading.Event(), threading.Event()

    def change_record() -> None:
        with app.test_request_context():
            assert turns.lock_free_ambassadors({world.ids[1]}) == {world.ids[1]}
            locked.set()
            answered.wait(20)
            db.session.rollback()

    beside = threading.Thread(target=change_record)
    beside.start()
    assert locked.wait(20)
    world.decline("Asha")
    answered.set()
    beside.join(20)
    waiting = database.name == "postgresql"
    assert world.states() == [SAID_NO, WAITS if waiting else ASKED, WAITS]
    assert act(actions.move_orders_on) == (1 if waiting else 0)
    assert world.states() == [SAID_NO, ASKED, WAITS]


def test_the_worker_and_a_click_at_once(app: Flask, act: Act, cora: Actor, later: Act) -> None:
    """A yes in the minute in which the invitation lapses: one of the two counts, and the next is asked or is not."""
    for number in range(ROUNDS):
        world = World(app, act, cora, starts=makers.in_days(20 + number))
        world.start()
        with app.app_context():
            row = world.row("Asha")
            row.answer_by = row.invited_at
            db.session.commit()
        yes, lapsed = race(app, lambda w=world: w.accept_here("Asha"), actions.lapse_invitations)
        assert lapsed == DONE
        act(actions.move_orders_on)
        assert world.states() in ([COMING, WAITS, WAITS], [SILENT, ASKED, WAITS])
        assert (yes == DONE) is (world.states()[0] is COMING)
    assert len(invited(app)) == len(set(invited(app)))


def test_two_workers_at_once(app: Flask, world: World, later: Act, smtp_server: SmtpServer) -> None:
    world.start()
    later(timedelta(days=2))
    race_of = [threading.Thread(target=Worker(app).run_once) for _ in range(2)]
    for one in race_of:
        one.start()
    for one in race_of:
        one.join(60)
    Worker(app).run_once()
    assert world.states() == [SILENT, ASKED, WAITS]
    for name in ("Asha", "Ben"):
        subjects = [one.subject.split(":")[0] for one in smtp_server.to(world.mailbox(name))]
        assert len(subjects) == len(set(subjects)), "somebody had two mails for one thing"


def test_two_orders_of_one_opening_at_once_one_runs(app: Flask, act: Act, cora: Actor) -> None:
    for number in range(ROUNDS):
        world = World(app, act, cora, starts=makers.in_days(20 + number))

        def start(w: World = world) -> None:
            actions.start_order(cora, w.event().openings[0], w.ids, answer_hours=4)

        ends = race(app, start, start)
        assert sorted(one == DONE for one in ends) == [False, True]
        assert "in an order already" in next(one for one in ends if one != DONE)
        assert world.states() == [ASKED, WAITS, WAITS]


def test_stopping_beside_a_no(app: Flask, act: Act, cora: Actor) -> None:
    for number in range(ROUNDS):
        world = World(app, act, cora, starts=makers.in_days(20 + number))
        world.start()
        ends = race(
            app,
            lambda w=world: w.decline_here("Asha"),
            lambda w=world: actions.stop_order(cora, w.order()),
        )
        assert ends == [DONE, DONE]
        assert world.states() in ([SAID_NO, ASKED, NOT], [SAID_NO, NOT, NOT])


@pytest.mark.parametrize("at", ["SAVEPOINT", "INSERT INTO mail", "UPDATE invitation_order"])
def test_a_no_that_breaks_off_in_the_middle_leaves_everything_as_it_was(
    app: Flask, act: Act, world: World, traces: Callable[[], tuple[int, ...]], at: str
) -> None:
    """As a kill does: nothing of the transaction stands, and the next attempt does all of it."""
    world.start(world.ids[:1] if at.startswith("UPDATE") else world.ids)
    before, states = traces(), world.states_of_all()

    def break_off(_c: Any, _cursor: Any, statement: str, _p: Any, _x: Any, _m: bool) -> None:
        if statement.startswith(at):
            raise KeyboardInterrupt

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", break_off)
    try:
        with pytest.raises(KeyboardInterrupt):
            act(world.decline_here, "Asha")
    finally:
        event.remove(engine, "before_cursor_execute", break_off)
    assert (traces(), world.states_of_all()) == (before, states)
    world.decline("Asha")
    assert world.states_of_all()[0] is SAID_NO
