"""Days with under-18s: the fourth in 30 is refused wherever it could come to be held, until the check is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.ambassadors.actions import record_item, take_back_item
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import find_child_requirement
from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.actions import EventEdit
from outreach.events.models import Assignment, Event
from outreach.events.queries.children import child_days_of, child_record_of, child_remarks_of
from outreach.events.queries.shortlist import list_shortlist
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.events.rules.bars import BarCode
from outreach.web.door import Actor, ActorKind
from tests import makers

Act = Callable[..., Any]
Traces = Callable[[], tuple[int, ...]]
ADULTS, PUPILS = "adult_learners", "pupils_under_16"
FOURTH = "would have 4 days with under-18s in the 30 days from"


def days_with(days: Iterable[int], status: AssignmentStatus = AssignmentStatus.ACCEPTED, **more: Any) -> int:
    """Somebody who has visits with under-18s on these days from today, each at another school. Their number."""
    person = makers.make_ambassador("Amina Khan")
    for day in days:
        host = makers.make_institution()
        event = makers.make_event(starts=makers.in_days(day), institution=host, **more)
        makers.make_assignment(event, person, status=status)
    return person.id


def person(id: int) -> Ambassador:
    return db.session.get_one(Ambassador, id)


def invite(cora: Actor, event_id: int, *ids: int) -> list[Assignment]:
    return actions.invite_ambassadors(cora, db.session.get_one(Event, event_id), ids)


def see_check(cora: Actor, id: int, seen: date) -> None:
    requirement = find_child_requirement()
    assert requirement is not None
    record_item(cora, person(id), requirement, seen)


def take_back(cora: Actor, id: int) -> None:
    requirement = find_child_requirement()
    assert requirement is not None
    take_back_item(cora, person(id), requirement)


def edited(event: Event, **changed: Any) -> EventEdit:
    names = ("title", "activity_id", "needed", "audience_id", "audience_size", "supervisor", "notes", "public_words")
    return EventEdit(**{name: getattr(event, name) for name in names} | changed)


def test_the_fourth_day_is_refused_and_the_same_is_allowed_once_the_check_is_seen(
    app: Flask, act: Act, cora: Actor, traces: Traces
) -> None:
    with app.app_context():
        id = days_with([20, 22, 41])
        made = makers.make_event(starts=makers.in_days(30))
        event, reference = made.id, made.reference
        first, last = clock.today() + timedelta(days=20), clock.today() + timedelta(days=49)
    before = traces()
    with pytest.raises(Conflict) as refused:
        act(invite, cora, event, id)
    assert refused.value.message == (
        f"Amina Khan {FOURTH} {first.day} {first:%B %Y} to {last.day} {last:%B %Y}. "
        "Record on their page that their check was seen, or choose another day or somebody else."
    )
    assert refused.value.field == "ambassadors"
    assert refused.value.ways_out == (
        ("Record the check of Amina Khan as seen", f"/ambassadors/{id}/checklist/child_check?event={reference}"),
    )
    assert traces() == before
    act(see_check, cora, id, clock.today())
    (row,) = act(invite, cora, event, id)
    assert row.status is AssignmentStatus.INVITED


def test_the_third_is_allowed_and_told_of(app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        id = days_with([20, 41])
        event = makers.make_event(starts=makers.in_days(30)).id
    act(invite, cora, event, id)
    with app.app_context():
        found = db.session.get_one(Event, event)
        assert child_remarks_of(found, found.assignments) == {id: "3rd day with under-18s in 30 days"}
        found.status = EventStatus.CANCELLED
        assert child_remarks_of(found, found.assignments) == {}


def test_only_days_that_hold_somebody_with_under_18s_count(app: Flask) -> None:
    with app.app_context():
        id = days_with([20, 25])
        someone, on = person(id), makers.in_days
        for number, status in enumerate(AssignmentStatus):
            makers.make_assignment(makers.make_event(starts=on(21, number)), someone, status=status)
        for number, more in enumerate(
            ({"audience": makers.audience(ADULTS)}, {"status": EventStatus.CANCELLED}, {"audience": None})
        ):
            makers.make_assignment(makers.make_event(starts=on(30 + number), **more), someone)
        makers.make_assignment(makers.make_event(starts=on(40)), makers.make_ambassador())
        moved = makers.make_event(starts=on(41))
        makers.make_assignment(moved, someone)
        found = child_days_of([id], (on(28), on(29)), moved.id)
        moved.status = EventStatus.CANCELLED
        db.session.commit()
        asked = list_shortlist(makers.make_event(starts=on(28)).openings[0]).find(id)
        assert asked is not None
        assert (asked.person.child_days, asked.barred) == (found[id], BarCode.CHILDREN)
    # The 32nd: nobody has said who comes.
    assert found == {id: frozenset(clock.today() + timedelta(days=day) for day in (20, 21, 25, 32))}


@pytest.mark.parametrize(("seen", "refused"), [(None, True), (-9, True), (-10, False), (-11, False)])
def test_a_visit_that_was_is_logged_only_if_the_check_was_seen_by_then(
    app: Flask, act: Act, cora: Actor, traces: Traces, seen: int | None, refused: bool
) -> None:
    with app.app_context():
        id = days_with([-20, -15, -5], AssignmentStatus.ATTENDED)
        event = makers.make_event(starts=makers.in_days(-10)).id
    if seen is not None:
        act(see_check, cora, id, clock.today() + timedelta(days=seen))
    before = traces()
    if refused:
        with pytest.raises(Conflict, match=FOURTH):
            act(invite, cora, event, id)
        assert traces() == before
    else:
        (row,) = act(invite, cora, event, id)
        assert row.status is AssignmentStatus.ACCEPTED


@pytest.mark.parametrize("was", [AssignmentStatus.DECLINED, AssignmentStatus.INVITED])
@pytest.mark.parametrize("own", [True, False])
def test_a_yes_is_refused_if_it_is_one_too_many(
    app: Flask, act: Act, cora: Actor, traces: Traces, was: AssignmentStatus, own: bool
) -> None:
    """After a no other visits may have been agreed; and a check may have been taken back."""
    with app.app_context():
        id = days_with([20, 22, 24])
        row = makers.make_assignment(makers.make_event(starts=makers.in_days(30)), person(id), status=was).id
    answerer = Actor(ActorKind.AMBASSADOR, id) if own else cora

    def accept() -> None:
        actions.accept_invitation(answerer, db.session.get_one(Assignment, row))

    before = traces()
    with pytest.raises(Conflict) as refused:
        act(accept)
    assert ("You would have 4 days" in refused.value.message) is own
    assert ("Amina Khan would have 4 days" in refused.value.message) is not own
    assert bool(refused.value.ways_out) is not own
    assert traces() == before
    act(see_check, cora, id, clock.today())
    act(accept)
    with app.app_context():
        assert db.session.get_one(Assignment, row).status is AssignmentStatus.ACCEPTED


def test_one_too_many_of_several_asks_nobody(app: Flask, act: Act, cora: Actor, traces: Traces) -> None:
    with app.app_context():
        id, other = days_with([20, 22, 24]), makers.make_ambassador("Bea Jones").id
        event = makers.make_event(starts=makers.in_days(30), needed=2).id
    before = traces()
    with pytest.raises(Conflict, match="Amina Khan") as refused:
        act(invite, cora, event, other, id)
    assert "Bea" not in refused.value.message
    assert traces() == before


def test_overnight_is_refused_on_the_first_day(app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        id = makers.make_ambassador("Amina Khan").id
        event = makers.make_event(starts=makers.in_days(30, 20), ends=makers.in_days(31, 9)).id
    with pytest.raises(Conflict, match="would be with under-18s overnight, between 2am and 6am"):
        act(invite, cora, event, id)
    act(see_check, cora, id, clock.today())
    act(invite, cora, event, id)


def test_offering_oneself_for_a_fourth_day_is_refused(app: Flask, act: Act, cora: Actor, traces: Traces) -> None:
    with app.app_context():
        id = days_with([20, 22, 24])
        opening = makers.make_event(starts=makers.in_days(30)).openings[0]
        opening.open_to_offers = True
        number = opening.event_id
        db.session.commit()

    def offer() -> Assignment:
        return actions.offer_to_come(Actor(ActorKind.AMBASSADOR, id), db.session.get_one(Event, number).openings[0])

    before = traces()
    with pytest.raises(Conflict, match=r"You would have 4 days .* they have to see your check first"):
        act(offer)
    assert traces() == before
    act(see_check, cora, id, clock.today())
    assert act(offer).status is AssignmentStatus.ACCEPTED


def test_audience_that_turns_out_to_be_under_18_is_refused_while_it_is_too_many(
    app: Flask, act: Act, cora: Actor, traces: Traces
) -> None:
    with app.app_context():
        id = days_with([20, 22, 24])
        event = makers.make_event(starts=makers.in_days(30), audience=makers.audience(ADULTS))
        makers.make_assignment(event, person(id))
        number, pupils = event.id, makers.audience(PUPILS).id

    def edit(**changed: Any) -> None:
        found = db.session.get_one(Event, number)
        actions.edit_event(cora, found, edited(found, **changed))

    before = traces()
    for audience in (pupils, None):
        with pytest.raises(Conflict, match=FOURTH) as refused:
            act(edit, audience_id=audience)
        assert refused.value.field == "audience"
    with pytest.raises(Conflict, match="Enter the name of the adult") as unsupervised:
        act(edit, audience_id=pupils, supervisor="")
    assert unsupervised.value.field == "supervisor"
    assert traces() == before
    act(see_check, cora, id, clock.today())
    act(edit, audience_id=pupils)
    with pytest.raises(Conflict, match="Enter the name of the adult"):
        act(edit, supervisor="")


def test_event_that_is_shortened_keeps_its_people_whatever_has_changed_since(app: Flask, act: Act, cora: Actor) -> None:
    """Nothing new is held: the day was theirs, though the check has been taken back."""
    with app.app_context():
        id = days_with([20, 22, 24])
        event = makers.make_event(starts=makers.in_days(30), ends=makers.in_days(30, 15))
        row = makers.make_assignment(event, person(id), status=AssignmentStatus.ACCEPTED).id
        number = event.id

    def move(starts: Any, ends: Any) -> None:
        found = db.session.get_one(Event, number)
        actions.move_event(cora, found, starts_at=starts, ends_at=ends, place=found.place, online=False)

    act(move, makers.in_days(30), makers.in_days(30, 12))
    with app.app_context():
        assert db.session.get_one(Assignment, row).status is AssignmentStatus.ACCEPTED
    act(move, makers.in_days(31), makers.in_days(31, 12))
    with app.app_context():
        assert db.session.get_one(Assignment, row).status is AssignmentStatus.WITHDRAWN


def test_what_has_been_is_not_put_on_a_day_that_is_too_many(app: Flask, act: Act, cora: Actor, traces: Traces) -> None:
    with app.app_context():
        id = days_with([-40, -38, -36], AssignmentStatus.ATTENDED)
        event = makers.make_event(starts=makers.in_days(-5))
        makers.make_assignment(event, person(id), status=AssignmentStatus.ATTENDED)
        number = event.id

    def back_date() -> None:
        found, at = db.session.get_one(Event, number), makers.in_days(-20)
        actions.move_event(cora, found, starts_at=at, ends_at=at + timedelta(hours=1), place=found.place, online=False)

    before = traces()
    with pytest.raises(Conflict, match=f"Amina Khan {FOURTH}"):
        act(back_date)
    assert traces() == before
    act(see_check, cora, id, clock.today() - timedelta(days=20))
    act(back_date)


def test_check_that_is_taken_back_is_told_of_on_the_record(app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        id = days_with([20, 22, 24, 26])
    act(see_check, cora, id, clock.today())
    with app.app_context():
        assert child_record_of(id).too_many == ()
    act(take_back, cora, id)
    with app.app_context():
        found = child_record_of(id)
        assert (found.behind, found.ahead, len(found.visits), found.check) == (0, 4, 4, None)
        assert found.too_many == (clock.today() + timedelta(days=26),)
