"""The shortlist's acts: who may be asked, what is kept of it, and what is refused; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from outreach import clock
from outreach.ambassadors.models import (
    Ambassador,
    AmbassadorTerm,
    Away,
    ManagerAgreement,
    ReadinessItem,
    WeeklyFree,
)
from outreach.ambassadors.rules import Agreement, AmbassadorStatus
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.events import actions
from outreach.events.models import Assignment, Choice, Event, Opening
from outreach.events.queries import list_shortlist
from outreach.events.rules import AssignmentStatus, ChoiceWay
from outreach.events.rules.bars import BarCode
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient

Traces = Callable[[], tuple[int, ...]]
AWAY = frozenset({BarCode.AWAY})  # what the page had shown


def away_then(person: Ambassador, event: Event) -> None:
    day = clock.local(event.starts_at).date()
    db.session.add(Away(ambassador_id=person.id, first_day=day, last_day=day + timedelta(days=1)))
    db.session.commit()


def agree_hours(person: Ambassador, hours: str) -> None:
    db.session.add(
        ManagerAgreement(
            ambassador_id=person.id,
            manager_name="Mo",
            manager_email="mo@county.example",
            status=Agreement.AGREED,
            hours_a_month=Decimal(hours),
            words="",
            asked_at=clock.now(),
        )
    )
    db.session.commit()


def opening_of(event_id: int) -> Opening:
    return db.session.get_one(Event, event_id).openings[0]


def barred_of(event: Event) -> dict[str, str]:
    found = list_shortlist(event.openings[0])
    return {found.names[one.ambassador_id]: one.bar.words for one in found.ruled_out if one.bar}


def test_everybody_is_ranked_with_reasons_or_told_why_not(app: Flask) -> None:
    with app.app_context():
        event = makers.make_event(needed=2)
        when = clock.local(event.starts_at)
        near = makers.make_ambassador("Near", notice_days=7)
        makers.make_ambassador("Travels", home="redditch", travels_to=["worcester"], audiences=())
        makers.make_ambassador("Far", home="redditch")
        away = makers.make_ambassador("Away")
        away_then(away, event)
        usual = makers.make_ambassador("Another day")
        db.session.add(WeeklyFree(ambassador_id=usual.id, weekday=(when.weekday() + 1) % 7, part=PartOfDay.MORNING))
        used, some = makers.make_ambassador("Used up"), makers.make_ambassador("Some left")
        agree_hours(used, "0.5")
        agree_hours(some, "6")
        makers.make_ambassador("Notice", notice_days=60)
        enough = makers.make_ambassador("Enough", visits_a_month=1)
        same_month = event.starts_at + timedelta(days=1 if when.day < 15 else -1)
        for person in (enough, some):
            makers.make_assignment(makers.make_event(starts=same_month), person, status=AssignmentStatus.ACCEPTED)
        between = makers.make_ambassador("Between")
        before = makers.make_event(starts=event.starts_at - timedelta(hours=1), home="redditch", title="Before")
        makers.make_assignment(before, between, status=AssignmentStatus.ACCEPTED)
        makers.make_ambassador("Paused", status=AmbassadorStatus.PAUSED)
        makers.make_ambassador("Left", status=AmbassadorStatus.LEFT)
        makers.make_ambassador("Not confirmed", unconfirmed_since=clock.now())
        makers.make_assignment(event, makers.make_ambassador("Asked"))
        makers.make_assignment(event, makers.make_ambassador("Said no"), status=AssignmentStatus.DECLINED)
        found = list_shortlist(event.openings[0])
        assert [found.names[one.ambassador_id] for one in found.ranked] == ["Near", "Some left", "Said no", "Travels"]
        said = barred_of(event)
        assert said.keys() == {
            "Far", "Away", "Another day", "Used up", "Notice", "Enough", "Between", "Paused", "Asked",
        }  # fmt: skip
        assert said["Far"] == "does not travel to Worcester"
        assert said["Asked"] == "already invited"
        assert said["Between"].startswith(f"0 minutes between this and {before.reference}, Before, and ")
        lines = {one.code: one.words for one in found.ranked[0].reasons}
        assert (lines["district"], lines["travel"]) == ("in this district", "in the same town")
        assert lines["notice"] == "21 days’ notice, asks for 7"
        hours = {one.code: one.words for one in found.ranked[1].reasons}["hours"]
        assert hours.startswith("5 of 6 agreed hours left in ")
        assert near.id == found.ranked[0].ambassador_id


def test_a_place_for_a_nurse_is_kept_for_one(app: Flask) -> None:
    with app.app_context():
        nurse = makers.term(Vocabulary.QUALIFICATION, "nurse")
        manager = makers.term(Vocabulary.ROLE_FAMILY, "management")
        event = makers.make_event(
            needed=2,
            openings=[
                makers.make_opening(
                    makers.in_days(21), makers.in_days(21, 11), 2, qualification=nurse, qualified_needed=1
                )
            ],
        )
        makers.make_ambassador("A nurse", terms=[makers.activity(), nurse], role_family=manager)
        makers.make_ambassador("A carer")
        assert barred_of(event) == {}
        makers.make_assignment(event, makers.make_ambassador("Another carer"))
        assert barred_of(event)["A carer"] == f"the place left is for somebody with “{nurse.label}”"
        found = list_shortlist(event.openings[0])
        assert [found.names[one.ambassador_id] for one in found.ranked] == ["A nurse"]
        assert (found.place.left, found.place.qualified_left) == (1, 1)
        event.openings[0].qualification = manager
        db.session.commit()
        assert [one.ambassador_id for one in list_shortlist(event.openings[0]).ranked] == [
            found.ranked[0].ambassador_id
        ]


def test_what_was_on_the_list_is_kept_with_whom_it_made_ask(
    app: Flask, act: Callable[..., Any], cora: Actor, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        event = makers.make_event(needed=2)
        makers.make_ambassador("Best", visits_a_month=9)
        second = makers.make_ambassador("Second", audiences=())
        event_id, person = event.id, second.id
    act(lambda: actions.ask_from_shortlist(cora, opening_of(event_id), [person, person], words="Do come"))
    with app.app_context():
        (kept,) = db.session.scalars(select(Choice))
        assert (kept.way, kept.position, kept.out_of, kept.override) == (ChoiceWay.SHORTLIST, 2, 2, "")
        assert kept.made_by_id == cora.id
        assert sum(line["points"] for line in kept.reasons) == kept.score
        assert {"code": "district", "words": "in this district", "points": 20} in kept.reasons
        assert "audience" not in {line["code"] for line in kept.reasons}
        assert kept.assignment.words == "Do come"
    assert audit() == ["assignment.invite"]


def test_time_to_answer_is_kept_to(app: Flask, act: Callable[..., Any], cora: Actor) -> None:
    with app.app_context():
        event_id, person = makers.make_event().id, makers.make_ambassador().id
    act(lambda: actions.ask_from_shortlist(cora, opening_of(event_id), [person], within=timedelta(days=2)))
    with app.app_context():
        row = db.session.scalars(select(Assignment)).one()
        assert row.answer_by is not None
        assert row.invited_at is not None
        assert timedelta(days=2) <= row.answer_by - row.invited_at <= timedelta(days=2, hours=13)


@pytest.mark.parametrize("override", ["", "  \n "])
def test_who_is_ruled_out_is_asked_only_with_a_reason(
    app: Flask, act: Callable[..., Any], cora: Actor, traces: Traces, override: str
) -> None:
    with app.app_context():
        event, person = makers.make_event(), makers.make_ambassador("Amina Khan")
        away_then(person, event)
        event_id, number = event.id, person.id
    before = traces()
    with pytest.raises(Conflict, match="Amina Khan: away from"):
        act(lambda: actions.ask_from_shortlist(cora, opening_of(event_id), [number]))
    with pytest.raises(Conflict, match="Enter why"):
        act(lambda: actions.ask_all_the_same(cora, opening_of(event_id), number, override=override, seen=AWAY))
    assert traces() == before
    act(lambda: actions.ask_all_the_same(cora, opening_of(event_id), number, override="She is back early", seen=AWAY))
    with app.app_context():
        (kept,) = db.session.scalars(select(Choice))
        assert (kept.position, kept.out_of, kept.override) == (None, 0, "She is back early")
        assert kept.reasons[-1]["code"] == "away"


def test_a_reason_for_somebody_whom_nothing_rules_out_is_not_kept(
    app: Flask, act: Callable[..., Any], cora: Actor
) -> None:
    with app.app_context():
        event_id, person = makers.make_event().id, makers.make_ambassador().id
    act(lambda: actions.ask_all_the_same(cora, opening_of(event_id), person, override="Just so"))
    with app.app_context():
        kept = db.session.scalars(select(Choice)).one()
        assert (kept.position, kept.override) == (1, "")


@pytest.mark.parametrize("state", ["paused", "busy", "asked", "begun"])
def test_nothing_overrides_a_hard_bar(
    app: Flask, act: Callable[..., Any], cora: Actor, traces: Traces, state: str
) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(-1) if state == "begun" else None)
        status = AmbassadorStatus.PAUSED if state == "paused" else AmbassadorStatus.ACTIVE
        person = makers.make_ambassador("Amina Khan", status=status)
        if state == "busy":
            makers.make_assignment(makers.make_event(), person)
        elif state == "asked":
            makers.make_assignment(event, person)
        event_id, number = event.id, person.id
    before = traces()
    with pytest.raises(Conflict):
        act(lambda: actions.ask_all_the_same(cora, opening_of(event_id), number, override="All the same"))
    assert traces() == before


def test_too_many_at_once_strangers_and_who_is_not_there(
    app: Flask, act: Callable[..., Any], cora: Actor, traces: Traces
) -> None:
    with app.app_context():
        event_id, person = makers.make_event().id, makers.make_ambassador().id
        left = makers.make_ambassador(status=AmbassadorStatus.LEFT).id
    before = traces()
    with pytest.raises(Conflict, match="50 people or fewer"):
        act(lambda: actions.ask_from_shortlist(cora, opening_of(event_id), range(1, 362)))
    for ids in ([person, 999_999], [left]):
        with pytest.raises(NotFound):
            act(lambda ids=ids: actions.ask_from_shortlist(cora, opening_of(event_id), ids))
    with pytest.raises(NotFound):
        act(lambda: actions.ask_all_the_same(cora, opening_of(event_id), left, override="x"))
    viewer = Actor(ActorKind.ACCOUNT, 1, "Vic", frozenset({Role.VIEWER}))
    with pytest.raises(NotAllowed):
        act(lambda: actions.ask_from_shortlist(viewer, opening_of(event_id), [person]))
    with pytest.raises(NotAllowed):
        act(lambda: actions.ask_all_the_same(viewer, opening_of(event_id), person, override="x"))
    assert traces() == before


def copy_people(like: Ambassador, many: int) -> None:
    """So many more who are like somebody, with what they have done of the checklist."""
    first = (db.session.scalar(select(func.max(Ambassador.id))) or 0) + 1
    for table, owner in ((Ambassador, "id"), (ReadinessItem, "ambassador_id"), (AmbassadorTerm, "ambassador_id")):
        columns = [one.key for one in table.__table__.columns if owner == "id" or one.key != "id"]
        found = db.session.execute(
            select(*(getattr(table, one) for one in columns)).where(getattr(table, owner) == like.id)
        )
        held = [dict(zip(columns, row, strict=True)) for row in found]
        rows = [one | {owner: number} for number in range(first, first + many) for one in held]
        if table is Ambassador:
            rows = [one | {"email": f"copy{one['id']}@care.example"} for one in rows]
        db.session.execute(insert(table), rows)
    db.session.commit()


def test_it_costs_the_same_queries_for_one_for_thirty_and_for_all(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        person = makers.make_ambassador()
        makers.make_assignment(makers.make_event(title="Other"), makers.make_ambassador(home="redditch"))
        number, path = person.id, f"/manage/events/{makers.make_event().reference}/assign"
    seen = []
    coordinator.get(path)
    for more in (0, 29, 330):
        with app.app_context():
            if more:
                copy_people(db.session.get_one(Ambassador, number), more)
        with count_queries(app) as found:
            page = coordinator.get(path)
        seen.append(len(found))
    assert seen == [seen[0]] * 3
    assert "360 people can be asked, best first" in page.main
