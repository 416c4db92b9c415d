"""Choosing ambassadors, answering for them, and taking them off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.errors import Conflict, NotAllowed
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.events.rules import ASSIGNMENT_STEPS, AssignmentStatus, AssignmentStep, EventStatus, answer_by
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient

Traces = Callable[[], tuple[int, ...]]
Letters = Callable[[], list[Any]]


def states(app: Flask) -> dict[str, AssignmentStatus]:
    """The state of each assignment, by the ambassador's name."""
    with app.app_context():
        return {one.ambassador.name: one.status for one in db.session.scalars(select(Assignment))}


def only_event(app: Flask) -> Event:
    with app.app_context():
        return db.session.scalars(select(Event).order_by(Event.id)).first()  # type: ignore[return-value]


def test_several_are_asked_at_once(
    coordinator: PageClient, app: Flask, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        names = ["Amina Khan", "Ben Hughes", "Carys Price"]
        people = [str(makers.make_ambassador(name).id) for name in names]
        reference = makers.make_event(needed=3).reference
    coordinator.get(f"/manage/events/{reference}/assign")
    page = coordinator.submit("Ask by email", ambassadors=people, words="You were wonderful last time")
    assert "3 ambassadors asked by email." in page.banner
    assert set(states(app).values()) == {AssignmentStatus.INVITED}
    found = letters()
    assert [one.message for one in found] == ["events/invitation"] * 3
    assert all("wonderful last time" in one.body and "/invitations/" in one.body for one in found)
    assert all(one.subject.startswith("Answer needed") for one in found)
    assert len({one.body.split("/invitations/")[1].split()[0] for one in found}) == 3
    assert audit() == ["assignment.invite"] * 3
    with app.app_context():
        row = db.session.scalars(select(Assignment)).first()
        assert row is not None
        assert row.invited_at is not None
        asked, starts = clock.local(row.invited_at), clock.local(row.starts_at)
        assert row.answer_by == answer_by(asked, starts, timedelta(days=5))


def test_same_choice_sent_twice_asks_once(coordinator: PageClient, app: Flask, letters: Letters) -> None:
    with app.app_context():
        person = makers.make_ambassador().id
        reference = makers.make_event().reference
    coordinator.get(f"/manage/events/{reference}/assign")
    coordinator.submit("Ask by email", ambassadors=[str(person)])
    coordinator.send_again()
    assert len(letters()) == 1


def test_somebody_is_found_by_name(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        makers.make_ambassador("Amina Khan")
        makers.make_ambassador("Ben Hughes")
        reference = makers.make_event().reference
    page = coordinator.get(f"/manage/events/{reference}/assign?find=KHAN")
    assert "Amina Khan" in page.main
    assert "Ben Hughes" not in page.main
    assert coordinator.submit("Ask by email", ambassadors=["Amina Khan"]).h1
    assert coordinator.get(f"/manage/events/{reference}/assign?find=zzz").has("Nobody by that name")


def test_choosing_costs_the_same_with_one_ambassador_and_with_thirty(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event()
        makers.make_assignment(makers.make_event(title="Other"), makers.make_ambassador())
        reference = event.reference
    path = f"/manage/events/{reference}/assign"
    coordinator.get(path)
    with count_queries(app) as one:
        coordinator.get(path)
    with app.app_context():
        for number in range(30):
            person = makers.make_ambassador(travels_to=["redditch"], home="worcester" if number % 2 else "wychavon")
            if number % 3 == 0:
                makers.make_assignment(makers.make_event(title="Other"), person)
    with count_queries(app) as thirty:
        coordinator.get(path)
    assert len(one) == len(thirty)


@pytest.mark.parametrize("sent", [[], ["0"], ["999999"], ["x"], ["9" * 5000], ["-1"]])
@pytest.mark.one_database
def test_nobody_or_nonsense_is_refused(coordinator: PageClient, app: Flask, traces: Traces, sent: list[str]) -> None:
    with app.app_context():
        makers.make_ambassador()
        reference = makers.make_event().reference
    before = traces()
    coordinator.get(f"/manage/events/{reference}/assign")
    page = coordinator.submit("Ask by email", ambassadors=sent, status=422)
    assert page.errors == {"ambassadors": "Select who to ask"}
    assert traces() == before


def test_who_became_busy_meanwhile_is_told_and_nobody_is_asked(
    coordinator: PageClient, app: Flask, traces: Traces
) -> None:
    with app.app_context():
        event = makers.make_event(needed=2)
        one, two = makers.make_ambassador("Amina Khan"), makers.make_ambassador("Ben Hughes")
        ids, reference = [str(one.id), str(two.id)], event.reference
    coordinator.get(f"/manage/events/{reference}/assign")
    with app.app_context():
        other = makers.make_event(title="A fair")
        makers.make_assignment(other, db.session.get(Ambassador, int(ids[0])))
        busy_with = other.reference
    before = traces()
    page = coordinator.submit("Ask by email", ambassadors=ids, words="Come!", status=422)
    assert page.errors == {"ambassadors": f"Amina Khan: busy then with {busy_with}, A fair."}
    assert page.has("Come!")
    assert traces() == before


def test_who_was_paused_meanwhile_is_told(coordinator: PageClient, app: Flask, traces: Traces) -> None:
    with app.app_context():
        person = makers.make_ambassador("Amina Khan")
        number, reference = person.id, makers.make_event().reference
    coordinator.get(f"/manage/events/{reference}/assign")
    with app.app_context():
        found = db.session.get(Ambassador, number)
        assert found is not None
        found.status = AmbassadorStatus.PAUSED
        db.session.commit()
    before = traces()
    page = coordinator.submit("Ask by email", ambassadors=[str(number)], status=422)
    assert page.errors == {"ambassadors": "Amina Khan: not ready at present."}
    assert traces() == before


@pytest.mark.parametrize("status", AssignmentStatus)
def test_asking_again_follows_the_table(
    app: Flask, act: Callable[..., Any], cora: Actor, letters: Letters, status: AssignmentStatus
) -> None:
    with app.app_context():
        row = makers.make_assignment(status=status)
        event_id, person = row.event_id, row.ambassador_id
    letters()

    def ask() -> None:
        actions.invite_ambassadors(cora, db.session.get(Event, event_id), [person])

    if (status, AssignmentStep.INVITE) not in ASSIGNMENT_STEPS:
        with pytest.raises(Conflict):
            act(ask)
        assert letters() == []
        return
    act(ask)
    assert set(states(app).values()) == {AssignmentStatus.INVITED}
    assert [one.message for one in letters()] == ["events/invitation"]


def test_past_event_takes_people_as_having_come_and_mails_nobody(
    coordinator: PageClient, app: Flask, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        person = makers.make_ambassador("Amina Khan")
        number, reference = person.id, makers.make_event(starts=makers.in_days(-30)).reference
    page = coordinator.get(f"/manage/events/{reference}/assign")
    assert page.has("nobody is mailed")
    coordinator.submit("Put on the event", ambassadors=[str(number)])
    assert states(app) == {"Amina Khan": AssignmentStatus.ACCEPTED}
    assert only_event(app).status is EventStatus.CONFIRMED
    assert letters() == []
    assert audit() == ["assignment.log"]


# Answering for somebody


def test_coordinator_says_yes_for_somebody(coordinator: PageClient, app: Flask, letters: Letters) -> None:
    with app.app_context():
        row = makers.make_assignment(ambassador=makers.make_ambassador("Amina Khan", email="amina@care.example"))
        path = f"/manage/events/{row.event.reference}/ambassadors/{row.id}/answer"
    coordinator.get(path)
    page = coordinator.submit("Save the answer", coming="yes")
    assert "Recorded. Amina Khan has been told by email." in page.banner
    assert states(app) == {"Amina Khan": AssignmentStatus.ACCEPTED}
    assert only_event(app).status is EventStatus.CONFIRMED
    (letter,) = letters()
    assert (letter.message, letter.to) == ("events/accepted", "amina@care.example")
    assert "recorded for you" in letter.body


def test_coordinator_says_no_for_somebody_with_a_reason(coordinator: PageClient, app: Flask, letters: Letters) -> None:
    with app.app_context():
        event = makers.make_event(status=EventStatus.CONFIRMED)
        row = makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=AssignmentStatus.ACCEPTED)
        path = f"/manage/events/{event.reference}/ambassadors/{row.id}/answer"
    coordinator.get(path)
    assert coordinator.submit("Save the answer", status=422).errors == {"coming": "Select what they said"}
    page = coordinator.submit("Save the answer", coming="no", status=422)
    assert page.errors == {"reason": "Select why they cannot come"}
    coordinator.submit("Save the answer", coming="no", reason="on_shift")
    assert states(app) == {"Amina Khan": AssignmentStatus.WITHDRAWN}
    assert only_event(app).status is EventStatus.PLANNED
    assert [one.message for one in letters()] == ["events/answered_no"]


def test_somebody_is_taken_off_and_told(coordinator: PageClient, app: Flask, letters: Letters) -> None:
    with app.app_context():
        event = makers.make_event(status=EventStatus.CONFIRMED)
        row = makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=AssignmentStatus.ACCEPTED)
        reference, path = event.reference, f"/manage/events/{event.reference}/ambassadors/{row.id}/withdraw"
    coordinator.get(f"/manage/events/{reference}")
    coordinator.click("Take off")
    page = coordinator.submit("Take them off", words="The class is smaller now")
    assert page.table("Ambassadors")[0]["State"] == "Taken off"
    assert only_event(app).status is EventStatus.PLANNED
    (letter,) = letters()
    assert letter.message == "events/withdrawn"
    assert "The class is smaller now" in letter.body
    coordinator.get(path, status=409)


def test_assignment_of_another_event_is_not_found(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        row, other = makers.make_assignment(), makers.make_event()
        number, reference = row.id, other.reference
    for act_on in ("answer", "withdraw"):
        coordinator.get(f"/manage/events/{reference}/ambassadors/{number}/{act_on}", status=404)
        coordinator.get(f"/manage/events/{reference}/ambassadors/99999999999/{act_on}", status=404)


STRANGERS = [
    Actor(ActorKind.PUBLIC),
    Actor(ActorKind.CONTACT, 1),
    Actor(ActorKind.ACCOUNT, 1, "Vic", frozenset({Role.VIEWER, Role.ADMINISTRATOR})),
]


@pytest.mark.parametrize("who", STRANGERS, ids=lambda who: who.kind.value)
def test_acts_refuse_whoever_is_no_coordinator(app: Flask, act: Callable[..., Any], traces: Traces, who: Actor) -> None:
    with app.app_context():
        row = makers.make_assignment()
        number, person = row.id, makers.make_ambassador().id
        reason = makers.term(makers.Vocabulary.CANNOT_COME_REASON, "on_shift")
    before = traces()

    def assignment() -> Assignment:
        return db.session.get(Assignment, number)  # type: ignore[return-value]

    def times() -> dict[str, Any]:
        return {"starts_at": clock.now() + timedelta(days=9), "ends_at": clock.now() + timedelta(days=9, hours=1)}

    tries: list[Callable[[], object]] = [
        lambda: actions.invite_ambassadors(who, assignment().event, [person]),
        lambda: actions.accept_invitation(who, assignment()),
        lambda: actions.decline_invitation(who, assignment(), reason=reason, words=""),
        lambda: actions.withdraw_assignment(who, assignment()),
        lambda: actions.publish_event(who, assignment().event),
        lambda: actions.unpublish_event(who, assignment().event),
        lambda: actions.cancel_event(who, assignment().event, reason=None, words=""),
        lambda: actions.move_event(who, assignment().event, **times(), place="Elsewhere", online=False),
    ]
    for one in tries:
        with pytest.raises(NotAllowed):
            act(one)
    assert traces() == before
