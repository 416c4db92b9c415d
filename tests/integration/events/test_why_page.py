"""What the pages say of a choice: who was never asked, where in an order somebody stood, and what was overridden."""

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
from outreach.events.actions.orders import stop_order
from outreach.events.actions.today import ask_today, take_today
from outreach.events.models import Assignment, Event
from outreach.replies.actions import WAY
from outreach.web.door import SYSTEM, Actor, ActorKind
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.ordering import World
from tests.pages import PageClient
from tests.pages.view import PageView, classes, words

Act = Callable[..., Any]
pytestmark = pytest.mark.one_database


@pytest.fixture
def world(app: Flask, act: Act, cora: Actor, coordinator: PageClient) -> World:
    return World(app, act, cora, title="A talk about care")


def why(world: World, coordinator: PageClient, name: str) -> PageView:
    with world.app.app_context():
        number = world.row(name).id
    return coordinator.get(f"/manage/events/{world.reference}/ambassadors/{number}")


def people_on(world: World, coordinator: PageClient) -> dict[str, tuple[str, str]]:
    rows = coordinator.get(f"/manage/events/{world.reference}").table("Ambassadors")
    return {one["Name"].split()[0]: (one["State"], one["What is known"]) for one in rows}


def test_whose_turn_never_came_is_not_called_asked(world: World, act: Act, coordinator: PageClient) -> None:
    world.start()
    page = why(world, coordinator, "Cara")
    assert "Waits to be asked, number 3: nobody has written to them yet" in page.summary()["Now"]
    assert page.has("Why they were chosen")
    assert page.has("Third in the order; number 3 of 3 on the shortlist")
    assert not page.has("Asked in the order")
    act(lambda: stop_order(world.actor, world.order()))
    today = "24 November 2026"
    assert people_on(world, coordinator) == {
        "Asha": ("Invited", people_on(world, coordinator)["Asha"][1]),
        "Ben": ("Not asked", f"Not asked: the order was stopped on {today}"),
        "Cara": ("Not asked", f"Not asked: the order was stopped on {today}"),
    }
    page = why(world, coordinator, "Ben")
    assert f"Not asked: the order was stopped on {today}" in page.summary()["Now"]
    assert page.has("Why they were chosen")
    assert coordinator.get(f"/manage/events/{world.reference}/assign").has(
        "Was in an order before that ended before their turn, and not asked"
    )


def test_who_was_taken_off_or_called_off_is_told_apart(world: World, act: Act, coordinator: PageClient) -> None:
    world.start()
    act(lambda: actions.withdraw_assignment(world.actor, world.row("Asha")))
    world.accept("Ben")
    act(lambda: actions.withdraw_assignment(world.actor, world.row("Cara")))
    shown = people_on(world, coordinator)
    assert shown["Asha"] == ("Taken off", "Asked, and taken off before they answered")
    assert shown["Cara"] == ("Not asked", "Not asked: taken off before their turn")
    act(lambda: actions.cancel_event(world.actor, world.event(), reason=None, words=""))
    assert people_on(world, coordinator)["Ben"] == (
        "Called off", "Had said yes before the event was cancelled on 24 November 2026",
    )  # fmt: skip
    page = coordinator.get(f"/manage/events/{world.reference}")
    assert page.has("Ben Carter: had said yes before the event was cancelled")
    assert page.has("Asha Patel was taken off")
    assert "before they answered" in why(world, coordinator, "Asha").summary()["Now"]


def test_what_the_coordinator_wrote_is_not_told_as_their_words(world: World, act: Act, coordinator: PageClient) -> None:
    world.start(words="Bring a coat")
    world.decline("Asha")
    act(lambda: actions.cancel_event(world.actor, world.event(), reason=None, words="The road is closed"))
    page = coordinator.get(f"/manage/events/{world.reference}")
    assert not page.has("Bring a coat")
    assert not page.has("The road is closed")
    assert why(world, coordinator, "Asha").summary()["Message to them"] == "Bring a coat"


def test_who_was_only_put_down_as_having_been_there_said_no_yes(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        past = makers.make_event(starts=makers.in_days(-14)).reference
        makers.make_ambassador("Amina Khan")
    coordinator.get(f"/manage/events/{past}/assign")
    coordinator.submit("Put on the event", ambassadors=["Amina Khan"])
    (row,) = coordinator.get(f"/manage/events/{past}").table("Ambassadors")
    assert row["State"] == "Recorded"
    assert row["What is known"] == "Recorded as there by Cora on 24 November 2026"
    page = coordinator.click("Why them: Amina Khan")
    assert page.summary()["Recorded as there"].startswith("24 November 2026")
    assert "Answered" not in page.summary()


def test_an_order_that_was_changed_says_whom_somebody_was_put_before(
    world: World, app: Flask, coordinator: PageClient
) -> None:
    asha, ben, cara = world.ids
    world.start([ben, asha, cara])
    page = why(world, coordinator, "Ben")
    assert page.has("First in the order; number 2 of 3 on the shortlist")
    assert page.has("Put before Asha Patel, higher on the shortlist.")
    assert why(world, coordinator, "Asha").has("Put after Ben Carter, lower on the shortlist.")
    page = why(world, coordinator, "Cara")
    assert not page.has("Put before")
    assert not page.has("Put after")


def test_what_speaks_for_somebody_stands_before_what_ruled_them_out(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event()
        makers.make_ambassador("Amina Khan", home="redditch")
        path = f"/manage/events/{event.reference}/assign"
    coordinator.get(path)
    coordinator.click("Choose anyway: Amina Khan")
    page = coordinator.submit("Ask by email", override="Asked to come")
    said = coordinator.click(next(one for one in page.links() if one.startswith("Why them"))).main
    marks = [
        "As it stood then",
        "Talks to this audience",
        "The shortlist ruled",
        "Does not travel",
        "because",
        "Asked to come",
    ]
    assert sorted(marks, key=said.index) == marks


@pytest.mark.parametrize(("telephone", "sentence"), [(True, "They had said yes on the telephone"), (False, "")])
def test_a_choice_of_the_day_says_that_it_was_one(
    app: Flask, act: Act, coordinator: PageClient, cora: Actor, telephone: bool, sentence: str
) -> None:
    with app.app_context():
        event = makers.make_event(starts=clock.now() + timedelta(hours=5))
        number, person, reference = event.id, makers.make_ambassador("Nia Near").id, event.reference
    take = take_today if telephone else ask_today
    act(lambda: take(cora, db.session.get_one(Event, number).openings[0], person))
    with app.app_context():
        row = db.session.scalars(select(Assignment)).one().id
    page = coordinator.get(f"/manage/events/{reference}/ambassadors/{row}")
    assert page.has("A same-day choice, on 24 November 2026")
    assert page.has("number 1 of 1. Everybody there was ready, free at that time and within 60 minutes")
    assert page.has("On the day no other reason is asked for.")
    assert page.has("In the same town")
    assert page.has("They had said yes on the telephone") is bool(sentence)
    by = "by a former account"
    assert lines_of(page) == (
        [f"Said yes by telephone, recorded {by}", f"Put on the event {by}"] if telephone else [f"Asked {by}"]
    )


def lines_of(page: PageView) -> list[str]:
    return [words(one) for one in page.all("p", having=lambda one: "app-timeline__title" in classes(one))]


def test_the_history_says_who_did_what(world: World, act: Act, coordinator: PageClient) -> None:
    world.start()
    world.decline("Asha")
    assert lines_of(why(world, coordinator, "Asha")) == [
        "Said no",
        "Asked by a former account",
        "Put in the order by a former account",
    ]
    act(lambda: actions.accept_invitation(world.actor, world.row("Ben")))
    lines = lines_of(why(world, coordinator, "Ben"))
    assert lines == [
        "Said yes, recorded by a former account",
        "Asked in their turn",
        "Put in the order by a former account",
    ]
    world.decline("Ben")
    assert lines_of(why(world, coordinator, "Ben"))[0] == "Said that they can no longer come"
    world.accept("Cara")
    act(lambda: actions.withdraw_assignment(SYSTEM, world.row("Cara")))
    assert lines_of(why(world, coordinator, "Cara"))[0] == "Taken off, as they take no visits at present"
    whole = lines_of(coordinator.get(f"/manage/events/{world.reference}"))
    assert not [one for one in whole if "by the ambassador" in one or "by the system" in one]


def test_a_no_from_a_calendar_is_said_to_be_one(world: World, act: Act, coordinator: PageClient) -> None:
    world.start()
    own = Actor(ActorKind.AMBASSADOR, world.id_of("Asha"))
    act(lambda: actions.accept_invitation(own, world.row("Asha"), way=WAY))
    assert lines_of(why(world, coordinator, "Asha"))[0] == "Said yes in their calendar"


def test_the_pages_of_many_who_are_off_take_as_many_queries(world: World, act: Act, coordinator: PageClient) -> None:
    world.start()
    act(lambda: stop_order(world.actor, world.order()))
    coordinator.get(f"/manage/events/{world.reference}")
    counts = []
    for _ in range(2):
        with count_queries(world.app) as seen:
            coordinator.get(f"/manage/events/{world.reference}")
        counts.append(len(seen))
        with world.app.app_context():
            order = world.order()
            for number in range(8):
                person = makers.make_ambassador(f"Person {number}")
                makers.make_assignment(
                    world.event(), person, status=world.row("Cara").status, order_id=order.id, place_in_order=4 + number
                )
    assert counts[0] == counts[1]
