"""A contact of an event that nobody has asked for hears what is planned, and once verified who is coming."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.institutions.actions import ContactDetails, edit_contact, verify_contact
from outreach.institutions.models import Contact
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.clocks import move_to
from tests.pages import PageClient

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
HOST = "host@school.example"
LEAVES = {"Amina", "Khan", "amina@care.example", "Provider"}


class Fair:
    """A fair that we go to, with a contact of the school and Amina and Ben asked."""

    def __init__(self, app: Flask, act: Act, letters: Letters, *, verified: bool, asked_for: bool = False) -> None:
        self.app, self.act, self.letters = app, act, letters
        with app.app_context():
            school = makers.make_institution("Hill School")
            contact = makers.make_contact(school, name="Ms Host", email=HOST, verified=verified)
            adults = makers.audience("adult_learners")
            where = {"institution": school, "site": school.sites[0], "contact": contact, "audience": adults}
            if asked_for:
                where = {"request": makers.make_request(contact)}
            event = makers.make_event(title="Careers fair", needed=2, **where)
            people = [
                makers.make_ambassador("Amina Khan", email="amina@care.example", job_title="Nurse", council=False),
                makers.make_ambassador("Ben Lowe", job_title="Carer"),
            ]
            self.rows = [makers.make_assignment(event, one).id for one in people]
            self.event, self.contact = event.id, contact.id

    def row(self, number: int) -> Assignment:
        return db.session.get_one(Assignment, self.rows[number])

    def own(self, number: int) -> Actor:
        return Actor(ActorKind.AMBASSADOR, self.row(number).ambassador_id)

    def say_yes(self, number: int) -> list[Any]:
        self.act(lambda: actions.accept_invitation(self.own(number), self.row(number)))
        return self.told()

    def say_no(self, number: int) -> list[Any]:
        def run() -> None:
            reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
            actions.decline_invitation(self.own(number), self.row(number), reason=reason, words="")

        self.act(run)
        return self.told()

    def do(self, what: Callable[[Event], None]) -> list[Any]:
        self.act(lambda: what(db.session.get_one(Event, self.event)))
        return self.told()

    def verify(self) -> None:
        how, account = list_terms(Vocabulary.VERIFIED_HOW)[0], makers.make_account(Role.COORDINATOR)
        who = Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.COORDINATOR}))
        verify_contact(who, db.session.get_one(Contact, self.contact), how)

    def told(self) -> list[Any]:
        return [one for one in self.letters() if one.to == HOST]


def move(cora: Actor) -> Callable[[Event], None]:
    def run(event: Event) -> None:
        later = timedelta(days=7)
        starts, ends = event.starts_at + later, event.ends_at + later
        actions.move_event(cora, event, starts_at=starts, ends_at=ends, place=event.place, online=event.online)

    return run


def test_each_yes_and_who_drops_out_is_told_once(app: Flask, act: Act, letters: Letters) -> None:
    fair = Fair(app, act, letters, verified=True)
    (first,) = fair.say_yes(0)
    assert first.subject.startswith("No answer needed: who is coming to Careers fair on ")
    assert "Who is coming: Amina, Nurse, " in first.body
    assert "Khan" not in first.body
    assert "amina@" not in first.body
    assert fair.say_yes(0) == []
    (second,) = fair.say_yes(1)
    assert second.body.index("Who is coming: Amina, Nurse") < second.body.index("Who is coming: Ben, Carer")
    (less,) = fair.say_no(1)
    assert "Ben" not in less.body
    (none,) = fair.say_no(0)
    assert none.subject.startswith("No answer needed: nobody is coming yet to Careers fair")
    assert "Amina" not in none.body


def test_a_no_to_what_nobody_was_told_of_is_not_told(app: Flask, act: Act, letters: Letters) -> None:
    fair = Fair(app, act, letters, verified=True)
    assert fair.say_no(0) == []
    assert len(fair.say_yes(1)) == 1


def test_whom_nobody_has_verified_reads_no_name_until_somebody_has(
    app: Flask, act: Act, letters: Letters, cora: Actor
) -> None:
    fair = Fair(app, act, letters, verified=False)
    assert fair.say_yes(0) == []
    moved = fair.do(move(cora))
    assert [one.message for one in moved] == ["events/host_on"]
    assert not any(word in one.subject + one.body for one in moved for word in LEAVES)
    assert fair.say_yes(0) == []

    act(fair.verify)
    (told,) = fair.told()
    assert told.message == "events/host_people"
    assert "Who is coming: Amina, Nurse" in told.body


def test_moved_and_called_off(app: Flask, act: Act, letters: Letters, cora: Actor) -> None:
    fair = Fair(app, act, letters, verified=True)
    fair.say_yes(0)
    (moved,) = fair.do(move(cora))
    assert moved.subject.startswith("Answer only if it does not suit you: Careers fair has moved to ")
    assert "This has moved to " in moved.body
    assert "It was: " in moved.body
    assert len(fair.say_yes(0)) == 1  # asked again, for another day
    (off,) = fair.do(lambda event: actions.cancel_event(cora, event, reason=None, words=""))
    assert off.subject.startswith("Cancelled, no answer needed: Careers fair on ")


def test_with_under_18s_it_says_what_is_still_to_be_told(app: Flask, act: Act, letters: Letters) -> None:
    fair = Fair(app, act, letters, verified=True)
    fair.do(lambda event: setattr(event, "audience_id", makers.audience().id))
    (told,) = fair.say_yes(0)
    assert told.subject.startswith("Answer needed: tell us how the group is kept safe, and see who is coming to ")
    assert "It is confirmed once you have told us" in told.body
    (told,) = fair.say_no(0)
    assert told.subject.startswith("Answer needed: tell us how the group is kept safe. Nobody is coming yet to ")
    assert "You need do nothing now" not in told.body


@pytest.mark.one_database
def test_who_asked_for_a_visit_is_told_of_it_and_not_twice(app: Flask, act: Act, letters: Letters, cora: Actor) -> None:
    fair = Fair(app, act, letters, verified=True, asked_for=True)
    told = [*fair.say_yes(0), *fair.do(move(cora)), *fair.say_yes(0)]
    told += fair.do(lambda event: actions.cancel_event(cora, event, reason=None, words=""))
    assert not [one.message for one in told if one.message.startswith("events/")]


def pack_of(letter: Any) -> str:
    """The path of the visit pack in a mail."""
    (link,) = [word for word in letter.body.split() if "/hosting/" in word]
    return "/" + link.split("/", 3)[3]


def test_the_link_of_the_mail_opens_the_pack_until_the_event_ends_also_when_it_is_moved(
    app: Flask, act: Act, letters: Letters, cora: Actor
) -> None:
    fair = Fair(app, act, letters, verified=True)
    (told,) = fair.say_yes(0)
    path, phone = pack_of(told), PageClient(app)
    page = phone.get(path)
    assert page.h1 == "Your visit pack"
    assert page.has("Amina, Nurse")
    assert not page.has("Khan")
    assert not page.has("private link"), "they have none to say how the day is"
    (moved,) = fair.do(move(cora))
    assert phone.get(pack_of(moved)).has("We are still finding an ambassador")
    with app.app_context():
        ends = db.session.get_one(Event, fair.event).ends_at
    move_to(ends - timedelta(minutes=1))
    assert phone.get(path).h1 == "Your visit pack"
    move_to(ends)
    phone.get(path, status=410)


def test_the_pack_names_nobody_until_somebody_has_verified_the_contact(
    app: Flask, act: Act, letters: Letters, cora: Actor
) -> None:
    fair = Fair(app, act, letters, verified=False)
    (moved,) = fair.do(move(cora))
    fair.say_yes(0)
    text = PageClient(app).get(pack_of(moved)).text
    assert "An ambassador. Before we tell you who it is, we telephone" in text
    assert not [word for word in LEAVES if word in text]


def other_contact(cora: Actor) -> Callable[[Event], None]:
    def run(event: Event) -> None:
        assert event.site is not None
        assert event.institution is not None
        new = makers.make_contact(event.institution, name="Nina New", email="nina@school.example")
        actions.rehost_event(cora, event, actions.Host(event.site, new, event.place, event.title))

    return run


def other_address(cora: Actor) -> Callable[[Event], None]:
    def run(event: Event) -> None:
        assert event.contact is not None
        details = ContactDetails(name="Ms Host", email="elsewhere@school.example", phone="", job_title="")
        edit_contact(cora, event.contact, details)

    return run


def called_off(cora: Actor) -> Callable[[Event], None]:
    return lambda event: actions.cancel_event(cora, event, reason=None, words="")


@pytest.mark.parametrize("what", [other_contact, other_address, called_off])
def test_the_pack_is_not_for_whoever_it_is_not_with_any_more(
    app: Flask, act: Act, letters: Letters, cora: Actor, what: Callable[[Actor], Callable[[Event], None]]
) -> None:
    fair = Fair(app, act, letters, verified=True)
    (told,) = fair.say_yes(0)
    act(lambda: what(cora)(db.session.get_one(Event, fair.event)))
    PageClient(app).get(pack_of(told), status=410)
    if what is other_address:
        act(fair.verify)
    fresh = [one for one in letters() if one.to in ("nina@school.example", "elsewhere@school.example")]
    assert len(fresh) == {other_contact: 2, other_address: 1, called_off: 0}[what]
    for one in fresh:
        assert PageClient(app).get(pack_of(one)).has("Amina, Nurse")
