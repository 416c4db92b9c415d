"""Whoever cannot come offers other days or names a colleague; the coordinator decides about the colleague."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict, NotAllowed
from outreach.events import actions
from outreach.events.actions.answers import refuse_stand_in
from outreach.events.actions.stand_ins import ask_stand_in
from outreach.events.models import Assignment, Choice, OtherDate, StandIn
from outreach.events.rules import AssignmentStatus, ChoiceWay, StandInStatus
from outreach.events.rules.answers import Colleague, Instead
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.own import own_page
from tests.pages import PageClient
from tests.pages.view import PageView, answers

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
LONG = "x" * 10_000


@pytest.fixture
def phone(app: Flask) -> PageClient:
    return PageClient(app)


@pytest.fixture
def asked(app: Flask) -> tuple[int, str]:
    """An ambassador asked to a talk: the assignment and the address where they say that they cannot come."""
    with app.app_context():
        row = makers.make_assignment(ambassador=makers.make_ambassador("Amina Khan", email="amina@care.example"))
        return row.id, f"{makers.link_to(row)}/cannot-come"


def kept(app: Flask) -> tuple[list[tuple[date, PartOfDay]], list[tuple[str, str, StandInStatus]]]:
    with app.app_context():
        dates = db.session.execute(select(OtherDate.day, OtherDate.part).order_by(OtherDate.id)).all()
        named = db.session.execute(select(StandIn.name, StandIn.email, StandIn.status)).all()
        return [(one.day, one.part) for one in dates], [(one.name, one.email, one.status) for one in named]


def in_(days: int) -> date:
    return clock.today() + timedelta(days=days)


def test_other_days_and_a_colleague_are_kept_and_told_to_the_coordinator_alone(
    phone: PageClient, app: Flask, asked: tuple[int, str], coordinator: PageClient, letters: Letters
) -> None:
    phone.get(asked[1])
    page = phone.submit(
        "I cannot come", reason="on_shift", day_1=in_(30), part_1="morning", day_2=in_(31), part_2="evening",
        colleague_name="Bo <script>", colleague_email="Bo@Care.example",
    )  # fmt: skip
    assert page.h1 == "You said you cannot come"
    assert "We write to them only if the coordinator agrees" in page.text
    assert kept(app) == (
        [(in_(30), PartOfDay.MORNING), (in_(31), PartOfDay.EVENING)],
        [("Bo <script>", "bo@care.example", StandInStatus.NAMED)],
    )
    sent = letters()
    assert "bo@care.example" not in {one.to for one in sent}
    (told,) = [one for one in sent if one.message == "events/cannot_come"]
    assert told.to == "cora@county.example"
    assert "morning" in told.body
    assert "Bo <script>, bo@care.example" in told.body
    assert f"/ambassadors/{asked[0]}/stand-in" in told.body


def test_changing_ones_mind_forgets_what_was_offered(phone: PageClient, app: Flask, asked: tuple[int, str]) -> None:
    phone.get(asked[1])
    phone.submit(
        "I cannot come", reason="on_shift", day_1=in_(30), part_1="morning", colleague_name="Bo",
        colleague_email="bo@care.example",
    )  # fmt: skip
    assert phone.submit("I can come after all").h1 == "You are going"
    assert kept(app) == ([], [])


def test_by_the_own_page_and_after_a_yes(phone: PageClient, app: Flask) -> None:
    with app.app_context():
        row = makers.make_assignment(status=AssignmentStatus.ACCEPTED)
        path = f"{own_page(row.ambassador)}/visits/{row.event.reference}/cannot-come"
    phone.get(path)
    page = phone.submit("I can no longer come", reason="on_shift", day_1=in_(3), part_1="evening")
    assert page.h1 == "You said you can no longer come"
    assert kept(app)[0] == [(in_(3), PartOfDay.EVENING)]


def test_the_coordinator_answers_with_what_they_offer(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        row = makers.make_assignment()
        path = f"/manage/events/{row.event.reference}/ambassadors/{row.id}/answer"
    coordinator.get(path)
    page = coordinator.submit("Save", coming="no", reason="on_shift", day_1=in_(30), part_1="afternoon")
    assert "afternoon" in page.text
    page.link("move it there")
    assert kept(app)[0] == [(in_(30), PartOfDay.AFTERNOON)]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"day_1": "today", "part_1": "morning"}, {"day_1": "First day must be in the future"}),
        ({"day_1": "far", "part_1": "morning"}, {"day_1": "First day must be within a year"}),
        ({"never": "never", "part_1": "morning"}, {"day_1": "First day must be a real date"}),
        ({"day_1": "soon"}, {"part_1": "Select morning, afternoon or evening for the first day"}),
        ({"part_2": "evening"}, {"day_2": "Enter the second day, or take its part of the day out"}),
        (
            {"day_1": "soon", "part_1": "morning", "day_3": "soon", "part_3": "morning"},
            {"day_3": "The third day is the same as one above"},
        ),
        (
            {"colleague_name": "Bo"},
            {"colleague_email": "Enter your colleague’s email address as well, or leave both empty"},
        ),
        (
            {"colleague_email": "bo@care.example"},
            {"colleague_name": "Enter your colleague’s name as well, or leave both empty"},
        ),
        (
            {"colleague_name": "Me", "colleague_email": "a.mina+x@care.example"},
            {"colleague_email": "Enter the address of a colleague, not your own."},
        ),
        (
            {"colleague_name": "Bo", "colleague_email": "bo@care.example\r\nBcc: all@county.example"},
            {"colleague_email": "Enter an email address in the correct format, like name@example.com"},
        ),
        (
            {"colleague_name": LONG, "colleague_email": "bo@care.example"},
            {"colleague_name": "Your colleague’s name must be 100 characters or fewer"},
        ),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_kept(
    phone: PageClient, app: Flask, asked: tuple[int, str], given: dict[str, Any], errors: dict[str, str], traces: Any
) -> None:
    days = {"today": in_(0), "soon": in_(3), "far": in_(400)}
    never = {"day_1-day": "31", "day_1-month": "2", "day_1-year": str(in_(365).year)}
    fields: dict[str, Any] = {name: days.get(value, value) for name, value in given.items() if value != "never"}
    before = traces()
    phone.get(asked[1])
    extra = {name.replace("-", "__"): value for name, value in never.items()} if "never" in given.values() else {}
    page = phone.submit("I cannot come", reason="on_shift", status=422, **fields, **extra)
    assert page.errors == errors
    assert traces() == before
    assert kept(app) == ([], [])


def declined(app: Flask, email: str = "bo@care.example", **more: Any) -> int:
    """Somebody who declined and named a colleague."""
    with app.app_context():
        row = makers.make_assignment(status=AssignmentStatus.DECLINED, **more)
        db.session.add(
            StandIn(
                assignment_id=row.id, name="Bo Named", email=email, status=StandInStatus.NAMED, named_at=clock.now()
            )
        )
        db.session.commit()
        return row.id


def page_of(app: Flask, number: int) -> str:
    with app.app_context():
        row = db.session.get_one(Assignment, number)
        return f"/manage/events/{row.event.reference}/ambassadors/{number}/stand-in"


def test_a_colleague_on_the_register_is_asked_as_a_stand_in(
    coordinator: PageClient, app: Flask, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        makers.make_ambassador("Bo Register", email="bo@care.example")
    number = declined(app, "b.o+visits@care.example")
    assert "Bo Named instead of" in coordinator.get("/work").text
    coordinator.get(page_of(app, number))
    coordinator.submit("Ask Bo Named instead")
    assert [one.to for one in letters() if one.message == "events/invitation"] == ["bo@care.example"]
    with app.app_context():
        assert db.session.scalar(select(Choice.way)) is ChoiceWay.STAND_IN
    assert kept(app)[1] == [("", "", StandInStatus.ASKED)]
    assert audit() == ["assignment.invite", "assignment.ask_stand_in"]
    assert "Bo Named" not in coordinator.get("/work").text
    assert "Their name is deleted" in coordinator.get(page_of(app, number)).text


def test_not_this_time_mails_nobody_and_forgets_them(coordinator: PageClient, app: Flask, letters: Letters) -> None:
    number = declined(app)
    coordinator.get(page_of(app, number))
    coordinator.submit("Not this time")
    assert letters() == []
    assert kept(app)[1] == [("", "", StandInStatus.REFUSED)]
    coordinator.post(page_of(app, number), {"act": "refuse"}, status=422)


def test_who_is_not_on_the_register_is_sent_to_joining(coordinator: PageClient, app: Flask) -> None:
    number = declined(app)
    page = coordinator.get(page_of(app, number))
    assert page.link("the page for becoming an ambassador") == "/join"
    coordinator.post(page_of(app, number), {"act": "ask"}, status=422)
    assert kept(app)[1][0][2] is StandInStatus.NAMED


def test_who_is_suspended_cannot_be_asked_and_a_wish_needs_a_reason(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        makers.make_ambassador("Su Spended", email="su@care.example", status=AmbassadorStatus.SUSPENDED)
        makers.make_ambassador("No Tice", email="no@care.example", notice_days=90)
    page = coordinator.get(page_of(app, declined(app, "su@care.example")))
    assert "Su Spended cannot be asked: not ready at present" in page.text
    path = page_of(app, declined(app, "no@care.example"))
    page = coordinator.get(path)
    assert page.link("choose from the shortlist")
    assert coordinator.submit("Ask Bo Named instead", status=422).errors == {
        "override": "Enter why you ask them all the same"
    }
    coordinator.submit("Ask Bo Named instead", override="She has offered it")
    with app.app_context():
        assert db.session.scalar(select(Choice.override)) == "She has offered it"


def test_nobody_but_a_coordinator_decides_and_an_absent_row_is_absent(
    app: Flask, act: Act, cora: Actor, coordinator: PageClient
) -> None:
    number = declined(app)
    viewer = Actor(ActorKind.ACCOUNT, None, "Vi", frozenset({Role.VIEWER}))

    def do(function: Any, actor: Actor) -> None:
        function(actor, db.session.get_one(Assignment, number))

    for function in (ask_stand_in, refuse_stand_in):
        with pytest.raises(NotAllowed):
            act(do, function, viewer)
    act(do, refuse_stand_in, cora)
    for function in (ask_stand_in, refuse_stand_in):
        with pytest.raises(Conflict):
            act(do, function, cora)
    with app.app_context():
        other = makers.make_assignment()
        path = f"/manage/events/{other.event.reference}/ambassadors/{other.id}/stand-in"
        foreign = f"/manage/events/{other.event.reference}/ambassadors/{number}/stand-in"
    coordinator.get(path, status=404)
    coordinator.get(foreign, status=404)
    PageClient(app).get(path, status=200)  # the page to sign in
    assert kept(app)[1] == [("", "", StandInStatus.REFUSED)]


def test_an_answer_that_lapsed_or_is_too_late_keeps_nothing(app: Flask, act: Act) -> None:
    with app.app_context():
        begun = makers.make_event(starts=clock.now() - timedelta(hours=1), ends=clock.now() + timedelta(hours=1))
        rows = [
            makers.make_assignment(status=AssignmentStatus.LAPSED).id,
            makers.make_assignment(begun, status=AssignmentStatus.ACCEPTED).id,
        ]

    def decline(number: int) -> None:
        row = db.session.get_one(Assignment, number)
        own = Actor(ActorKind.AMBASSADOR, row.ambassador_id)
        instead = Instead(((in_(3), PartOfDay.MORNING),), Colleague("Bo", "bo@care.example"))
        reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
        actions.decline_invitation(own, row, reason=reason, words="", instead=instead)

    for number in rows:
        with pytest.raises(Conflict):
            act(decline, number)
    assert kept(app) == ([], [])


def shown(page: PageView, *names: str) -> list[str]:
    """What the boxes of a form hold."""
    held = answers(page.form("Continue"))
    return [held[name][0] for name in names]


@pytest.mark.one_database
def test_the_move_is_filled_in_with_the_day_offered(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        reference = makers.make_event(starts=makers.in_days(21, 10)).reference
    page = coordinator.get(f"/manage/events/{reference}/move?day={in_(30).isoformat()}&part=afternoon")
    assert shown(page, "day-day", "starts", "ends") == [str(in_(30).day), "1:30pm", "2:30pm"]
    for bad in ("day=2026-02-31&part=morning", "day=9999-12-31&part=evening", "part=night", f"day={LONG}"):
        assert shown(coordinator.get(f"/manage/events/{reference}/move?{bad}"), "starts") == ["10am"]
