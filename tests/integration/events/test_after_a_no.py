"""What a no leaves behind: the calendar that it was given in, the old link, and the opening and order it was about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.actions.assignments import NOT_EXPECTED
from outreach.events.actions.stand_ins import ask_stand_in
from outreach.events.models import Choice, Opening, OtherDate
from outreach.events.rules.answers import Colleague, Instead
from outreach.events.rules.changing import OpeningDetails
from outreach.events.rules.reasons import say_day
from outreach.outbox.models import Mail
from outreach.web.door import Actor
from tests import makers
from tests.kit.ordering import ASKED, COMING, NOT, SAID_NO, World
from tests.pages import PageClient

Act = Callable[..., Any]
DAY, PART = timedelta(days=1), timedelta(minutes=20)


@pytest.fixture
def other(world: World, act: Act, cora: Actor) -> int:
    """A second opening of the event: the first twenty minutes of it, for whoever offers to come."""

    def add() -> int:
        event = world.event()
        wanted = OpeningDetails(event.starts_at, event.starts_at + PART, 1, open_to_offers=True)
        return actions.add_opening(cora, event, wanted).id

    return int(act(add))


def invite(world: World, name: str, opening: int | None = None) -> None:
    def ask() -> None:
        wanted = db.session.get_one(Opening, opening) if opening else None
        actions.invite_ambassadors(world.actor, world.event(), [world.id_of(name)], opening=wanted)

    world.act(ask)


def say_no_in_calendar(world: World, name: str) -> None:
    def say() -> None:
        reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
        actions.decline_invitation(world._own(name), world.row(name), reason=reason, words="", way="calendar_reply")

    world.act(say)


def mailed_sequence(world: World, name: str) -> int | None:
    with world.app.app_context():
        return world.row(name).mailed_sequence


def last_yes_has_a_calendar() -> bool:
    mail = db.session.scalars(select(Mail).where(Mail.message == "events/accepted").order_by(Mail.id.desc())).first()
    return mail is not None and bool(mail.calendar)


def test_who_said_no_in_their_calendar_and_comes_after_the_move_is_sent_the_new_time(world: World, act: Act) -> None:
    invite(world, "Asha")
    say_no_in_calendar(world, "Asha")
    assert mailed_sequence(world, "Asha") is not None

    def move() -> None:
        event = world.event()
        starts, ends = event.starts_at + DAY, event.ends_at + DAY
        actions.move_event(world.actor, event, starts_at=starts, ends_at=ends, place=event.place, online=event.online)

    act(move)
    # A yes from their calendar would be to the old day: it waits for a person.
    assert mailed_sequence(world, "Asha") is None
    world.accept("Asha")
    with world.app.app_context():
        assert last_yes_has_a_calendar()


def test_what_leaves_their_day_alone_leaves_their_calendar_alone(world: World) -> None:
    invite(world, "Asha")
    say_no_in_calendar(world, "Asha")
    world.need(2)
    assert mailed_sequence(world, "Asha") is not None


def test_who_takes_another_part_after_a_no_in_their_calendar_is_sent_its_time(
    world: World, act: Act, other: int
) -> None:
    invite(world, "Ben")
    say_no_in_calendar(world, "Ben")
    act(lambda: actions.offer_to_come(world._own("Ben"), db.session.get_one(Opening, other)))
    with world.app.app_context():
        assert last_yes_has_a_calendar()


def test_a_no_to_a_part_that_is_removed_is_answered_by_no_calendar_any_more(
    world: World, act: Act, cora: Actor, other: int
) -> None:
    invite(world, "Ben", other)
    say_no_in_calendar(world, "Ben")
    act(lambda: actions.remove_opening(cora, db.session.get_one(Opening, other)))
    assert mailed_sequence(world, "Ben") is None


def test_a_change_of_mind_takes_no_place_that_is_filled_while_another_part_lacks_somebody(
    world: World, other: int
) -> None:
    invite(world, "Asha")
    world.decline("Asha")
    invite(world, "Ben")
    world.accept("Ben")
    with pytest.raises(Conflict):
        world.accept("Asha")
    assert world.states_of_all() == [SAID_NO, COMING]


def test_who_waits_in_one_order_and_is_asked_to_another_part_leaves_the_order(world: World, other: int) -> None:
    world.start(world.ids[:2])
    invite(world, "Ben", other)
    with world.app.app_context():
        row = world.row("Ben")
        assert (row.order_id, row.place_in_order, row.opening_id) == (None, None, other)


def test_an_old_page_does_not_tell_that_they_wait_in_an_order(world: World) -> None:
    invite(world, "Asha")
    world.decline("Asha")
    world.start([world.id_of("Ben"), world.id_of("Asha")])
    for answer in (world.accept, world.decline):
        with pytest.raises(Conflict) as refused:
            answer("Asha")
        assert refused.value.message == NOT_EXPECTED


def decline_for(world: World, name: str, colleague: str) -> None:
    """Say no, and name a colleague."""

    def say() -> None:
        reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
        email = db.session.get_one(Ambassador, world.id_of(colleague)).email
        instead = Instead(colleague=Colleague(colleague, email))
        actions.decline_invitation(world._own(name), world.row(name), reason=reason, words="", instead=instead)

    world.act(say)


def test_nobody_stands_in_for_somebody_whose_place_an_order_has_given_on(
    coordinator: PageClient, world: World, act: Act, cora: Actor, traces: Callable[[], tuple[int, ...]], letters: Any
) -> None:
    world.start(world.ids[:2])
    letters()
    decline_for(world, "Asha", "Cara")
    assert world.states_of_all() == [SAID_NO, ASKED]
    (told,) = [one for one in letters() if one.message == "events/cannot_come"]
    assert told.subject.startswith("No action needed: Asha Patel declined and names a colleague: ")
    assert "No place is free at present. If one becomes free, you can decide" in told.body
    assert "You do not need to do anything: the order of invitations goes on. Asked now: Ben Carter." in told.body
    assert not coordinator.get("/work").has("Cara instead of")
    with world.app.app_context():
        phone = PageClient(world.app)
        assert phone.get(makers.link_to(world.row("Asha"))).has("only if a place becomes free and the coordinator")
        path = f"/manage/events/{world.reference}/ambassadors/{world.row('Asha').id}/stand-in"
    page = coordinator.get(path)
    said = "No place is free any more: Ben Carter was asked and may still answer."
    assert page.has(f"{said} To ask somebody else instead, stop asking one after the other, and take somebody off.")
    assert page.buttons()[1:] == ["Not this time"], "and nothing asks Cara"
    before = traces()
    assert coordinator.post(path, {"act": "ask"}, status=422).has(said)
    assert traces() == before
    act(lambda: actions.stop_order(cora, world.order()))
    act(lambda: actions.withdraw_assignment(cora, world.row("Ben")))
    assert coordinator.get("/work").has("Cara instead of")
    coordinator.get(path.removesuffix("/stand-in"))
    coordinator.click("Decide whether to ask them")
    coordinator.submit("Ask Cara instead")
    assert world.states_of_all() == [SAID_NO, NOT, ASKED]
    with world.app.app_context():
        cara = world.row("Cara").id
    page = coordinator.get(f"/manage/events/{world.reference}/ambassadors/{cara}")
    assert page.has("Named as a stand-in by Asha Patel, at number ")


def test_who_declined_and_waits_to_be_asked_again_is_told_of_as_both_with_the_days_they_offered(
    coordinator: PageClient, world: World, act: Act
) -> None:
    invite(world, "Asha")
    soon, late = (clock.today() + days * DAY for days in (9, 10))
    offered = Instead(((soon, PartOfDay.EVENING), (late, PartOfDay.MORNING), (soon, PartOfDay.MORNING)))

    def say() -> None:
        reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
        actions.decline_invitation(world._own("Asha"), world.row("Asha"), reason=reason, words="", instead=offered)

    act(say)
    with world.app.app_context():
        past = OtherDate(assignment_id=world.row("Asha").id, day=clock.today() - DAY, part=PartOfDay.MORNING)
        db.session.add(past)
        db.session.commit()
    first, second = say_day(soon), say_day(late)
    instead = f"Offered the morning of {first} or the evening of {first} or the morning of {second} instead"
    path = f"/manage/events/{world.reference}/assign"
    assert coordinator.get(path).has(instead)
    world.start([world.id_of("Ben"), world.id_of("Asha")])
    page = coordinator.get(path)
    for words in ("declined this one before", "Waits to be asked in an order", instead):
        assert page.has(words)
    with world.app.app_context():
        kept = db.session.scalars(select(Choice).order_by(Choice.id.desc()).limit(1)).one()
        assert "declined" in {line["code"] for line in kept.reasons}
        assert "instead" not in str(kept.reasons), "a yes forgets them"


def test_nobody_stands_in_for_somebody_who_is_asked_again(world: World, act: Act, cora: Actor) -> None:
    invite(world, "Asha")
    decline_for(world, "Asha", "Ben")
    invite(world, "Asha")
    with pytest.raises(Conflict, match="is invited, so nobody stands in"):
        act(lambda: ask_stand_in(cora, world.row("Asha")))
    assert world.states_of_all() == [ASKED]
