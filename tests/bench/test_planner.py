"""What planning a term takes: small, of a county, and ten times that; and a whole one from its rows to its proposal."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.db import begin_writing, db
from outreach.events.rules.plans import PlaceStatus, PlanMethod, seconds_for
from outreach.web.door import Actor, ActorKind, Role
from tests.kit.planning import Desk, fill_county
from tests.kit.terms import make_term

CORA = Actor(ActorKind.ACCOUNT, None, "Cora", frozenset({Role.COORDINATOR}))


def measure(openings: int, people: int, most_each: int | None) -> dict[str, Any]:
    """One term, in a process of its own: its memory is that of nothing else."""
    from outreach.events.rules.planner import plan_quickly, solve

    term = make_term(openings, people, most_each=most_each)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    quick = plan_quickly(term.needs, term.helpers, term.pairs, minutes=term.minutes)
    limit = seconds_for(openings, people)
    found = solve(term.needs, term.helpers, term.pairs, minutes=term.minutes, limit_seconds=limit)
    return {
        "pairs": found.pairs,
        "best_of": found.best_of,
        "quick": quick.seconds,
        "quick_cost": quick.cost,
        "seconds": found.seconds,
        "cost": found.cost,
        "method": found.method,
        "gap": found.gap,
        "more": found.more,
        "places": len(found.chosen),
        "memory": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    }


@pytest.mark.parametrize(
    ("openings", "people", "most_each"), [(60, 30, None), (400, 361, None), (1200, 1000, 333), (4000, 3610, 100)]
)
def test_a_term(openings: int, people: int, most_each: int | None, tell: Callable[[str], None]) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(measure, (openings, people, most_each))
    each = f", {found['best_of']} of each looked at" if found["best_of"] else ""
    tell(
        f"{openings} openings x {people} people, {found['pairs']:,} pairs{each}: "
        f"quick {found['quick']:.2f} s (cost {found['quick_cost']}), "
        f"HiGHS {found['seconds']:.1f} s (cost {found['cost']}), {found['method'].value}, "
        f"gap {found['gap']:.4%}, {found['memory']} MB more"
    )
    assert found["cost"] <= found["quick_cost"]
    assert found["more"] == 0
    if openings <= 1200:
        assert found["method"] is PlanMethod.OPTIMAL
    else:
        assert found["gap"] < 0.01


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("openings", "people"), [(400, 361), (1200, 1000), (4000, 3610)])
def test_a_term_from_its_rows_to_its_proposal(
    app: Flask, openings: int, people: int, tell: Callable[[str], None]
) -> None:
    def act(function: Callable[..., Any]) -> Any:
        with app.test_request_context():
            begin_writing(db.session())
            done = function()
            db.session.commit()
            return done

    desk = Desk(app, act, CORA)
    with app.app_context():
        fill_county(openings, people)
    desk.ask(last_day=clock.today() + timedelta(days=150), limit_seconds=None)
    begun = time.monotonic()
    desk.work()
    took = time.monotonic() - begun
    facts = desk.facts()
    filled, all_places = len(desk.places(PlaceStatus.PROPOSED)), len(desk.places())
    tell(
        f"{openings} openings x {people} people from rows to proposal: {took:.1f} s, of which solving "
        f"{facts['seconds']} s, {facts['pairs']:,} pairs judged fit, {filled} of {all_places} places filled"
    )
    assert all_places == openings * 3 // 2
    assert facts["more"] == 0
