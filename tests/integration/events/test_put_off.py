"""What follows when an event moves and people have changed in between, or their addresses have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import LinkToken
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.events.rules import HOST_CANCELLED, AssignmentStatus, EventStatus
from outreach.visits.actions.deciding import withdraw_request
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.web.door import Actor, ActorKind, Purpose
from tests import makers
from tests.pages import PageClient

Letters = Callable[[], list[Any]]
Act = Callable[..., Any]


def move(act: Act, actor: Actor, event_id: int, days: int) -> None:
    def run() -> None:
        event = db.session.get_one(Event, event_id)
        starts = makers.in_days(days)
        ends = starts + timedelta(hours=1)
        actions.move_event(actor, event, starts_at=starts, ends_at=ends, place=event.place, online=False)

    act(run)


def state_of(app: Flask, assignment_id: int) -> AssignmentStatus:
    with app.app_context():
        return db.session.get_one(Assignment, assignment_id).status


@pytest.fixture
def visit(app: Flask, act: Act, cora: Actor) -> tuple[int, int]:
    """A visit whose host was told that somebody comes, and which then moved: the event and the assignment."""
    with app.app_context():
        request = makers.make_request(status=RequestStatus.ACCEPTED)
        event = makers.make_event(request=request)
        row = makers.make_assignment(event, makers.make_ambassador("Amina Khan"))
    act(lambda: actions.accept_invitation(cora, db.session.get_one(Assignment, row.id)))
    move(act, cora, event.id, 30)
    return event.id, row.id


def test_host_is_told_when_somebody_who_had_said_yes_does_not_answer_for_the_new_time(
    visit: tuple[int, int], act: Act, letters: Letters, later: Callable[[timedelta], None]
) -> None:
    assert "visits/moved" in [one.message for one in letters()]
    later(timedelta(days=6))
    assert act(actions.lapse_invitations) == 1
    told = [one for one in letters() if one.message.startswith("visits/")]
    assert [one.message for one in told] == ["visits/not_coming"]
    assert "finding somebody else" in told[0].body


def test_host_is_told_when_somebody_who_had_said_yes_is_taken_off_after_the_move(
    visit: tuple[int, int], act: Act, letters: Letters, cora: Actor
) -> None:
    letters()
    act(lambda: actions.withdraw_assignment(cora, db.session.get_one(Assignment, visit[1])))
    assert [one.message for one in letters()] == ["events/withdrawn", "visits/not_coming"]


def test_host_hears_nothing_of_somebody_they_were_never_told_of(
    app: Flask, act: Act, letters: Letters, cora: Actor
) -> None:
    with app.app_context():
        event = makers.make_event(request=makers.make_request(status=RequestStatus.ACCEPTED))
        late = makers.make_assignment(event, answer_by=clock.now() - timedelta(minutes=1))
        off = makers.make_assignment(event)
    assert act(actions.lapse_invitations) == 1
    act(lambda: actions.withdraw_assignment(cora, db.session.get_one(Assignment, off.id)))
    assert [one for one in letters() if one.message.startswith("visits/")] == []
    assert state_of(app, late.id) is AssignmentStatus.LAPSED


@pytest.mark.parametrize("status", [AmbassadorStatus.PAUSED, AmbassadorStatus.SUSPENDED, AmbassadorStatus.LEFT])
def test_whoever_has_stopped_is_not_asked_when_a_past_event_is_put_off(
    app: Flask, act: Act, letters: Letters, cora: Actor, coordinator: PageClient, status: AmbassadorStatus
) -> None:
    yesterday = makers.in_days(-1)
    with app.app_context():
        event = makers.make_event(starts=yesterday, status=EventStatus.CONFIRMED)
        stopped = makers.make_ambassador("Gone Person", status=status)
        gone = makers.make_assignment(event, stopped, status=AssignmentStatus.ACCEPTED)
        stays = makers.make_assignment(event, makers.make_ambassador("Still Here"), status=AssignmentStatus.ACCEPTED)
        when = clock.local(makers.in_days(5)).replace(tzinfo=None)
        asked = f"starts={when:%Y-%m-%dT%H:%M}&ends={when:%Y-%m-%d}T23:00&place=The+Guildhall"
    page = coordinator.get(f"/manage/events/{event.reference}/move/confirm?{asked}")
    assert page.has("Still Here, coming")
    assert page.has("Gone Person: not ready at present")
    move(act, cora, event.id, 5)
    assert [one.message for one in letters()] == ["events/moved"]
    assert state_of(app, gone.id) is AssignmentStatus.WITHDRAWN
    assert state_of(app, stays.id) is AssignmentStatus.INVITED
    with app.app_context():
        assert db.session.get_one(Event, event.id).status is EventStatus.PLANNED


def test_who_said_that_they_were_not_there_can_be_asked_once_the_event_is_put_off(
    app: Flask, act: Act, cora: Actor
) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(-1), status=EventStatus.CONFIRMED)
        row = makers.make_assignment(event, status=AssignmentStatus.DID_NOT_ATTEND)
    move(act, cora, event.id, 5)
    assert state_of(app, row.id) is AssignmentStatus.WITHDRAWN
    act(lambda: actions.invite_ambassadors(cora, db.session.get_one(Event, event.id), [row.ambassador_id]))
    assert state_of(app, row.id) is AssignmentStatus.INVITED


def test_nobody_can_say_yes_for_somebody_who_has_stopped(app: Flask, act: Act, cora: Actor, letters: Letters) -> None:
    with app.app_context():
        stopped = makers.make_ambassador("Amina Khan", status=AmbassadorStatus.SUSPENDED)
        row = makers.make_assignment(None, stopped, status=AssignmentStatus.DECLINED)
    with pytest.raises(Conflict, match="Not ready at present: Amina Khan"):
        act(lambda: actions.accept_invitation(cora, db.session.get_one(Assignment, row.id)))
    own = Actor(ActorKind.AMBASSADOR, row.ambassador_id)
    with pytest.raises(Conflict, match="You cannot take visits at present"):
        act(lambda: actions.accept_invitation(own, db.session.get_one(Assignment, row.id)))
    assert state_of(app, row.id) is AssignmentStatus.DECLINED
    assert letters() == []


def test_a_new_address_gets_new_links_to_what_is_still_to_come(
    app: Flask, coordinator: PageClient, letters: Letters
) -> None:
    with app.app_context():
        person = makers.make_ambassador("Amina Khan", email="old@care.example")
        asked = makers.make_assignment(None, person, words="Bring the banner")
        makers.make_assignment(makers.make_event(starts=makers.in_days(9)), person, status=AssignmentStatus.ACCEPTED)
        past = makers.make_event(starts=makers.in_days(-2))
        makers.make_assignment(past, person, status=AssignmentStatus.ACCEPTED)
        makers.make_assignment(makers.make_event(starts=makers.in_days(8)), person, status=AssignmentStatus.DECLINED)
        old = makers.link_to(asked)
    coordinator.get(f"/ambassadors/{person.id}/edit")
    coordinator.submit("Save", email="new@care.example", status=200)
    sent = letters()
    assert {(one.message, one.to) for one in sent} == {
        ("events/invitation", "new@care.example"),
        ("events/accepted", "new@care.example"),
        ("ambassadors/own_link", "new@care.example"),
    }
    invitation = next(one for one in sent if one.message == "events/invitation")
    assert "Bring the banner" in invitation.body
    new = "/" + next(word for word in invitation.body.split() if "/invitations/" in word).split("/", 3)[3]
    stranger = PageClient(app)
    assert stranger.get(new, status=200).text
    assert stranger.get(old, status=410).text
    with app.app_context():
        asked = LinkToken.purpose == Purpose.INVITATION
        live = db.session.scalars(select(LinkToken).where(LinkToken.revoked_at.is_(None), asked)).all()
        assert len(live) == 2, "one for each mail, and none for what is over or was declined"


def test_a_visit_that_its_host_gave_up_is_withdrawn_with_its_event(
    app: Flask, coordinator: PageClient, letters: Letters
) -> None:
    with app.app_context():
        request = makers.make_request(status=RequestStatus.ACCEPTED)
        event = makers.make_event(request=request)
    coordinator.get(f"/manage/events/{event.reference}/cancel")
    coordinator.submit("Cancel the event", reason="The host cancelled", words="As you told us", status=200)
    with app.app_context():
        assert db.session.get_one(Event, event.id).status is EventStatus.CANCELLED
        assert db.session.get_one(VisitRequest, request.id).status is RequestStatus.WITHDRAWN
    (told,) = letters()
    assert told.message == "visits/withdrawn"
    assert "As you told us" in told.body


def test_a_county_without_a_word_for_it_lets_a_host_withdraw(app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        request = makers.make_request(status=RequestStatus.ACCEPTED)
        event = makers.make_event(request=request)
        makers.term(Vocabulary.CANCEL_REASON, HOST_CANCELLED).code = "tide"
        db.session.commit()
    act(lambda: withdraw_request(cora, db.session.get_one(VisitRequest, request.id)))
    with app.app_context():
        assert db.session.get_one(Event, event.id).status is EventStatus.CANCELLED
