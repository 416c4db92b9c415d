"""What is arranged for the day: who may say it, and that nobody writes over what somebody else has said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.events.actions import move_event
from outreach.events.actions.arrangements import CouncilWords, HostWords, arrange_day, forget_host
from outreach.events.actions.changing import Host, rehost_event
from outreach.events.models import Arrangements, Event
from outreach.events.queries.arrangements import (
    find_last_time,
    is_missing,
    list_unconfirmed_events,
    unconfirmed_of,
)
from outreach.events.queries.entries import entry_for_host
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.ical import EventStatus as Written
from outreach.institutions.models import Contact, Site
from outreach.web.door import PUBLIC, Actor, ActorKind
from tests import makers
from tests.kit.racing import DONE, race

ADULTS = "adult_learners"
Act = Callable[..., Any]
Traces = Callable[[], tuple[int, ...]]

SAID = HostWords(
    room="Reception, then B12",
    access="Ring the bell",
    parking="Behind the gym",
    contact_name="Dee Daytime",
    contact_phone="01905 555 0122",
    safeguarding_name="Sal Safe",
    safeguarding_phone="01905 555 0133",
    agreed=True,
)


@pytest.fixture
def visit(app: Flask) -> int:
    """A visit with under-18s of which nobody has said anything."""
    with app.app_context():
        return makers.make_event(request=makers.make_request(makers.make_contact())).id


def the(event_id: int) -> Event:
    return db.session.get_one(Event, event_id)


def host_of(app: Flask, event_id: int) -> Actor:
    with app.app_context():
        return Actor(ActorKind.CONTACT, the(event_id).contact_id)


def arrange(act: Act, who: Actor, event_id: int, said: HostWords = SAID, **more: Any) -> None:
    act(lambda: arrange_day(who, the(event_id), said, **more))


def kept(app: Flask, event_id: int) -> dict[str, Any]:
    with app.app_context():
        row = db.session.get_one(Arrangements, event_id)
        return {name: getattr(row, name) for name in asdict(SAID) if name != "agreed"} | {
            "agreed": row.host_agreed_at is not None,
            "needs": row.needs,
            "slides": row.slides,
            "version": row.version,
        }


def test_the_host_says_it_and_the_visit_is_confirmed(app: Flask, act: Act, visit: int) -> None:
    with app.app_context():
        assert "has not confirmed how the group is kept safe" in unconfirmed_of(the(visit))
        before = the(visit).sequence
    arrange(act, host_of(app, visit), visit)
    assert kept(app, visit) == asdict(SAID) | {"needs": "", "slides": "", "version": 1}
    with app.app_context():
        assert unconfirmed_of(the(visit)) == ""
        assert not is_missing(the(visit))
        assert the(visit).sequence == before + 1, "the host's calendar shows that it is confirmed"
        [line] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "event.arrange"))
        assert line.actor_kind is ActorKind.CONTACT
        assert not any(words in str(line.details) for words in asdict(SAID).values() if isinstance(words, str))


def test_the_hosts_calendar_says_confirmed_once_they_have(app: Flask, act: Act, visit: int) -> None:
    def status() -> Written:
        with app.app_context():
            return entry_for_host(the(visit), named=True).status

    with app.app_context():
        makers.make_assignment(the(visit), status=AssignmentStatus.ACCEPTED)
    assert status() is Written.TENTATIVE
    arrange(act, host_of(app, visit), visit)
    assert status() is Written.CONFIRMED


def test_the_same_again_changes_nothing_whatever_version_it_was_opened_on(
    app: Flask, act: Act, traces: Traces, visit: int
) -> None:
    host = host_of(app, visit)
    arrange(act, host, visit)
    before = traces()
    arrange(act, host, visit)
    assert traces() == before
    assert kept(app, visit)["version"] == 1


def test_the_host_cannot_leave_a_point_or_the_lead_open(app: Flask, act: Act, traces: Traces, visit: int) -> None:
    before, host = traces(), host_of(app, visit)
    for said in (
        replace(SAID, agreed=False),
        replace(SAID, safeguarding_name=""),
        replace(SAID, safeguarding_phone=""),
    ):
        with pytest.raises(Conflict, match="every point"):
            arrange(act, host, visit, said)
    assert traces() == before


def test_with_adults_no_point_is_asked(app: Flask, act: Act) -> None:
    with app.app_context():
        adults = makers.audience(ADULTS)
        request = makers.make_request(makers.make_contact(), audience=adults)
        event = makers.make_event(request=request, audience=adults).id
    plain = replace(SAID, safeguarding_name="", safeguarding_phone="", agreed=False)
    arrange(act, host_of(app, event), event, plain)
    with app.app_context():
        assert unconfirmed_of(the(event)) == ""
        assert not is_missing(the(event))


def test_a_coordinator_leaves_open_what_nobody_has_said_yet(app: Flask, act: Act, cora: Actor, visit: int) -> None:
    blank = HostWords("", "", "", "", "")
    added = CouncilWords(needs="A table", slides="https://slides.example/care")
    arrange(act, cora, visit, blank, added=added)
    assert (kept(app, visit)["needs"], kept(app, visit)["slides"]) == ("A table", "https://slides.example/care")
    with app.app_context():
        assert unconfirmed_of(the(visit))
        assert is_missing(the(visit))
    arrange(act, cora, visit, SAID, added=added, version="1")
    with app.app_context():
        assert unconfirmed_of(the(visit)) == ""
    arrange(act, cora, visit, replace(SAID, agreed=False), added=added, version="2")
    with app.app_context():
        assert unconfirmed_of(the(visit))


def test_the_host_does_not_touch_what_the_coordinator_added(app: Flask, act: Act, cora: Actor, visit: int) -> None:
    arrange(act, cora, visit, HostWords("", "", "", "", ""), added=CouncilWords("A table", "https://s.example/x"))
    arrange(act, host_of(app, visit), visit, added=CouncilWords("Gold", "https://evil.example/"), version="1")
    assert (kept(app, visit)["needs"], kept(app, visit)["slides"]) == ("A table", "https://s.example/x")


def test_nobody_else_may(app: Flask, act: Act, traces: Traces, visit: int) -> None:
    with app.app_context():
        other = Actor(ActorKind.CONTACT, makers.make_contact().id)
        ambassador = Actor(ActorKind.AMBASSADOR, makers.make_ambassador().id)
    before = traces()
    with pytest.raises(NotFound):
        arrange(act, other, visit)
    for who in (ambassador, PUBLIC, Actor(ActorKind.ACCOUNT, 1)):
        with pytest.raises(NotAllowed):
            arrange(act, who, visit)
    assert traces() == before


def test_who_comes_second_is_told_and_nothing_is_lost(app: Flask, act: Act, cora: Actor, visit: int) -> None:
    arrange(act, host_of(app, visit), visit)
    stale = replace(SAID, room="Somewhere else")
    for version in ("", "0", "7", "nonsense"):
        with pytest.raises(Conflict, match="Somebody else has changed the arrangements"):
            arrange(act, cora, visit, stale, added=CouncilWords("", ""), version=version)
    assert kept(app, visit)["room"] == SAID.room
    arrange(act, cora, visit, stale, added=CouncilWords("", ""), version="1")
    assert kept(app, visit)["room"] == "Somewhere else"


def test_two_who_write_at_once_do_not_write_over_each_other(app: Flask, visit: int, cora: Actor) -> None:
    host = host_of(app, visit)
    ends = race(
        app,
        lambda: arrange_day(host, the(visit), SAID),
        lambda: arrange_day(cora, the(visit), replace(SAID, room="The hall"), CouncilWords("", "")),
    )
    assert sorted(one == DONE for one in ends) == [False, True], ends
    assert kept(app, visit)["room"] == (SAID.room if ends[0] == DONE else "The hall")


def test_what_is_off_or_over_is_not_arranged(app: Flask, act: Act, cora: Actor, traces: Traces, visit: int) -> None:
    host = host_of(app, visit)

    def change(**values: Any) -> None:
        with app.app_context():
            for name, value in values.items():
                setattr(the(visit), name, value)
            db.session.commit()

    change(status=EventStatus.CANCELLED, cancelled_at=clock.now())
    before = traces()
    for who in (host, cora):
        with pytest.raises(Conflict, match="cancelled"):
            arrange(act, who, visit)
    change(status=EventStatus.DONE, cancelled_at=None)
    for who in (host, cora):
        with pytest.raises(Conflict, match="over"):
            arrange(act, who, visit)
    assert traces() == before


def test_another_host_is_told_nothing_of_the_last_one(app: Flask, act: Act, cora: Actor, visit: int) -> None:
    arrange(act, cora, visit, SAID, added=CouncilWords("A table", "https://s.example/x"))
    act(lambda: forget_host(the(visit)))
    left = kept(app, visit)
    assert {left[name] for name in asdict(SAID)} == {"", False}
    assert (left["needs"], left["slides"]) == ("A table", "https://s.example/x")


def test_when_it_is_elsewhere_nobody_is_sent_to_the_old_room(app: Flask, act: Act, cora: Actor, visit: int) -> None:
    arrange(act, cora, visit, SAID, added=CouncilWords("A table", ""))
    starts = makers.in_days(25)
    ends = starts + timedelta(hours=1)
    with app.app_context():
        place = the(visit).place
    act(lambda: move_event(cora, the(visit), starts_at=starts, ends_at=ends, place=place, online=False))
    assert kept(app, visit)["room"] == SAID.room, "only later, at the same place"
    act(lambda: move_event(cora, the(visit), starts_at=starts, ends_at=ends, place="The annexe", online=False))
    left = kept(app, visit)
    assert (left["room"], left["access"], left["parking"]) == ("", "", "")
    assert (left["contact_name"], left["agreed"], left["needs"]) == (SAID.contact_name, True, "A table")


def test_another_site_of_the_host_is_asked_anew(app: Flask, act: Act, cora: Actor) -> None:
    with app.app_context():
        event = makers.make_event(home="worcester")
        there, other = makers.make_institution(), makers.make_institution()
        event.site, event.institution = there.sites[0], there
        db.session.commit()
        number, site = event.id, other.sites[0].id
    arrange(act, cora, number, SAID, added=CouncilWords("A table", ""))

    def rehost() -> None:
        where = db.session.get_one(Site, site)
        rehost_event(cora, the(number), Host(where, None, "Elsewhere", the(number).title, "Ms Newman"))

    act(rehost)
    left = kept(app, number)
    assert {left[name] for name in asdict(SAID)} == {"", False}


def test_the_last_time_at_the_same_site_fills_the_form_but_names_nobody_to_a_stranger(app: Flask) -> None:
    with app.app_context():
        known = makers.make_contact(makers.make_institution())
        stranger = makers.make_contact(known.institution, verified=False)
        old = makers.make_event(request=makers.make_request(known), starts=makers.in_days(-400))
        makers.make_arrangements(old, room="Long ago", changed_at=clock.now() - timedelta(days=400))
        newer = makers.make_event(request=makers.make_request(known), starts=makers.in_days(-20))
        makers.make_arrangements(newer, room="Lately")
        makers.make_arrangements(makers.make_event(request=makers.make_request()), room="Another place")
        event = makers.make_event(request=makers.make_request(stranger))
        for who, room in ((None, "Lately"), (known, "Lately"), (stranger, None)):
            found = find_last_time(event, who)
            assert (found.room if found else None) == room
        own = makers.make_event(request=makers.make_request(stranger), starts=makers.in_days(-3))
        makers.make_arrangements(own, room="Their own", changed_at=clock.now() - timedelta(days=3))
        again = find_last_time(event, db.session.get_one(Contact, stranger.id))
        assert again is not None
        assert again.room == "Their own"


def test_the_list_holds_what_is_near_with_under_18s_and_not_confirmed(app: Flask) -> None:
    with app.app_context():
        request = makers.make_request()
        near = makers.make_event(request=request, starts=makers.in_days(3))
        unsaid = makers.make_event(institution=request.institution, starts=makers.in_days(4), audience=None)
        half = makers.make_event(institution=request.institution, starts=makers.in_days(5))
        makers.make_arrangements(half, safeguarding_phone="")
        told = makers.make_event(institution=request.institution, starts=makers.in_days(5))
        makers.make_arrangements(told)
        makers.make_event(institution=request.institution, starts=makers.in_days(9))
        makers.make_event(institution=request.institution, starts=makers.in_days(-1))
        makers.make_event(institution=request.institution, starts=makers.in_days(3), audience=makers.audience(ADULTS))
        makers.make_event(institution=request.institution, starts=makers.in_days(3), status=EventStatus.CANCELLED)
        makers.make_event(starts=makers.in_days(3))  # nobody hosts it
        found = list_unconfirmed_events(clock.now())
        assert [one.id for one in found] == [near.id, unsaid.id, half.id]
        assert all(unconfirmed_of(one) for one in found)
