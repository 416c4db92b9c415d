"""Ambassadors who take a place by themselves: who sees which, what follows, and what stands against it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.ambassadors.models import Ambassador, Away, WeeklyFree
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict, NotFound
from outreach.events import actions
from outreach.events.actions.orders import start_order
from outreach.events.models import Assignment, Choice, Event, Opening
from outreach.events.rules import AssignmentStatus, ChoiceWay, EventStatus
from outreach.visits.rules import RequestStatus
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.own import make_own
from tests.pages import PageClient

Letters = Callable[[], list[Any]]
Act = Callable[..., Any]
Traces = Callable[[], tuple[int, ...]]
NEEDS = "Visits that still need somebody"


def open_event(**more: Any) -> Event:
    """An event whose one opening is open to offers."""
    wanted: dict[str, Any] = {"title": "Careers fair", "starts": makers.in_days(20)} | more
    event = makers.make_event(**wanted)
    event.openings[0].open_to_offers = True
    db.session.commit()
    return event


def titles(page: Any) -> list[str]:
    return [title for title in ("Careers fair", "Another fair") if title in page.main]


@pytest.fixture
def me(app: Flask) -> PageClient:
    return PageClient(app)


def test_a_place_is_taken_by_its_page_at_once(
    me: PageClient, app: Flask, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        makers.make_account(Role.COORDINATOR)
        own, event = make_own(), open_event()
        number, opening = event.id, event.openings[0].id
    assert me.get(own.page).has(NEEDS)
    me.click("See the one you could go to")
    page = me.click("See it")
    assert page.h1 == "Can you come?"
    assert letters() == []
    page = me.submit("I can come")
    assert "You are going" in page.banner
    with app.app_context():
        found = db.session.get_one(Event, number)
        (row,) = found.assignments
        assert (row.status, row.opening_id, found.status) == (AssignmentStatus.ACCEPTED, opening, EventStatus.CONFIRMED)
        choice = db.session.query(Choice).one()
        assert (choice.way, choice.made_by_id, bool(choice.reasons)) == (ChoiceWay.OFFERED, None, True)
    told = letters()
    assert sorted(one.message for one in told) == ["events/accepted", "events/offered"]
    assert audit() == ["assignment.offer"]
    assert me.get(f"{own.page}/openings/{opening}").h1 == "You are going"
    assert me.get(f"{own.page}/openings").has("Nothing at the moment")


def test_said_twice_it_counts_once(app: Flask, act: Act, letters: Letters) -> None:
    with app.app_context():
        own, event = make_own(), open_event()
        opening = event.openings[0].id
    actor = Actor(ActorKind.AMBASSADOR, own.id)
    for _ in range(2):
        act(lambda: actions.offer_to_come(actor, db.session.get_one(Opening, opening)))
    assert [one.message for one in letters()] == ["events/accepted"]


def test_host_hears_who_is_coming_and_was_not_named_before(me: PageClient, app: Flask, letters: Letters) -> None:
    with app.app_context():
        contact = makers.make_contact(name="Jo Contact", phone="01905 555 0123")
        request = makers.make_request(contact, status=RequestStatus.ACCEPTED)
        own, opening = make_own(), open_event(request=request).openings[0].id
    page = me.get(f"{own.page}/openings/{opening}")
    assert "Jo Contact" not in page.main
    assert "Mr Invented" not in page.main
    assert page.has("an email with a link to your visit pack")
    assert me.submit("I can come").has("Jo Contact")
    assert "visits/coming" in [one.message for one in letters()]


WAYS_OUT: dict[str, Callable[[int, Event], None]] = {}


def _out(make: Callable[[int, Event], None]) -> Callable[[int, Event], None]:
    WAYS_OUT[make.__name__] = make
    return make


@_out
def not_open(_me: int, event: Event) -> None:
    event.openings[0].open_to_offers = False


@_out
def cancelled(_me: int, event: Event) -> None:
    event.status = EventStatus.CANCELLED


@_out
def elsewhere(_me: int, event: Event) -> None:
    event.district = makers.district("redditch")


@_out
def unsupervised(_me: int, event: Event) -> None:
    event.supervisor = ""


@_out
def busy(me: int, event: Event) -> None:
    other = makers.make_event(title="Elsewhere", starts=event.starts_at)
    makers.make_assignment(other, db.session.get_one(Ambassador, me))


@_out
def away(me: int, event: Event) -> None:
    day = clock.local(event.starts_at).date()
    db.session.add(Away(ambassador_id=me, first_day=day, last_day=day))


@_out
def fourth_day(me: int, event: Event) -> None:
    for days in (1, 2, 3):
        other = makers.make_event(title="Elsewhere", starts=event.starts_at + timedelta(days=days))
        makers.make_assignment(other, db.session.get_one(Ambassador, me))


@_out
def unqualified(_me: int, event: Event) -> None:
    (opening,) = event.openings
    opening.qualification, opening.qualified_needed = makers.term(Vocabulary.QUALIFICATION, "nurse"), 1


@_out
def full(_me: int, event: Event) -> None:
    makers.make_assignment(event, makers.make_ambassador("Somebody Asked"))


@pytest.mark.parametrize("way", WAYS_OUT)
def test_what_is_not_for_them_is_not_listed_and_cannot_be_taken(
    me: PageClient, app: Flask, act: Act, traces: Traces, way: str
) -> None:
    with app.app_context():
        own, event = make_own(), open_event()
        WAYS_OUT[way](own.id, event)
        db.session.commit()
        opening = event.openings[0].id
    assert titles(me.get(f"{own.page}/openings")) == []
    before = traces()
    with pytest.raises(Conflict):
        act(lambda: actions.offer_to_come(Actor(ActorKind.AMBASSADOR, own.id), db.session.get_one(Opening, opening)))
    assert traces() == before


def test_who_qualifies_takes_the_place_that_is_kept_for_them(me: PageClient, app: Flask) -> None:
    with app.app_context():
        nurse = makers.term(Vocabulary.QUALIFICATION, "nurse")
        own, event = make_own(terms=[makers.activity(), nurse]), open_event(needed=2)
        (opening,) = event.openings
        opening.qualification, opening.qualified_needed = nurse, 1
        makers.make_assignment(event, status=AssignmentStatus.ACCEPTED)
        db.session.commit()
        number = opening.id
    me.get(f"{own.page}/openings/{number}")
    assert "You are going" in me.submit("I can come").banner


def test_usual_week_and_notice_are_theirs_to_waive(me: PageClient, app: Flask) -> None:
    with app.app_context():
        own, event = make_own(notice_days=60), open_event()
        weekday = (clock.local(event.starts_at).weekday() + 1) % 7
        db.session.add(WeeklyFree(ambassador_id=own.id, weekday=weekday, part=PartOfDay.EVENING))
        db.session.commit()
    assert titles(me.get(f"{own.page}/openings")) == ["Careers fair"]


def test_last_place_taken_meanwhile_is_told_in_words(me: PageClient, app: Flask, traces: Traces) -> None:
    with app.app_context():
        own, event = make_own(), open_event()
        number, opening = event.id, event.openings[0].id
    me.get(f"{own.page}/openings/{opening}")
    with app.app_context():
        makers.make_assignment(db.session.get_one(Event, number), status=AssignmentStatus.ACCEPTED)
    before = traces()
    page = me.submit("I can come", status=422)
    assert "Somebody else has just taken the last place" in page.errors[""]
    assert traces() == before
    assert me.get(f"{own.page}/openings/{opening}").h1 == "Nobody else is needed"


def test_whoever_said_no_may_offer_after_all_and_who_is_asked_answers_the_invitation(
    me: PageClient, app: Flask, act: Act
) -> None:
    with app.app_context():
        own, event = make_own(), open_event(needed=2)
        person = db.session.get_one(Ambassador, own.id)
        row = makers.make_assignment(event, person, status=AssignmentStatus.DECLINED)
        asked, opening = open_event(title="Another fair", needed=2, starts=makers.in_days(25)), event.openings[0].id
        makers.make_assignment(asked, person)
        other, number = asked.openings[0].id, row.id
    assert titles(me.get(f"{own.page}/openings")) == ["Careers fair"]
    assert me.get(f"{own.page}/openings/{other}").h1 == "Can you come?"
    assert "See it" not in me.here.main
    me.get(f"{own.page}/openings/{opening}")
    me.submit("I can come")
    with app.app_context():
        assert db.session.get_one(type(row), number).status is AssignmentStatus.ACCEPTED


def test_an_order_and_offers_share_the_places(me: PageClient, app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        own, event = make_own(), open_event()
        opening, first = event.openings[0].id, makers.make_ambassador("First In Order").id
    act(lambda: start_order(cora, db.session.get_one(Opening, opening), [first], answer_hours=24))
    assert titles(me.get(f"{own.page}/openings")) == []
    reason = Vocabulary.CANNOT_COME_REASON
    with app.app_context():
        (row,) = db.session.get_one(Opening, opening).event.assignments
        number, code = row.id, list_terms(reason)[0].code
    act(
        lambda: actions.decline_invitation(
            cora, db.session.get_one(Assignment, number), reason=makers.term(reason, code), words=""
        )
    )
    assert titles(me.get(f"{own.page}/openings")) == ["Careers fair"]


def test_only_an_ambassador_offers_themselves(app: Flask, act: Act, cora: Actor, traces: Traces) -> None:
    with app.app_context():
        opening = open_event().openings[0].id
    before = traces()
    for actor in (cora, Actor(ActorKind.CONTACT, 1), Actor(ActorKind.AMBASSADOR, 99999)):
        with pytest.raises(NotFound):
            act(lambda who=actor: actions.offer_to_come(who, db.session.get_one(Opening, opening)))
    assert traces() == before


@pytest.mark.one_database
def test_the_list_asks_the_database_as_often_for_ten_places_as_for_one(me: PageClient, app: Flask) -> None:
    counts = []
    with app.app_context():
        own = make_own()
    for number in range(2):
        with app.app_context():
            for days in range(1 if number == 0 else 9):
                site = makers.make_institution().sites[0]
                open_event(starts=makers.in_days(20 + 35 * (days + number)), site=site, institution=site.institution)
                makers.make_assignment(ambassador=makers.make_ambassador(home="redditch", travels_to=["worcester"]))
        me.get(f"{own.page}/openings")
        with count_queries(app) as seen:
            page = me.get(f"{own.page}/openings")
        counts.append(len(seen))
        assert page.main.count("Careers fair") == (1 if number == 0 else 10)
    assert counts[0] == counts[1], counts


@pytest.mark.one_database
def test_places_that_are_not_there_are_not_found(me: PageClient, app: Flask) -> None:
    with app.app_context():
        own, closed = make_own(), makers.make_event().openings[0].id
    for number in (closed, 2147483647, 2147483648):
        me.get(f"{own.page}/openings/{number}", status=404)
    me.get(f"/ambassador/{'x' * 43}/openings", status=404)
