"""The openings of an event: their page, what may be changed of them, and what that means to the people in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.models import Event, InvitationOrder, Opening
from outreach.events.queries import list_short_events
from outreach.events.rules import AssignmentStatus, EventStatus, OrderStatus
from outreach.events.rules.changing import OpeningDetails
from outreach.web.door import Actor, ActorKind
from tests import makers
from tests.pages import PageClient

Letters = Callable[[], list[Any]]
Act = Callable[..., Any]
Traces = Callable[[], tuple[int, ...]]
ACCEPTED, INVITED = AssignmentStatus.ACCEPTED, AssignmentStatus.INVITED


def fair(**more: Any) -> Event:
    """An event from 9am to 5pm in 20 days, with one opening."""
    return makers.make_event(starts=makers.in_days(20, 9), ends=makers.in_days(20, 17), **more)


def fair_in_two(**more: Any) -> Event:
    """The same, with a morning and an afternoon."""
    noon = makers.in_days(20, 12)
    parts = [makers.make_opening(makers.in_days(20, 9), noon), makers.make_opening(noon, makers.in_days(20, 17), 2)]
    return fair(openings=parts, needed=3, **more)


def nurse() -> int:
    return makers.term(Vocabulary.QUALIFICATION, "nurse").id


def test_an_opening_is_added_by_its_page_and_the_event_is_shown_by_openings(
    coordinator: PageClient, app: Flask, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        event = fair()
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=ACCEPTED)
        number, reference, term = event.id, event.reference, nurse()
    page = coordinator.get(f"/manage/events/{reference}")
    assert page.has("Ambassadors: 1 of 1 coming")
    coordinator.click("add an opening")
    page = coordinator.submit(
        "Add and choose ambassadors",
        needed="2", starts="10am", ends="1pm", qualified="1", qualification=str(term), offers="yes",
    )  # fmt: skip
    assert page.h1 == "Choose ambassadors"
    with app.app_context():
        found = db.session.get_one(Event, number)
        assert (found.needed, len(found.openings), found.sequence) == (3, 2, 1)
        new = found.openings[1]
        assert (new.starts_at, new.ends_at) == (makers.in_days(20, 10), makers.in_days(20, 13))
        assert (new.qualification_id, new.qualified_needed, new.open_to_offers) == (term, 1, True)
    page = coordinator.get(f"/manage/events/{reference}")
    assert page.has("1 person, 9am to 5pm: 1 of 1 coming")
    assert page.has("2 people (1 of them: Nurse), 10am to 1pm: 0 of 2 coming")
    assert page.has("may take a place by themselves")
    assert page.has("Opening added")
    assert audit() == ["event.add_opening"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"needed": ""}, "needed", "Enter how many"),
        ({"needed": "0"}, "needed", "1 or more"),
        ({"needed": "9" * 5000}, "needed", "50 or fewer"),
        ({"needed": "50"}, "needed", "50 ambassadors at most"),
        ({"starts": "8am"}, "starts", "within the event"),
        ({"ends": "6pm"}, "ends", "within the event"),
        ({"starts": "1pm", "ends": "1pm"}, "ends", "must be after"),
        ({"qualified": "1"}, "qualification", "Select what they must be"),
        ({"qualification": "nurse"}, "qualified", "how many of them"),
        ({"qualified": "3", "qualification": "nurse"}, "qualified", "or fewer"),
        ({"qualification": "2147483648"}, "qualification", "Select"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(
    coordinator: PageClient, app: Flask, traces: Traces, changed: dict[str, str], field: str, words: str
) -> None:
    with app.app_context():
        reference, term = fair().reference, nurse()
    if changed.get("qualification") == "nurse":
        changed = changed | {"qualification": str(term)}
    before = traces()
    coordinator.get(f"/manage/events/{reference}/openings/new")
    given = {"needed": "2", "starts": "10am", "ends": "1pm"} | changed
    page = coordinator.submit("Add and choose ambassadors", given, status=422)
    assert words in page.errors[field], page.errors
    assert traces() == before


@pytest.mark.one_database
def test_an_event_of_several_days_asks_for_the_day(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(20, 9), ends=makers.in_days(22, 17))
        number, reference = event.id, event.reference
    coordinator.get(f"/manage/events/{reference}/openings/new")
    day = clock.today() + timedelta(days=21)
    coordinator.submit(
        "Add and choose ambassadors",
        {"last_day-day": "", "last_day-month": "", "last_day-year": ""},
        day=day,
        starts="9am",
        ends="noon",
    )
    with app.app_context():
        assert db.session.get_one(Event, number).openings[1].starts_at == makers.in_days(21, 9)
    assert coordinator.get(f"/manage/events/{reference}").has(f"{day.day} ")


def test_new_times_show_whom_they_concern_before_they_are_saved(
    coordinator: PageClient, app: Flask, letters: Letters
) -> None:
    with app.app_context():
        event = fair_in_two()
        early, late = event.openings
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=ACCEPTED, opening=early)
        makers.make_assignment(event, makers.make_ambassador("Ben Hughes"), status=ACCEPTED, opening=late)
        number, reference, opening = event.id, event.reference, early.id
    coordinator.get(f"/manage/events/{reference}/openings/{opening}")
    page = coordinator.submit("Save", ends="1pm", status=200)
    assert (page.h1, page.errors) == ("Check the new time", {})
    assert page.has("1 ambassador will be asked again")
    assert page.has("Amina Khan, coming: 9am to 1pm instead of 9am to midday")
    assert "Ben Hughes" not in page.main
    assert letters() == []
    coordinator.submit("Save", words="A longer morning")
    (told,) = letters()
    assert told.message == "events/moved"
    assert "A longer morning" in told.body
    with app.app_context():
        rows = {one.ambassador.name: one for one in db.session.get_one(Event, number).assignments}
        assert (rows["Amina Khan"].status, rows["Ben Hughes"].status) == (INVITED, ACCEPTED)
        assert rows["Amina Khan"].ends_at == makers.in_days(20, 13)
    coordinator.get(f"/manage/events/{reference}/openings/{opening}")
    assert coordinator.submit("Save", ends="noon", status=200).has("1 ambassador stays as they are")
    coordinator.submit("Save", ends="noon")
    assert [one.message for one in letters()] == ["events/shortened"]


def test_more_people_are_needed_without_asking_anybody_again(
    coordinator: PageClient, app: Flask, letters: Letters
) -> None:
    with app.app_context():
        event = fair()
        makers.make_assignment(event, status=ACCEPTED)
        number, reference, opening = event.id, event.reference, event.openings[0].id
    coordinator.get(f"/manage/events/{reference}/openings/{opening}")
    coordinator.submit("Save", needed="4")
    assert letters() == []
    with app.app_context():
        assert db.session.get_one(Event, number).needed == 4


def test_only_an_event_with_one_opening_says_in_its_details_how_many_it_needs(
    coordinator: PageClient, app: Flask
) -> None:
    with app.app_context():
        one, two = fair(), fair_in_two()
        number, references = two.id, (one.reference, two.reference)
    assert "How many ambassadors are needed" in coordinator.get(f"/manage/events/{references[0]}/edit").main
    page = coordinator.get(f"/manage/events/{references[1]}/edit")
    assert "How many ambassadors are needed" not in page.main
    coordinator.submit("Save", title="Another title")
    with app.app_context():
        found = db.session.get_one(Event, number)
        assert (found.title, found.needed) == ("Another title", 3)


def test_an_opening_is_removed_when_nobody_is_on_it_and_never_the_last(
    coordinator: PageClient, app: Flask, act: Act, cora: Actor, traces: Traces
) -> None:
    with app.app_context():
        event = fair_in_two()
        early, late = event.openings
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=ACCEPTED, opening=early)
        no = makers.make_assignment(event, status=AssignmentStatus.DECLINED, opening=late)
        order = InvitationOrder(
            opening_id=late.id, status=OrderStatus.STOPPED, answer_hours=24, words="", made_at=clock.now()
        )
        db.session.add(order)
        db.session.flush()
        no.order_id, no.place_in_order = order.id, 1
        db.session.commit()
        number, reference, first, second = event.id, event.reference, early.id, late.id
    before = traces()
    page = coordinator.get(f"/manage/events/{reference}/openings/{first}/remove")
    assert page.has("Amina Khan. Take them off first")
    with pytest.raises(Conflict, match="Amina Khan"):
        act(lambda: actions.remove_opening(cora, db.session.get_one(Opening, first)))
    assert traces() == before
    coordinator.get(f"/manage/events/{reference}/openings/{second}/remove")
    coordinator.submit("Remove the opening")
    with app.app_context():
        found = db.session.get_one(Event, number)
        assert ([one.id for one in found.openings], found.needed) == ([first], 1)
        assert {(one.opening_id, one.ends_at) for one in found.assignments} == {(first, makers.in_days(20, 12))}
        assert db.session.query(InvitationOrder).count() == 0
    with pytest.raises(Conflict, match="one opening at least"):
        act(lambda: actions.remove_opening(cora, db.session.get_one(Opening, first)))


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.DONE])
def test_what_is_over_keeps_its_openings(
    coordinator: PageClient, app: Flask, act: Act, cora: Actor, status: EventStatus
) -> None:
    with app.app_context():
        event = fair_in_two(status=status)
        number, reference, opening = event.id, event.reference, event.openings[0].id
    for path in ("new", str(opening), f"{opening}/remove"):
        coordinator.get(f"/manage/events/{reference}/openings/{path}", status=409)
    details = OpeningDetails(makers.in_days(20, 9), makers.in_days(20, 10), 1)
    for run in (
        lambda: actions.add_opening(cora, db.session.get_one(Event, number), details),
        lambda: actions.change_opening(cora, db.session.get_one(Opening, opening), details),
        lambda: actions.remove_opening(cora, db.session.get_one(Opening, opening)),
    ):
        with pytest.raises(Conflict):
            act(run)


@pytest.mark.one_database
def test_openings_that_are_alike_are_told_apart_and_pages_of_a_person_name_their_part(
    coordinator: PageClient, app: Flask
) -> None:
    with app.app_context():
        times = makers.in_days(20, 10), makers.in_days(20, 11)
        event = fair(openings=[makers.make_opening(*times), makers.make_opening(*times)], needed=2)
        row = makers.make_assignment(event, opening=event.openings[1])
        path, number = f"/manage/events/{event.reference}", row.id
    page = coordinator.get(path)
    assert page.has("1 person, 10am to 11am (number 1 of 2): 0 of 1 coming")
    assert page.has("1 person, 10am to 11am (number 2 of 2): 0 of 1 coming, 1 asked")
    assert "1 person, 10am to 11am (number 2 of 2)" in coordinator.get(f"{path}/assign").links()
    for act in ("answer", "withdraw"):
        page = coordinator.get(f"{path}/ambassadors/{number}/{act}")
        assert page.has("10am to 11am")
        assert "9am" not in page.main


@pytest.mark.one_database
def test_an_opening_of_another_event_is_not_found(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        reference, other = fair().reference, fair().openings[0].id
    for path in (other, f"{other}/remove", 2147483647, 2147483648):
        coordinator.get(f"/manage/events/{reference}/openings/{path}", status=404)


def test_nobody_but_a_coordinator_changes_openings(app: Flask, act: Act, traces: Traces) -> None:
    with app.app_context():
        number = fair().id
    details = OpeningDetails(makers.in_days(20, 9), makers.in_days(20, 10), 1)
    before = traces()
    with pytest.raises(Exception, match="coordinator"):
        act(lambda: actions.add_opening(Actor(ActorKind.AMBASSADOR, 1), db.session.get_one(Event, number), details))
    assert traces() == before


def test_who_is_too_many_in_one_opening_fills_no_other(app: Flask) -> None:
    with app.app_context():
        event = fair_in_two()
        for _ in range(3):
            makers.make_assignment(event, status=ACCEPTED, opening=event.openings[0])
        number = event.id
    with app.app_context():
        assert [one.id for one in list_short_events()] == [number]


def test_who_is_ticked_for_one_opening_is_never_asked_to_the_next(
    coordinator: PageClient, app: Flask, act: Act, cora: Actor
) -> None:
    """While the page stands open somebody else fills the opening that it is about."""
    with app.app_context():
        event = fair_in_two()
        number, reference, morning = event.id, event.reference, event.openings[0].id
        amina, ben = makers.make_ambassador("Amina Khan").id, makers.make_ambassador("Ben Carter").id
    coordinator.get(f"/manage/events/{reference}/assign")
    act(lambda: actions.invite_ambassadors(cora, db.session.get_one(Event, number), [ben]))
    coordinator.submit("Ask by email", ambassadors=[str(amina)], status=422)  # no place is free by now
    coordinator.submit("Ask by email", more="yes")
    with app.app_context():
        rows = {one.ambassador_id: one.opening_id for one in db.session.get_one(Event, number).assignments}
        assert rows == {ben: morning, amina: morning}
