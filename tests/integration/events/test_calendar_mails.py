"""Which mails put an event into whose calendar, and which take it out. A point is one of the calendar checklist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.rules import AddressChanged, AmbassadorStatus, AmbassadorStopped
from outreach.db import db
from outreach.districts.queries import get_term
from outreach.districts.rules import Vocabulary
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind
from tests import makers
from tests.kit.calendar_mails import Sent, read_calendar_mail

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

Act = Callable[..., Any]


@pytest.fixture
def invitations(app: Flask) -> Callable[[], list[Sent]]:
    """The mails with a calendar that were queued since this was last asked, oldest first."""
    seen = 0

    def read() -> list[Sent]:
        nonlocal seen
        with app.app_context():
            mails = db.session.scalars(select(Mail).where(Mail.id > seen).order_by(Mail.id)).all()
            seen = max((one.id for one in mails), default=seen)
            return [read_calendar_mail(one) for one in mails if one.calendar]

    return read


@pytest.fixture
def asked(app: Flask, act: Act, cora: Actor, invitations: Callable[[], list[Sent]]) -> list[Sent]:
    """Amina and Ben are asked to one event; what they were mailed."""
    with app.app_context():
        people = [
            makers.make_ambassador(name, email=f"{name.lower()}@care.example").id for name in ("Amina", "Ben", "Carys")
        ]
        event_id = makers.make_event(needed=2).id
    act(lambda: actions.invite_ambassadors(cora, db.session.get_one(Event, event_id), people[:2]))
    return invitations()


def event() -> Event:
    return db.session.scalars(select(Event).order_by(Event.id)).first()  # type: ignore[return-value]


def row(name: str) -> Assignment:
    rows = db.session.scalars(select(Assignment).order_by(Assignment.id))
    return next(one for one in rows if one.ambassador.name == name)


def own(one: Assignment) -> Actor:
    return Actor(ActorKind.AMBASSADOR, one.ambassador_id, one.ambassador.name, frozenset())


def decline(name: str, **more: Any) -> None:
    one = row(name)
    reason = get_term(Vocabulary.CANNOT_COME_REASON, "on_shift")
    actions.decline_invitation(own(one), one, reason=reason, words="", **more)


def move(actor: Actor, days: int = 1) -> None:
    one, by = event(), timedelta(days=days)
    actions.move_event(
        actor, one, starts_at=one.starts_at + by, ends_at=one.ends_at + by, place=one.place, online=one.online
    )


def test_points_44_and_49_each_is_asked_by_a_mail_of_their_own_with_a_link_beside(
    app: Flask, asked: list[Sent]
) -> None:
    assert [(one.message, one.method) for one in asked] == [("events/invitation", "REQUEST")] * 2
    assert [one.to for one in asked] == [one.attendee for one in asked] == ["amina@care.example", "ben@care.example"]
    assert all("/invitations/" in one.body for one in asked)
    with app.app_context():
        assert {one.uid for one in asked} == {event().uid_staff}
        assert {one.sequence for one in asked} == {event().sequence} == {1}
        assert [(one.mailed_sequence, one.mailed_to) for one in event().assignments] == [
            (1, "amina@care.example"),
            (1, "ben@care.example"),
        ]


def test_point_45_a_move_asks_again_by_the_same_uid_and_a_higher_sequence(
    app: Flask, act: Act, cora: Actor, later: Any, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    later(timedelta(minutes=5))
    act(lambda: move(cora))
    again = invitations()
    assert [(one.message, one.method, one.to) for one in again] == [
        ("events/moved", "REQUEST", "amina@care.example"),
        ("events/moved", "REQUEST", "ben@care.example"),
    ]
    for before, after in zip(asked, again, strict=True):
        assert after.uid == before.uid
        assert after.sequence > before.sequence
        assert after.stamp > before.stamp
        assert after.starts == before.starts + timedelta(days=1)
    with app.app_context():
        assert {one.mailed_sequence for one in event().assignments} == {again[0].sequence}


def test_point_45_a_typo_raises_the_counter_and_sends_no_mail(
    app: Flask, act: Act, cora: Actor, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    def mend() -> None:
        known = {one.name: getattr(event(), one.name) for one in fields(actions.EventEdit)}
        actions.edit_event(cora, event(), actions.EventEdit(**known | {"title": "Another title"}))

    act(mend)
    assert invitations() == []
    with app.app_context():
        assert event().sequence == asked[0].sequence + 1
        assert {one.mailed_sequence for one in event().assignments} == {asked[0].sequence}, "answers to it still count"


def test_point_46_a_cancelled_event_is_taken_out_of_the_calendars_it_is_in(
    app: Flask, act: Act, cora: Actor, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    act(lambda: decline("Ben"))
    act(lambda: actions.accept_invitation(own(row("Amina")), row("Amina")))
    before = invitations()[-1]
    act(lambda: actions.cancel_event(cora, event(), reason=None, words=""))
    (gone,) = invitations()
    assert (gone.message, gone.method, gone.to) == ("events/cancelled", "CANCEL", "amina@care.example")
    assert (gone.uid, gone.starts) == (asked[0].uid, asked[0].starts)
    assert gone.sequence > before.sequence > asked[0].sequence
    assert "takes the event out of your calendar" in gone.body
    with app.app_context():
        assert {(one.mailed_sequence, one.mailed_to) for one in event().assignments} == {(None, None)}


def test_point_46_one_person_taken_off_is_told_alone(
    act: Act, cora: Actor, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    act(lambda: actions.withdraw_assignment(cora, row("Ben")))
    (gone,) = invitations()
    assert (gone.message, gone.method, gone.to) == ("events/withdrawn", "CANCEL", "ben@care.example")
    assert gone.attendee == gone.to
    assert gone.sequence > asked[1].sequence


def test_point_46_whoever_has_stopped_is_told_without_a_link(
    app: Flask, act: Act, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    def stop() -> None:
        one = row("Ben")
        one.ambassador.status = AmbassadorStatus.PAUSED
        actions.follow_stopped_ambassador(AmbassadorStopped(one.ambassador_id, "paused"))

    act(stop)
    (gone,) = invitations()
    assert (gone.method, gone.to) == ("CANCEL", "ben@care.example")
    assert "/invitations/" not in gone.body


def test_point_46_whoever_did_not_answer_is_let_off_and_their_time_is_free_again(
    app: Flask, act: Act, later: Any, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    act(lambda: actions.accept_invitation(own(row("Amina")), row("Amina")))
    later(timedelta(days=6))
    act(actions.lapse_invitations)
    (gone,) = invitations()
    assert (gone.message, gone.method, gone.to) == ("events/lapsed", "CANCEL", "ben@care.example")
    assert gone.sequence > asked[1].sequence


def test_a_no_by_link_takes_it_out_of_the_calendar_once(
    act: Act, cora: Actor, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    act(lambda: decline("Ben"))
    (gone,) = invitations()
    assert (gone.message, gone.method, gone.to) == ("events/answered_no", "CANCEL", "ben@care.example")
    assert "Thank you for telling us" in gone.body
    act(lambda: decline("Ben"))
    act(lambda: actions.cancel_event(cora, event(), reason=None, words=""))
    assert [one.to for one in invitations()] == ["amina@care.example"]


def test_a_yes_after_a_no_by_link_puts_it_back_into_the_calendar(
    app: Flask, act: Act, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    act(lambda: decline("Ben"))
    act(lambda: actions.accept_invitation(own(row("Ben")), row("Ben")))
    gone, back = invitations()
    assert (gone.method, back.method) == ("CANCEL", "REQUEST")
    assert (back.message, back.to, back.attendee) == ("events/accepted", "ben@care.example", "ben@care.example")
    assert (back.uid, back.sequence > gone.sequence) == (gone.uid, True)
    assert (back.answer, back.awaited) == ("ACCEPTED", False)
    assert "puts it into your calendar" in back.body
    with app.app_context():
        assert row("Ben").mailed_sequence == back.sequence
    act(lambda: actions.accept_invitation(own(row("Amina")), row("Amina")))
    assert invitations() == [], "it stands in hers since she was asked"


def test_a_no_by_calendar_is_not_answered_with_a_mail(
    app: Flask, act: Act, asked: list[Sent], invitations: Callable[[], list[Sent]], letters: Callable[[], list[Any]]
) -> None:
    letters()
    act(lambda: decline("Ben", way="calendar"))
    assert invitations() == []
    assert [one.to for one in letters() if one.to.endswith("@care.example")] == []
    with app.app_context():
        assert row("Ben").mailed_sequence == asked[1].sequence, "they may still change their mind in their calendar"


def test_point_45_asked_once_more_after_a_cancel_the_counter_goes_on(
    act: Act, cora: Actor, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    act(lambda: actions.withdraw_assignment(cora, row("Ben")))
    act(lambda: actions.invite_ambassadors(cora, event(), [row("Ben").ambassador_id]))
    gone, again = invitations()
    assert (gone.method, again.method) == ("CANCEL", "REQUEST")
    assert asked[1].sequence < gone.sequence < again.sequence
    assert gone.uid == again.uid


def test_point_45_nothing_goes_to_an_address_that_was_not_invited(
    app: Flask, act: Act, cora: Actor, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    def change() -> None:
        row("Ben").ambassador.email = "ben@new.example"

    act(change)
    act(lambda: actions.cancel_event(cora, event(), reason=None, words=""))
    assert [one.to for one in invitations()] == ["amina@care.example"]
    with app.app_context():
        told = db.session.scalars(select(Mail).where(Mail.message == "events/cancelled").order_by(Mail.id)).all()
        assert [one.recipient for one in told] == ["amina@care.example", "ben@new.example"]
        assert "out of your calendar" not in told[1].body


def test_point_45_a_new_address_is_invited_and_the_old_one_no_longer_answers(
    app: Flask, act: Act, asked: list[Sent], invitations: Callable[[], list[Sent]]
) -> None:
    def change() -> None:
        one = row("Ben")
        one.ambassador.email = "ben@new.example"
        actions.follow_new_address(AddressChanged(one.ambassador_id))

    act(change)
    (again,) = invitations()
    assert (again.method, again.to, again.attendee) == ("REQUEST", "ben@new.example", "ben@new.example")
    with app.app_context():
        assert row("Ben").mailed_to == "ben@new.example"
    act(lambda: actions.accept_invitation(own(row("Amina")), row("Amina")))

    def change_again() -> None:
        one = row("Amina")
        one.ambassador.email = "amina@new.example"
        actions.follow_new_address(AddressChanged(one.ambassador_id))

    act(change_again)
    (told,) = invitations()
    assert (told.to, told.answer, told.awaited) == ("amina@new.example", "ACCEPTED", False), "no answer is asked again"
    with app.app_context():
        assert (row("Amina").mailed_to, row("Amina").status) == ("amina@new.example", AssignmentStatus.ACCEPTED)


def test_what_has_begun_is_in_nobodys_calendar(
    app: Flask, act: Act, cora: Actor, invitations: Callable[[], list[Sent]]
) -> None:
    with app.app_context():
        person = makers.make_ambassador("Amina").id
        makers.make_event(starts=clock.now() - timedelta(days=2))
    act(lambda: actions.invite_ambassadors(cora, event(), [person]))
    assert invitations() == []
    with app.app_context():
        assert row("Amina").mailed_sequence is None


@pytest.mark.config(calendar_mailbox="visits@county.example")
def test_point_43_answers_go_to_the_mailbox_that_is_read(app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        person = makers.make_ambassador("Amina").id
        makers.make_event()
    act(lambda: actions.invite_ambassadors(cora, event(), [person]))
    with app.app_context():
        mail = db.session.scalars(select(Mail).where(Mail.calendar_method == "REQUEST")).one()
        (entry,) = Calendar.from_ical(mail.calendar or "").walk("VEVENT")
        assert str(entry["ORGANIZER"]) == "mailto:visits@county.example"
        assert entry["ORGANIZER"].params["CN"]


@pytest.mark.parametrize(
    "title", ["\r\nATTENDEE:mailto:everybody@care.example", 'A "talk"; with, all\\', "\u202eעברית 😀", "x" * 200]
)
def test_point_39_a_hostile_title_asks_nobody_else(
    app: Flask, act: Act, cora: Actor, invitations: Callable[[], list[Sent]], title: str
) -> None:
    with app.app_context():
        person = makers.make_ambassador('Amina "O"; Khan\\').id
        makers.make_event(title=title, place=title, notes=title, supervisor=title)
    act(lambda: actions.invite_ambassadors(cora, event(), [person]))
    (only,) = invitations()
    assert only.attendee == only.to
