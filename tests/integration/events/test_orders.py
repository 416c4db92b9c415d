"""Orders of invitations: who is asked when, who is passed over, and what ends them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus, AmbassadorStopped
from outreach.app import JOBS
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.events import actions, queries
from outreach.events.models import Assignment, Choice, InvitationOrder, Opening
from outreach.events.rules import ChoiceWay, OrderStatus
from outreach.events.rules.children import UNSUPERVISED
from outreach.web.door import Role
from outreach.web.facts import emit
from tests import makers
from tests.kit.ordering import ASKED, COMING, CORA, NAMES, NOT, SAID_NO, SILENT, WAITS, World

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]


def test_the_worker_moves_orders_on() -> None:
    assert actions.move_orders_on in {job for _, _, job in JOBS}


def test_the_first_is_asked_and_the_others_are_told_nothing(world: World, letters: Letters) -> None:
    world.start()
    assert world.states() == [ASKED, WAITS, WAITS]
    (mail,) = letters()
    assert (mail.message, mail.to) == ("events/invitation", world.mailbox("Asha"))
    with world.app.app_context():
        found = world.row("Asha")
        assert found.answer_by is not None
        assert found.invited_at is not None
        assert found.answer_by - found.invited_at >= timedelta(hours=4)
        ways = db.session.scalars(select(Choice.way)).all()
        assert list(ways) == [ChoiceWay.ORDER] * 3
        assert [one.position for one in db.session.scalars(select(Choice).order_by(Choice.id))] == [1, 2, 3]


def test_a_no_asks_the_next_in_the_same_transaction(world: World, letters: Letters) -> None:
    world.start()
    letters()
    world.decline("Asha")
    assert world.states() == [SAID_NO, ASKED, WAITS]
    # The coordinators hear nothing: it goes on by itself.
    assert [(one.message, one.to) for one in letters()] == [
        ("events/answered_no", world.mailbox("Asha")),
        ("events/invitation", world.mailbox("Ben")),
    ]


def test_silence_asks_the_next(world: World, letters: Letters, later: Act) -> None:
    world.start()
    letters()
    later(timedelta(days=1))
    assert world.act(actions.lapse_invitations) == 1
    assert world.states() == [SILENT, ASKED, WAITS]
    assert sorted(one.message for one in letters()) == ["events/invitation", "events/lapsed"]


def test_filled_it_rests_and_a_yes_that_is_taken_back_sets_it_going_again(world: World, letters: Letters) -> None:
    world.start()
    world.accept("Asha")
    assert world.states() == [COMING, WAITS, WAITS]
    assert world.act(actions.move_orders_on) == 0
    letters()
    world.decline("Asha")
    assert world.states() == [NOT, ASKED, WAITS]
    found = {one.message: one for one in letters()}
    told = found["events/cannot_come"]
    assert "You do not need to do anything" in told.body
    assert f"Asked now: {NAMES[1]}" in told.body


def test_a_coordinator_who_takes_somebody_off_sets_it_going_again(world: World) -> None:
    world.start()
    world.accept("Asha")
    world.act(lambda: actions.withdraw_assignment(world.actor, world.row("Asha")))
    assert world.states() == [NOT, ASKED, WAITS]


def test_one_more_place_is_filled_at_once(world: World) -> None:
    world.start()
    world.need(2)
    assert world.states() == [ASKED, ASKED, WAITS]
    world.need(1)
    assert world.states() == [ASKED, ASKED, WAITS]
    world.decline("Asha")
    # Ben holds the one place that there is now.
    assert world.states() == [SAID_NO, ASKED, WAITS]


def test_somebody_asked_beside_the_order_holds_a_place(world: World) -> None:
    with world.app.app_context():
        other = makers.make_ambassador("Dev").id
    world.act(lambda: actions.invite_ambassadors(world.actor, world.event(), [other]))
    world.start()
    assert world.states() == [WAITS, WAITS, WAITS]
    world.act(lambda: actions.withdraw_assignment(world.actor, world.row_of(other)))
    assert world.states() == [ASKED, WAITS, WAITS]


def test_when_nobody_is_left_the_coordinators_get_one_mail_that_says_who_said_what(
    world: World, letters: Letters, later: Act
) -> None:
    with world.app.app_context():
        makers.make_account(Role.COORDINATOR, email="second@county.example")
    world.start()
    world.decline("Asha", words="My mother is ill")
    later(timedelta(days=2))
    world.act(actions.lapse_invitations)
    world.decline("Cara")
    assert world.states() == [SAID_NO, SILENT, SAID_NO]
    found = [one for one in letters() if one.to.endswith("@county.example")]
    assert [(one.message, one.to) for one in found] == [
        ("events/order_ended", CORA),
        ("events/order_ended", "second@county.example"),
    ]
    assert found[0].subject.startswith("Action needed: nobody is left in the order for ")
    assert f"{NAMES[0]} said no" in found[0].body
    assert "My mother is ill" in found[0].body
    assert f"{NAMES[1]} did not answer in time" in found[0].body
    assert world.order_status() is OrderStatus.ENDED
    assert world.act(actions.move_orders_on) == 0
    assert letters() == []


def test_a_change_of_mind_counts_only_while_the_place_is_offered_to_nobody(world: World) -> None:
    world.start()
    world.decline("Asha")
    with pytest.raises(Conflict, match="has been asked"):
        world.accept("Asha")
    world.decline("Ben")
    world.decline("Cara")
    world.accept("Asha")
    assert world.states() == [COMING, SAID_NO, SAID_NO]


def test_who_offers_a_place_again_is_not_asked_twice(world: World) -> None:
    """A second order may have the same people again; within one, nobody is asked twice."""
    world.start()
    for one in ("Asha", "Ben", "Cara"):
        world.decline(one)
    with world.app.app_context():
        said = [one.said for one in db.session.scalars(select(Assignment))]
        assert said == ["", "", ""]
    world.start()
    assert world.states() == [ASKED, WAITS, WAITS]
    with world.app.app_context():
        assert len(db.session.scalars(select(InvitationOrder)).all()) == 2
        assert len(queries.list_orders(world.event())) == 2


# When their turn comes


def test_whoever_is_busy_by_then_is_passed_over_with_the_code(world: World) -> None:
    world.start()
    with world.app.app_context():
        event = world.event()
        makers.make_assignment(makers.make_event(starts=event.starts_at), db.session.get(Ambassador, world.ids[1]))
    world.decline("Asha")
    assert world.states() == [SAID_NO, NOT, ASKED]
    with world.app.app_context():
        assert [one.skipped for one in (world.row("Ben"), world.row("Cara"))] == ["busy", None]
        skips = select(AuditEntry.details).where(AuditEntry.action == "assignment.skip")
        assert [one["code"] for one in db.session.scalars(skips)] == ["busy"]


def test_whoever_is_not_ready_by_then_is_passed_over(world: World) -> None:
    world.start()
    with world.app.app_context():
        db.session.get_one(Ambassador, world.ids[1]).status = AmbassadorStatus.PAUSED
        db.session.commit()
    world.decline("Asha")
    assert world.states() == [SAID_NO, NOT, ASKED]
    with world.app.app_context():
        assert world.row("Ben").skipped == "not_ready"


def test_whoever_stops_while_they_wait_leaves_the_order(world: World, letters: Letters) -> None:
    world.start()
    letters()
    world.act(emit, AmbassadorStopped(world.ids[1], "has left"))
    assert world.states() == [ASKED, NOT, WAITS]
    assert letters() == []  # they were told nothing, and are told nothing now
    world.decline("Asha")
    assert world.states() == [SAID_NO, NOT, ASKED]


def test_whoever_stops_once_asked_makes_room_for_the_next(world: World) -> None:
    world.start()
    world.act(emit, AmbassadorStopped(world.ids[0], "has left"))
    assert world.states() == [NOT, ASKED, WAITS]


def test_everybody_is_passed_over(world: World, letters: Letters) -> None:
    world.start()
    with world.app.app_context():
        for one in world.ids[1:]:
            event = world.event()
            makers.make_assignment(makers.make_event(starts=event.starts_at), db.session.get(Ambassador, one))
    letters()
    world.decline("Asha")
    assert world.states() == [SAID_NO, NOT, NOT]
    assert world.order_status() is OrderStatus.ENDED
    (told,) = [one for one in letters() if one.to == CORA]
    assert "was passed over: busy then with another visit" in told.body


def test_a_nurse_is_asked_before_the_others_where_only_hers_is_left(app: Flask, world: World) -> None:
    with app.app_context():
        nurse = makers.term(Vocabulary.ROLE_FAMILY, "regulated_professional")
        db.session.get_one(Ambassador, world.ids[2]).role_family = nurse
        opening = db.session.scalars(select(Opening)).one()
        opening.needed, opening.qualification_id, opening.qualified_needed = 2, nurse.id, 1
        db.session.commit()
    world.start()
    assert world.states() == [ASKED, WAITS, ASKED]
    world.decline("Asha")
    assert world.states() == [SAID_NO, ASKED, ASKED]


def test_nobody_qualifies(app: Flask, world: World, traces: Callable[[], tuple[int, ...]]) -> None:
    with app.app_context():
        opening = db.session.scalars(select(Opening)).one()
        opening.qualification_id = makers.term(Vocabulary.ROLE_FAMILY, "regulated_professional").id
        opening.qualified_needed = 1
        db.session.commit()
    before = traces()
    with pytest.raises(Conflict, match="the place left is for somebody with"):
        world.start()
    assert traces() == before


def test_who_stays_with_the_group_stays_named_while_somebody_is_asked(world: World) -> None:
    """Else an order would stand still, and who has said yes would go where nobody stays with the group."""
    with world.app.app_context():
        world.event().audience_id = None  # nobody has said who comes
        db.session.commit()

    def unname() -> None:
        event = world.event()
        names = ("title", "activity_id", "needed", "audience_id", "audience_size", "notes", "public_words")
        held = {name: getattr(event, name) for name in names}
        actions.edit_event(world.actor, event, actions.EventEdit(supervisor="", **held))

    world.start()
    with pytest.raises(Conflict) as refused:
        world.act(unname)
    assert (refused.value.message, refused.value.field) == (UNSUPERVISED, "supervisor")
    for name in ("Asha", "Ben", "Cara"):
        world.decline(name)
    world.act(unname)
