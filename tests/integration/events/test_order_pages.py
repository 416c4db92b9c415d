"""Setting an order, seeing where it stands, and stopping it; what a reminder does once the invitation is settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.events import actions
from outreach.events.models import Assignment, InvitationOrder
from outreach.events.rules import AssignmentStatus, remind_from
from outreach.outbox.models import Mail
from outreach.web.door import Actor, Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.ordering import ASKED, NAMES, NOT, SAID_NO, WAITS, World
from tests.pages import PageClient

Act = Callable[..., Any]
drawn = pytest.mark.one_database


@pytest.fixture
def world(app: Flask, act: Act, cora: Actor, coordinator: PageClient) -> World:
    return World(app, act, cora, title="A talk about care")


def page_of(world: World, *ids: int) -> str:
    people = "&".join(f"ambassadors={one}" for one in ids or world.ids)
    return f"/manage/events/{world.reference}/order?{people}"


def order_of(world: World) -> list[tuple[str, int | None]]:
    with world.app.app_context():
        rows = db.session.scalars(select(Assignment).order_by(Assignment.place_in_order))
        return [(one.ambassador.name, one.place_in_order) for one in rows]


@drawn
def test_ticked_people_come_in_their_order_and_can_be_put_in_another(world: World, coordinator: PageClient) -> None:
    page = coordinator.get(page_of(world))
    assert [page.text.index(name) for name in NAMES] == sorted(page.text.index(name) for name in NAMES)
    asha, ben, cara = (f"place_{one}" for one in world.ids)
    page = coordinator.submit("Start asking", {asha: "3", ben: "1", cara: "2", "within": "4 hours", "words": "Do come"})
    assert page.banner == "1 ambassador asked by email. 2 others will be asked in turn, if somebody is still needed."
    assert order_of(world) == [(NAMES[1], 1), (NAMES[2], 2), (NAMES[0], 3)]
    with world.app.app_context():
        order = db.session.scalars(select(InvitationOrder)).one()
        assert (order.answer_hours, order.words) == (4, "Do come")
        assert db.session.scalars(select(Mail)).one().recipient == world.row("Ben").ambassador.email


@drawn
def test_whoever_has_no_number_is_left_out(world: World, coordinator: PageClient) -> None:
    coordinator.get(page_of(world))
    coordinator.submit("Start asking", {f"place_{world.ids[0]}": ""})
    assert order_of(world) == [(NAMES[1], 1), (NAMES[2], 2)]


@drawn
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2", "Give each person a number of their own"),
        ("0", "must be 1 or more"),
        ("4", "must be 3 or fewer"),
        ("first", "must be a whole number"),
        ("9" * 5000, "must be 3 or fewer"),
        ("<script>", "must be a whole number"),
    ],
)
def test_numbers_that_are_no_order_are_refused_and_kept(
    world: World, coordinator: PageClient, traces: Callable[[], tuple[int, ...]], typed: str, words: str
) -> None:
    coordinator.get(page_of(world))
    before = traces()
    page = coordinator.submit("Start asking", {f"place_{world.ids[0]}": typed, "words": "Do come"}, status=422)
    assert page.has(words)
    assert "Do come" in page.text
    assert traces() == before


@drawn
def test_emptied_boxes_ask_nobody(world: World, coordinator: PageClient) -> None:
    coordinator.get(page_of(world))
    page = coordinator.submit("Start asking", {f"place_{one}": "" for one in world.ids}, status=422)
    assert page.errors == {f"place_{world.ids[0]}": "Choose who to ask, and in which order"}


@drawn
def test_an_address_of_nobody_or_of_strangers_shows_how_to_choose(world: World, coordinator: PageClient) -> None:
    for path in (page_of(world).split("?")[0], page_of(world, 999_999), page_of(world) + "x&ambassadors=%F0%9F%98%80"):
        assert coordinator.get(path).status == 200
    page = coordinator.get(page_of(world, 999_999))
    assert page.has("Nobody is chosen")
    assert "Start asking" not in page.buttons(), "there is nobody to start with"
    once = coordinator.get(page_of(world, world.ids[0], world.ids[0])).text
    assert once.count("Place of ") == 1


@drawn
@pytest.mark.parametrize("path", ["/order?opening=999999", "/order?opening=x", "/orders/999999/stop"])
def test_what_is_not_of_this_event_is_not_there(world: World, coordinator: PageClient, path: str) -> None:
    coordinator.get(page_of(world))
    target = f"/manage/events/{world.reference}{path}"
    assert (coordinator.post if path.endswith("stop") else coordinator.get)(target, status=404).status == 404


def test_an_order_of_another_event_is_not_stopped_here(world: World, coordinator: PageClient) -> None:
    world.start()
    with world.app.app_context():
        other, number = makers.make_event().reference, world.order().id
    coordinator.get(f"/manage/events/{other}")
    coordinator.post(f"/manage/events/{other}/orders/{number}/stop", status=404)
    assert world.states() == [ASKED, WAITS, WAITS]


@drawn
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMINISTRATOR, Role.RECRUITMENT_OFFICER])
def test_nobody_but_coordinators_sees_or_stops_an_order(app: Flask, world: World, role: Role) -> None:
    world.start()
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(role))
        number = world.order().id
    person.get(page_of(world), status=403)
    person.get("/account")
    person.post(f"/manage/events/{world.reference}/orders/{number}/stop", status=403)
    assert world.states() == [ASKED, WAITS, WAITS]


@drawn
def test_the_event_page_says_where_it_stands_and_stops_it(world: World, coordinator: PageClient, later: Act) -> None:
    world.start()
    path = f"/manage/events/{world.reference}"
    page = coordinator.get(path)
    assert page.has(f"{NAMES[0]} has until ")
    assert page.has(f"Then: {NAMES[1]}, {NAMES[2]}.")
    told = [page.main.index(one) for one in ("Asking one after the other", "Does it need people", "History")]
    assert told == sorted(told)
    assert page.main.count("Put in the order") == 1, "one line of the history for all of them"
    world.decline("Asha", "My mother is ill")
    page = coordinator.get(path)
    assert page.has(f"{NAMES[0]} said no: ")
    assert page.has("My mother is ill")
    assert page.has(f"{NAMES[1]} has until ")
    world.accept("Ben")
    page = coordinator.get(path)
    assert page.has(f"Filled. {NAMES[1]} is coming. If somebody drops out, the next is asked: {NAMES[2]}.")
    coordinator.submit("Stop asking")
    page = coordinator.get(path)
    assert page.has("nobody else is asked")
    assert page.has(f"{NAMES[2]}: not asked")
    assert "Stop asking" not in page.buttons()
    assert world.states()[2] is NOT
    folded = page.main.split("before that")
    assert ("Asking one after the other stopped" in folded[0], "Put in the order" in folded[1]) == (True, True)


def test_an_order_that_waits_for_an_adult_says_so_and_goes_on_once_one_is_named(
    world: World, coordinator: PageClient
) -> None:
    world.start()
    with world.app.app_context():
        event = world.event()
        event.audience_id, event.supervisor = None, ""  # as of what was imported before it was asked for
        db.session.commit()
    world.decline("Asha")
    assert world.states() == [SAID_NO, WAITS, WAITS]
    page = coordinator.get(f"/manage/events/{world.reference}")
    assert page.has("It waits: nobody else can be asked before an adult is named")
    assert not page.has("within a quarter of an hour")
    assert page.has(f"Then: {NAMES[1]}, {NAMES[2]}.")
    coordinator.click("Enter the audience, or who is with them")
    coordinator.submit("Save", supervisor="Ms Green, the teacher")
    assert world.states() == [SAID_NO, ASKED, WAITS]
    assert coordinator.get(f"/manage/events/{world.reference}").has(f"{NAMES[1]} has until ")


@drawn
def test_stopped_it_still_says_who_may_answer(world: World, coordinator: PageClient) -> None:
    world.start()
    coordinator.get(f"/manage/events/{world.reference}")
    page = coordinator.submit("Stop asking")
    assert page.banner == "Nobody else is asked."
    assert page.has(f"{NAMES[0]} may still answer, until ")


@drawn
def test_a_second_order_is_told_of_the_first(world: World, coordinator: PageClient) -> None:
    world.start(world.ids[:1])
    assert coordinator.get(page_of(world, world.ids[1]), status=409).has("in an order already")


@drawn
def test_an_order_that_was_started_meanwhile_is_told_on_the_form(world: World, coordinator: PageClient) -> None:
    coordinator.get(page_of(world, world.ids[1]))
    world.start(world.ids[:1])
    page = coordinator.submit("Start asking", status=422)
    assert page.has("in an order already")
    assert page.has("See how the order stands")


@drawn
def test_an_order_that_has_run_out_is_on_the_work_list_once(world: World, coordinator: PageClient) -> None:
    world.start()
    assert not coordinator.get("/work").has("A talk about care")
    for one in ("Asha", "Ben", "Cara"):
        world.decline(one)
    page = coordinator.get("/work")
    assert page.has("Orders of invitations that have run out (1)")
    assert page.has(f"{NAMES[2]} said no: ")
    assert not page.has("Events that lack an ambassador")
    with world.app.app_context():
        other = makers.make_ambassador().id
    world.act(lambda: actions.invite_ambassadors(world.actor, world.event(), [other]))
    assert not coordinator.get("/work").has("A talk about care")


@drawn
def test_the_event_page_costs_the_same_with_three_and_thirty_in_order(
    app: Flask, world: World, coordinator: PageClient
) -> None:
    world.start()
    path = f"/manage/events/{world.reference}"
    coordinator.get(path)
    with count_queries(app) as few:
        coordinator.get(path)
    world.act(lambda: actions.stop_order(world.actor, world.order()))
    world.decline("Asha")
    with app.app_context():
        world.ids += [makers.make_ambassador().id for _ in range(27)]
    world.start()
    with count_queries(app) as many:
        coordinator.get(path)
    assert len(many) <= len(few) + 1  # one order more


# What who waits may see


def test_whoever_waits_again_finds_nothing_at_their_old_link(app: Flask, world: World) -> None:
    """They said no; now they wait in another order, are told nothing, and their old link answers nothing."""
    world.start(world.ids[:1])
    world.decline("Asha")
    with app.app_context():
        link = makers.link_to(world.row("Asha"))
    world.start([world.ids[1], world.ids[0]])
    phone = PageClient(app)
    assert phone.get(link).has("You are no longer expected")
    assert not phone.here.has("I can come after all")
    with app.app_context():
        assert world.row("Asha").status is WAITS


def test_a_forwarded_link_says_whose_invitation_it_is(app: Flask, world: World) -> None:
    world.start()
    with app.app_context():
        link = makers.link_to(world.row("Asha"))
    assert PageClient(app).get(link).has("This invitation is for Asha")


# A reminder that has not gone out


@pytest.mark.parametrize("how", ["accept", "decline", "withdraw", "stop"])
def test_a_reminder_that_waits_is_taken_back_once_the_invitation_is_settled(
    app: Flask, world: World, act: Act, later: Act, how: str
) -> None:
    """The mail server is away: the reminder waits, and then nobody needs it any more."""
    world.start(answer_hours=48)
    with app.app_context():
        row = world.row("Asha")
        assert row.invited_at is not None
        assert row.answer_by is not None
        due = remind_from(row.invited_at, row.answer_by)
        assert due is not None
        later(due - clock.now() + timedelta(minutes=1))
    assert act(actions.remind_silent_ambassadors) == 1
    if how == "withdraw":
        act(lambda: actions.withdraw_assignment(world.actor, world.row("Asha")))
    elif how == "stop":
        act(lambda: actions.cancel_event(world.actor, world.event(), reason=None, words=""))
    else:
        getattr(world, how)("Asha")
    with app.app_context():
        assert "events/answer_needed" not in db.session.scalars(select(Mail.message)).all()
    assert act(actions.remind_silent_ambassadors) == 0
    assert world.states()[0] is not AssignmentStatus.INVITED
