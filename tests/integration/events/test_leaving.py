"""Whoever made a visit alone says that they have left; who does not is chased, and then somebody acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.app import JOBS
from outreach.db import db
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.events.actions import remind_ambassadors, watch_departures
from outreach.events.actions.leaving import check_out, record_safe
from outreach.events.models import Assignment
from outreach.events.queries.leaving import list_missed
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.events.rules.leaving import HowSafe
from outreach.web.door import Actor, ActorKind, Purpose, Role
from tests import makers
from tests.kit.alone import after_end, kinds, make_visit_alone
from tests.kit.counting import count_queries
from tests.kit.own import own_page
from tests.pages import PageClient

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
Later = Callable[[timedelta], None]
MINUTE = timedelta(minutes=1)
COMING = AssignmentStatus.ACCEPTED


@pytest.fixture
def visit(app: Flask) -> int:
    with app.app_context():
        return make_visit_alone()


def link_in(letter: Any) -> str:
    return "/check-out/" + letter.body.split("/check-out/", 1)[1].split()[0]


def test_the_worker_watches() -> None:
    assert (watch_departures, 5 * MINUTE) in {(job, every) for _, every, job in JOBS}


def test_asked_chased_and_then_the_coordinators_act(
    app: Flask, act: Act, visit: int, later: Later, letters: Letters, coordinator: PageClient
) -> None:
    assert act(watch_departures) == 0
    for minutes, expected in (
        (0.1, ["events/left_ask"]),
        (29, []),
        (30, ["events/left_chase"]),
        (59, []),
        (61, ["events/not_out"]),
        (90, []),
    ):
        later(after_end(minutes))
        act(watch_departures)
        sent = letters()
        assert [one.message for one in sent] == expected
    later(after_end(61))
    with app.app_context():
        assert [one.id for one in list_missed()] == [visit]
    text = coordinator.get("/work").text
    assert text.index("Not heard of after a visit alone") < text.index("Outcomes to record")


def test_what_the_coordinators_need_stands_in_their_mail(
    act: Act, visit: int, later: Later, letters: Letters, coordinator: PageClient
) -> None:
    later(after_end(61))
    act(watch_departures)
    chase, alarm = letters()  # the ambassador gets the link that they have not had yet
    assert (chase.to, chase.message) == ("amina@care.example", "events/left_chase")
    assert alarm.to == "cora@county.example"
    assert alarm.subject.startswith("Action needed now: Amina Khan has not told us that they left")
    for needed in ("07700 900 123", "Ms Host, 01905 555 0199", "Rota desk, 01905 555 0400", "Where:", "/safe"):
        assert needed in alarm.body


def test_one_press_and_nobody_is_chased(
    app: Flask, act: Act, visit: int, later: Later, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    later(after_end(1))
    act(watch_departures)
    (asked,) = letters()
    phone = PageClient(app)
    for _ in range(2):
        assert phone.get(link_in(asked)).h1 == "Have you left?"
    assert audit() == []
    assert phone.submit("I have left").h1 == "Thank you for telling us"
    phone.send_again()
    assert audit() == ["assignment.check_out"]
    phone.click("Say how it went")
    later(after_end(61))
    assert act(watch_departures) == 0
    assert letters() == []


def test_who_leaves_after_the_alarm_calls_it_off(
    app: Flask, act: Act, visit: int, later: Later, letters: Letters, coordinator: PageClient
) -> None:
    later(after_end(61))
    act(watch_departures)
    phone = PageClient(app)
    phone.get(link_in(letters()[0]))
    phone.submit("I have left")
    (told,) = letters()
    assert (told.to, told.message) == ("cora@county.example", "events/out_after_all")
    assert "Not heard of" not in coordinator.get("/work").text


def test_a_coordinator_records_that_they_are_safe(
    app: Flask, visit: int, later: Later, coordinator: PageClient, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        reference = db.session.get_one(Assignment, visit).event.reference
    later(after_end(61))
    page = coordinator.get(f"/manage/events/{reference}")
    assert "07700 900 123" in page.text
    coordinator.click("Amina Khan is safe")
    assert coordinator.submit("Record that they are safe", status=422).errors == {"how": "Select how you know"}
    page = coordinator.submit("Record that they are safe", how="host")
    assert "Recorded as safe" in page.text
    # Who, when, and how they knew, in words: above, and in the history.
    assert "Amina Khan went alone and is safe: the host saw them leave. Cora recorded it on" in page.text
    assert "Amina Khan: the host saw them leave" in page.text
    assert audit() == ["assignment.safe"]


@pytest.mark.parametrize("why", ["online", "accompanied", "cancelled", "missed", "declined"])
def test_nobody_is_mailed_who_is_not_alone_or_was_heard_of(
    app: Flask, act: Act, visit: int, later: Later, letters: Letters, why: str
) -> None:
    with app.app_context():
        row = db.session.get_one(Assignment, visit)
        if why == "online":
            row.event.online = True
        elif why == "cancelled":
            row.event.status = EventStatus.CANCELLED
        elif why == "accompanied":
            makers.make_assignment(row.event, status=COMING)
        else:
            row.status = {
                "missed": AssignmentStatus.DID_NOT_ATTEND,
                "declined": AssignmentStatus.WITHDRAWN,
            }[why]
        db.session.commit()
    for minutes in (1, 31, 61):
        later(after_end(minutes))
        assert act(watch_departures) == 0
    assert letters() == []


def test_each_of_two_who_come_one_after_the_other_is_alone(
    app: Flask, act: Act, later: Later, letters: Letters
) -> None:
    now = clock.now()
    with app.app_context():
        parts = [makers.make_opening(now - 120 * MINUTE, now), makers.make_opening(now, now + 60 * MINUTE)]
        event = makers.make_event(starts=now - 120 * MINUTE, ends=now + 60 * MINUTE, needed=2, openings=parts)
        for opening in event.openings:
            makers.make_assignment(event, opening=opening, status=COMING)
    later(MINUTE)
    act(watch_departures)
    assert kinds(letters) == ["events/left_ask"]
    later(61 * MINUTE)
    act(watch_departures)
    assert sorted(kinds(letters)) == ["events/left_ask", "events/left_chase"]


def test_a_visit_put_off_is_watched_anew(app: Flask, act: Act, visit: int, later: Later, letters: Letters) -> None:
    with app.app_context():
        row = db.session.get_one(Assignment, visit)
        row.checked_out_at = row.starts_at - MINUTE
        db.session.commit()
    later(after_end(1))
    act(watch_departures)
    assert kinds(letters) == ["events/left_ask"]


def test_over_the_night_on_which_the_clocks_go_back(app: Flask, act: Act, later: Later, letters: Letters) -> None:
    """From 10pm until 4am takes seven hours; what follows counts from its end."""
    night = date(2027, 10, 30)
    starts, ends = clock.to_utc(night, time(22)), clock.to_utc(night + timedelta(days=1), time(4))
    assert ends - starts == timedelta(hours=7)
    with app.app_context():
        makers.make_assignment(makers.make_event(starts=starts, ends=ends, audience=None), status=COMING)
    real = clock.now()
    for since, expected in ((-MINUTE, []), (MINUTE, ["events/left_ask"]), (31 * MINUTE, ["events/left_chase"])):
        later(ends + since - real)
        act(watch_departures)
        assert kinds(letters) == expected


def test_the_mail_of_the_day_before_announces_it(app: Flask, act: Act, letters: Letters) -> None:
    with app.app_context():
        long_ago = clock.now() - timedelta(days=30)
        soon = clock.now() + timedelta(hours=20)  # whatever the time of day
        alone = makers.make_event(starts=soon)
        makers.make_assignment(alone, status=COMING, invited_at=long_ago, answered_at=long_ago)
        together = makers.make_event(starts=soon, needed=2)
        for _ in range(2):
            makers.make_assignment(together, status=COMING, invited_at=long_ago, answered_at=long_ago)
    act(remind_ambassadors)
    sent = [one for one in letters() if one.message == "events/reminder"]
    assert sorted("You go alone" in one.body for one in sent) == [False, False, True]


def test_only_they_say_that_they_left_and_only_a_coordinator_that_they_are_safe(
    app: Flask, act: Act, visit: int, cora: Actor
) -> None:
    def do(function: Any, actor: Actor, *more: Any) -> None:
        function(actor, db.session.get_one(Assignment, visit), *more)

    viewer = Actor(ActorKind.ACCOUNT, None, "Vi", frozenset({Role.VIEWER}))
    for somebody in (cora, Actor(ActorKind.AMBASSADOR, 999_999)):
        with pytest.raises(NotFound):
            act(do, check_out, somebody)
    with pytest.raises(NotAllowed):
        act(do, record_safe, viewer, HowSafe.SPOKE)
    with app.app_context():
        early = makers.make_assignment(status=COMING)
        number, own = early.id, Actor(ActorKind.AMBASSADOR, early.ambassador_id)
    with pytest.raises(Conflict):
        act(lambda: check_out(own, db.session.get_one(Assignment, number)))


@pytest.mark.one_database
def test_the_page_by_every_link_and_in_every_state(app: Flask, visit: int) -> None:
    phone = PageClient(app)
    with app.app_context():
        row = db.session.get_one(Assignment, visit)
        links = [makers.link_to(row, Purpose.OUTCOME), makers.link_to(row)]
        addresses = [f"/check-out/{one.rpartition('/')[2]}" for one in links]
        addresses.append(f"{own_page(row.ambassador)}/visits/{row.event.reference}/check-out")
        early = makers.make_assignment(status=COMING)
        off = makers.make_assignment(status=AssignmentStatus.WITHDRAWN)
        other = makers.make_assignment()
        early_page, off_page = (f"/check-out/{makers.link_to(one).rpartition('/')[2]}" for one in (early, off))
        foreign = f"{own_page(row.ambassador)}/visits/{other.event.reference}/check-out"
        invitation = links[1]
    for address in addresses:
        assert phone.get(address).h1 == "Have you left?"
    assert phone.get(invitation).link("When you leave, tell us")
    assert phone.get(early_page).h1 == "This visit has not begun"
    assert phone.get(off_page).h1 == "You are not down for this visit"
    phone.get(foreign, status=404)
    phone.get("/check-out/nonsense", status=404)


def test_the_work_list_asks_as_often_for_one_as_for_twelve(app: Flask) -> None:
    counts = []
    for number in (1, 12):
        with app.app_context():
            for _ in range(number):
                event = makers.make_event(starts=clock.now() - 180 * MINUTE, ends=clock.now() - 90 * MINUTE)
                makers.make_assignment(event, status=COMING)
        with count_queries(app) as seen, app.app_context():
            found = [(one.event.title, one.ambassador.employer.name) for one in list_missed()]
        assert len(found) >= number
        counts.append(len(seen))
    assert counts[0] == counts[1]
