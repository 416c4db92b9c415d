"""How the order of the shortlist is made: read, changed, put back, and who changes it at the same time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.errors import Conflict, NotAllowed
from outreach.events import actions
from outreach.events.models import Event
from outreach.events.queries import get_points, list_shortlist
from outreach.events.rules.weights import DEFAULT_POINTS, WEIGHINGS, Criterion, stamp_of_points
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.pages import PageClient
from tests.pages.view import answers

FIRST = stamp_of_points(DEFAULT_POINTS)


def acts(app: Flask) -> list[tuple[str, dict[str, Any]]]:
    """What was done to the points, oldest first."""
    with app.app_context():
        found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(one.action, one.details) for one in found if one.action.startswith("weights.")]


@pytest.mark.one_database
def test_every_criterion_and_every_bar_is_explained(coordinator: PageClient) -> None:
    page = coordinator.get("/manage/weights")
    assert page.h1 == "How the order is made"
    for one in WEIGHINGS:
        assert page.has(one.called)
        assert page.has(one.words)
    assert page.has("Nobody has changed these points yet.")
    assert page.has("Too many days, or a night, with under-18s")
    assert "Put back what the points were at first" not in page.buttons()


def test_points_are_changed_and_put_back(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event_id = makers.make_event().id
        makers.make_ambassador("Talks", activities=())
        makers.make_ambassador("Offers", audiences=())
    coordinator.get("/manage/weights")
    page = coordinator.submit("Save the points", audience="40", activity="0")
    assert "from now on" in page.banner
    assert "by Cora" in page.main
    assert acts(app) == [("weights.change", {"audience": 40, "activity": 0})]
    with app.app_context():
        assert get_points() == {**DEFAULT_POINTS, Criterion.AUDIENCE: 40, Criterion.ACTIVITY: 0}
        assert _first_of(event_id) == "Talks"
    coordinator.get("/manage/weights")
    coordinator.submit("Save the points", audience="0", activity="40")
    with app.app_context():
        assert _first_of(event_id) == "Offers"
    page = coordinator.submit("Put back what the points were at first")
    assert page.has("by Cora")
    with app.app_context():
        assert get_points() == DEFAULT_POINTS
    assert [action for action, _ in acts(app)] == ["weights.change", "weights.change", "weights.reset"]


def _first_of(event_id: int) -> str:
    found = list_shortlist(db.session.get_one(Event, event_id).openings[0])
    return found.names[found.ranked[0].ambassador_id]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("101", "The points for “free then” must be 100 or fewer"),
        ("-1", "The points for “free then” must be 0 or more"),
        ("2.5", "The points for “free then” must be a whole number, like 30"),
        ("", "Enter the points for “free then”"),
        ("9" * 5000, "The points for “free then” must be 100 or fewer"),
        ("<script>", "The points for “free then” must be a whole number, like 30"),
    ],
)
def test_what_is_no_number_of_points_is_refused_beside_its_box(
    coordinator: PageClient, app: Flask, typed: str, words: str
) -> None:
    coordinator.get("/manage/weights")
    page = coordinator.submit("Save the points", free=typed, district="33", status=422)
    assert page.errors == {"free": words}
    assert coordinator.submit("Save the points", free="5").banner
    with app.app_context():
        assert get_points() == {**DEFAULT_POINTS, Criterion.FREE: 5, Criterion.DISTRICT: 33}


def test_a_change_made_meanwhile_is_not_written_over(
    coordinator: PageClient, app: Flask, act: Callable[..., Any], cora: Actor
) -> None:
    coordinator.get("/manage/weights")
    act(lambda: actions.change_weights(cora, {Criterion.REST: 1}, seen=FIRST))
    page = coordinator.submit("Save the points", rest="99", status=422)
    assert page.has("Somebody else has changed this since you opened it.")
    assert answers(page.form("Save the points"))["rest"] == ["99"]
    with app.app_context():
        assert get_points()[Criterion.REST] == 1


def test_who_may_not_and_what_does_not_fit(
    app: Flask, act: Callable[..., Any], cora: Actor, traces: Callable[[], tuple[int, ...]]
) -> None:
    before = traces()
    viewer = Actor(ActorKind.ACCOUNT, 1, "Vic", frozenset({Role.VIEWER, Role.ADMINISTRATOR}))
    for who, points, refused in (
        (viewer, {Criterion.REST: 1}, NotAllowed),
        (cora, {Criterion.REST: 101}, Conflict),
        (cora, {Criterion.REST: -1}, Conflict),
    ):
        with pytest.raises(refused):
            act(lambda who=who, points=points: actions.change_weights(who, points, seen=FIRST))
    with pytest.raises(NotAllowed):
        act(lambda: actions.reset_weights(viewer))
    with pytest.raises(Conflict):
        act(lambda: actions.change_weights(cora, {Criterion.REST: 1}, seen="1-2-3"))
    # What is as it was leaves no line.
    act(lambda: actions.change_weights(cora, DEFAULT_POINTS, seen=FIRST))
    act(lambda: actions.reset_weights(cora))
    assert traces() == before
    assert acts(app) == []
    with app.app_context():
        assert get_points() == DEFAULT_POINTS
