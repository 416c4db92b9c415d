"""What the shortlist costs beside a bare page of the layout, and how that grows with people."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median

from flask import Flask
from sqlalchemy import func, insert, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, AmbassadorTerm, ManagerAgreement
from outreach.ambassadors.rules import Agreement
from outreach.db import db
from outreach.events.models import Assignment
from outreach.events.queries import get_event, list_shortlist
from outreach.events.rules import AssignmentStatus
from tests import makers
from tests.bench.test_board import GROWS, MOST_TIMES_A_BARE_PAGE, NATIONAL, ROUNDS, cora, fill
from tests.kit.counting import count_queries
from tests.kit.databases import Database
from tests.pages import PageClient

__all__ = ["cora"]

EVENTS = 40


def fill_shortlist(app: Flask, people: int) -> None:
    """Everybody with what they offer, hours agreed and, most of them, visits that were and that are to come."""
    fill(app, people)
    with app.app_context():
        known = db.session.scalar(select(func.count()).select_from(ManagerAgreement)) or 0
        ids = list(db.session.scalars(select(Ambassador.id).order_by(Ambassador.id).offset(known)))
        now = clock.now()
        terms = [makers.activity().id, makers.audience().id]
        offers = [{"ambassador_id": id, "term_id": term} for id in ids for term in terms[: id % 3]]
        db.session.execute(insert(AmbassadorTerm), offers)
        agreed = {"manager_name": "Mo", "manager_email": "mo@county.example", "words": "", "asked_at": now}
        agreed |= {"status": Agreement.AGREED, "hours_a_month": Decimal(6)}
        db.session.execute(insert(ManagerAgreement), [{"ambassador_id": id} | agreed for id in ids])
        held = {"words": "", "created_at": now, "version": 1, "answer_by": None, "invited_at": now}
        rows = []
        for days, status in ((-30, AssignmentStatus.ATTENDED), (22, AssignmentStatus.ACCEPTED)):
            events = [makers.make_event(starts=makers.in_days(days + n // 4, 9 + n % 4 * 2)) for n in range(EVENTS)]
            for id in ids:
                event = events[id % EVENTS]
                times = {"starts_at": event.starts_at, "ends_at": event.ends_at, "status": status}
                place = {"event_id": event.id, "opening_id": event.openings[0].id, "ambassador_id": id}
                rows += [place | times | held] if id % 4 else []
        db.session.execute(insert(Assignment), rows)
        db.session.commit()


def cost_beside(person: PageClient, *paths: str) -> list[float]:
    """The milliseconds of each page, taken in turns, so that all have the same machine: the median of each."""
    taken: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(ROUNDS):
        for path in paths:
            began = time.process_time()
            assert person.http.get(path).status_code == 200
            taken[path].append((time.process_time() - began) * 1000)
    return [median(taken[path]) for path in paths]


def test_the_shortlist_beside_a_bare_page(
    app: Flask, cora: PageClient, database: Database, tell: Callable[[str], None]
) -> None:
    with app.app_context():
        reference = makers.make_event(needed=3, starts=makers.in_days(21)).reference
    path = f"/manage/events/{reference}/assign"
    bare, costs, queries = {}, {}, {}
    for people in (NATIONAL, NATIONAL * 10):
        fill_shortlist(app, people)
        with app.app_context():
            assert len(list_shortlist(get_event(reference).openings[0]).names) == people
        cora.get(path)
        with count_queries(app) as seen:
            cora.get(path)
        queries[people] = len(seen)
        bare[people], costs[people] = cost_beside(cora, "/cookies", path)
        tell(
            f"\n{database.name}: {people} ambassadors: shortlist {costs[people]:.1f} ms, bare page "
            f"{bare[people]:.1f} ms, {costs[people] / bare[people]:.1f} times; {queries[people]} queries"
        )
    few, many = costs[NATIONAL], costs[NATIONAL * 10]
    tell(f"ten times the people: {many / few:.1f} times the cost")
    assert queries[NATIONAL] == queries[NATIONAL * 10]
    assert few <= MOST_TIMES_A_BARE_PAGE * bare[NATIONAL]
    assert many <= GROWS * few
