"""A county with openings and people to plan for, and the worker that does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, AmbassadorTerm, ReadinessItem
from outreach.ambassadors.queries import list_requirements
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.districts.queries import list_districts
from outreach.districts.rules import Vocabulary
from outreach.events import actions
from outreach.events.models import Assignment, Event, Opening, Plan, PlanPlace
from outreach.events.rules import EventStatus
from outreach.events.rules.plans import PlaceStatus, PlanStatus
from outreach.web.door import Actor
from outreach.web.keys import new_token
from outreach.worker import Worker
from tests import makers

Act = Callable[..., Any]


class Desk:
    """A coordinator's plan of the next weeks, worked out and applied by the worker."""

    def __init__(self, app: Flask, act: Act, actor: Actor) -> None:
        self.app, self.act, self.actor, self.worker = app, act, actor, Worker(app)
        self.plan_id = 0

    def ask(self, first_day: date | None = None, last_day: date | None = None, **more: Any) -> int:
        """Ask for a plan of the next 60 days, or of others."""
        today = clock.today()

        def ask() -> int:
            plan = actions.ask_for_plan(
                self.actor, first_day or today, last_day or today + timedelta(days=60), **{"limit_seconds": 60} | more
            )
            db.session.flush()
            return plan.id

        self.plan_id = self.act(ask)
        return self.plan_id

    def work(self) -> int:
        return self.worker.work_on_plans()

    def planned(self, **more: Any) -> int:
        """A plan that is worked out."""
        self.ask(**more)
        self.work()
        return self.plan_id

    def do(self, act: Callable[..., Any], **named: Any) -> None:
        """An act of the coordinator on the plan."""
        self.act(lambda: act(self.actor, self.plan(), **named))

    def do_at(self, act: Callable[..., Any], place_id: int, **named: Any) -> None:
        """An act of the coordinator on one of its places."""
        self.act(lambda: act(self.actor, db.session.get_one(PlanPlace, place_id), **named))

    def apply(self) -> None:
        self.do(actions.apply_plan, answer_hours=48, words="")

    def plan(self) -> Plan:
        return db.session.get_one(Plan, self.plan_id)

    def status(self) -> PlanStatus:
        with self.app.app_context():
            return self.plan().status

    def facts(self) -> dict[str, Any]:
        with self.app.app_context():
            return self.plan().facts

    def places(self, status: PlaceStatus | None = None) -> list[tuple[int, int, int | None, str]]:
        """Of each place: its number, opening, person, and what blocks it."""
        with self.app.app_context():
            query = select(PlanPlace).where(PlanPlace.plan_id == self.plan_id).order_by(PlanPlace.id)
            found = db.session.scalars(query if status is None else query.where(PlanPlace.status == status))
            return [(one.id, one.opening_id, one.ambassador_id, one.blocked) for one in found]

    def went(self, status: PlaceStatus = PlaceStatus.PROPOSED) -> set[tuple[int, int | None]]:
        return {(opening, person) for _, opening, person, _ in self.places(status)}

    def asked(self) -> list[Assignment]:
        with self.app.app_context():
            return list(db.session.scalars(select(Assignment).order_by(Assignment.id)))


def fill_county(openings: int, people: int, *, tag: str = "T", needed: Sequence[int] = (1, 2)) -> None:
    """Many openings over the next weeks and many people, in a few statements; `tag` is a letter to know them by."""
    now, districts = clock.now(), list_districts()
    family, talk, audience = makers.term(Vocabulary.ROLE_FAMILY, "direct_care"), makers.activity(), makers.audience()
    employer, required = makers.employer(), [one for one in list_requirements() if one.required]
    homes = cycle(districts)
    made = [
        {
            "name": f"Person {number:04}",
            "email": f"person{tag.lower()}{number}@care.example",
            "employer_id": employer.id,
            "job_title": "Care worker",
            "role_family_id": family.id,
            "home_district_id": next(homes).id,
            "status": AmbassadorStatus.ACTIVE,
            "notes": "",
            "registered_at": now,
            "status_since": now,
            "visits_a_month": 1 + number % 3,
            "version": 1,
        }
        for number in range(people)
    ]
    ids = list(db.session.scalars(insert(Ambassador).returning(Ambassador.id), made))
    db.session.execute(insert(AmbassadorTerm), [{"ambassador_id": one, "term_id": talk.id} for one in ids])
    db.session.execute(
        insert(ReadinessItem),
        [
            {"ambassador_id": one, "requirement_id": item.id, "done_on": clock.today(), "recorded_at": now}
            for one in ids
            for item in required
        ],
    )
    first = clock.today() + timedelta(days=14)
    events, where = [], cycle(districts)
    for number in range(openings):
        day = first + timedelta(days=number * 7 % 110)
        starts = clock.start_of(day) + timedelta(hours=(9, 11, 14)[number % 3])
        events.append(
            {
                "reference": f"EV-{tag}{number // 1000:03}-{number % 1000:04}",
                "title": f"Talk {number}",
                "status": EventStatus.PLANNED,
                "activity_id": talk.id,
                "district_id": next(where).id,
                "online": False,
                "place": "The hall",
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=1, minutes=30),
                "needed": needed[number % len(needed)],
                "audience_id": audience.id,
                "supervisor": "Mr Invented",
                "notes": "",
                "public_words": "",
                "uid_public": f"{new_token()}@county.example",
                "uid_staff": f"{new_token()}@county.example",
                "sequence": 0,
                "created_at": now,
                "changed_at": now,
                "version": 1,
            }
        )
    numbers = list(db.session.scalars(insert(Event).returning(Event.id, sort_by_parameter_order=True), events))
    db.session.execute(
        insert(Opening),
        [
            {
                "event_id": id,
                "starts_at": one["starts_at"],
                "ends_at": one["ends_at"],
                "needed": one["needed"],
                "created_at": now,
            }
            for id, one in zip(numbers, events, strict=True)
        ],
    )
    db.session.commit()


def two_events(app: Flask, *, people: int = 2, **more: Any) -> tuple[list[int], list[int]]:
    """Two events at the same time in Worcester, and people who could go: their openings and numbers."""
    with app.app_context():
        events = [makers.make_event(starts=makers.in_days(20), **more) for _ in range(2)]
        return [one.openings[0].id for one in events], [makers.make_ambassador().id for _ in range(people)]
