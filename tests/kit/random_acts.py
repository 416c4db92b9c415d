"""A small county and everything that anybody may try in it, drawn at random from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.ambassadors import actions as people_actions
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStep
from outreach.app import JOBS
from outreach.db import db
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict, NotFound
from outreach.events import actions as event_actions
from outreach.events.models import Assignment, Event, InvitationOrder
from outreach.events.rules import EventDetails
from outreach.institutions import actions as institution_actions
from outreach.institutions.models import Contact, Institution
from outreach.outcomes import actions as outcome_actions
from outreach.outcomes.queries import find_outcome, version_of
from outreach.outcomes.rules import ON_IT, Attendance, Happened, Opinion, Report
from outreach.visits.actions import asking, deciding
from outreach.visits.models import RequestMessage, VisitRequest
from outreach.visits.rules import Asked, Caller, Unlisted
from outreach.web.door import PUBLIC, SYSTEM, Actor, ActorKind, Role
from tests import makers
from tests.kit.clocks import move_to

QUIET_JOBS = {"retention"}  # it ends things by design; it has its own tests


class World:
    """A county, its people, and what each of them might do next."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.coordinators = [Actor(ActorKind.ACCOUNT, makers.make_account(Role.COORDINATOR).id, "", _CAN) for _ in "ab"]
        demoted = Actor(ActorKind.ACCOUNT, makers.make_account().id)
        viewer = Actor(ActorKind.ACCOUNT, makers.make_account(Role.VIEWER).id, "", frozenset({Role.VIEWER}))
        self.strangers = [PUBLIC, demoted, viewer]
        for n in range(5):
            makers.make_ambassador(f"Zebedee{n} Quorn{n}", travels_to=("malvern-hills",))
        for verified in (True, False, False):
            makers.make_contact(makers.make_institution(), verified=verified)
        self.names = [f"Zebedee{n}" for n in range(5)]

    def one(self, table: Any) -> Any:
        """A row of a table; more often one of the newest, which are still in play."""
        ids = list(db.session.scalars(select(table.id).order_by(table.id.desc())))
        if not ids:
            raise Conflict("There is none yet.")
        return db.session.get_one(table, self.random.choice(ids[:6] if self.random.random() < 0.8 else ids))

    def term(self, vocabulary: Vocabulary) -> Any:
        return self.random.choice(list_terms(vocabulary))

    def span(self) -> tuple[Any, Any]:
        """A time that often meets others, mostly ahead, sometimes now or past."""
        days = self.random.choice([-3, 0, 1, 2, 2, 5, 5, 8])
        start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(
            days=days, hours=self.random.choice([0, 1, 1, 2])
        )
        return start, start + timedelta(hours=self.random.choice([1, 2, 5]))

    def actor(self) -> Actor:
        """Anybody; a coordinator half of the time."""
        chance = self.random.random()
        if chance < 0.7:
            return self.random.choice(self.coordinators)
        if chance < 0.85:
            return Actor(ActorKind.AMBASSADOR, self.one(Ambassador).id)
        if chance < 0.94:
            return Actor(ActorKind.CONTACT, self.one(Contact).id)
        return self.random.choice(self.strangers)

    def perhaps(self, actor: Actor, kind: ActorKind, number: int) -> Actor:
        """The person whose affair it is, half of the time."""
        return Actor(kind, number) if self.random.random() < 0.5 else actor

    def draw(self) -> Callable[[World, Actor], Done]:
        """The next thing that somebody tries."""
        weights = [weight for weight, _ in ACTS]
        return self.random.choices([act for _, act in ACTS], weights)[0]

    def seldom(self, chance: float) -> None:
        """Acts that end things come less often than they are drawn, or nothing would ever get far."""
        if self.random.random() > chance:
            raise Conflict("Not this time.")


_CAN = frozenset({Role.COORDINATOR})
Key = tuple[ActorKind, int | None]
Done = tuple[Actor, Key | None]
"""Who did it in the end, and whose own affair it is besides the coordinators': nobody's where None."""


def _ask(world: World, actor: Actor) -> Done:
    contact = world.one(Contact)
    site = contact.institution.sites[0].id if world.random.random() < 0.8 else None
    name = world.random.choice(["New School", "Other School"])
    unlisted = None if site else Unlisted(name, "school", "wychavon", "Evesham", "", "")
    caller = Caller("Somebody", "Teacher", contact.email, "01905 555 0100")
    times = tuple({world.span() for _ in range(world.random.choice([1, 2, 3]))})
    asked = Asked(site, unlisted, caller, "talk", "students_16_to_18", 20, False, times, "Topics", "", "Mr Supervisor")
    asking.request_visit(actor, asked)
    return actor, (actor.kind, actor.id)  # anybody may


def _accept_request(world: World, actor: Actor) -> Done:
    start, end = world.span()
    deciding.accept_request(
        actor, world.one(VisitRequest), starts_at=start, ends_at=end, title="A talk", needed=world.random.choice([1, 2])
    )
    return actor, None


def _decline_request(world: World, actor: Actor) -> Done:
    world.seldom(0.3)
    reason = world.term(Vocabulary.DECLINE_REASON)
    deciding.decline_request(actor, world.one(VisitRequest), reason=reason, words="Not now")
    return actor, None


def _withdraw_request(world: World, actor: Actor) -> Done:
    request = world.one(VisitRequest)
    actor = world.perhaps(actor, ActorKind.CONTACT, request.contact_id)
    world.seldom(0.3)
    deciding.withdraw_request(actor, request)
    return actor, (ActorKind.CONTACT, request.contact_id)


def _ask_for_change(world: World, actor: Actor) -> Done:
    request = world.one(VisitRequest)
    actor = world.perhaps(actor, ActorKind.CONTACT, request.contact_id)
    deciding.ask_for_change(actor, request, "Later, if we may")
    return actor, (ActorKind.CONTACT, request.contact_id)


def _deal_with(world: World, actor: Actor) -> Done:
    deciding.deal_with_message(actor, world.one(RequestMessage))
    return actor, None


def _plan(world: World, actor: Actor) -> Done:
    start, end = world.span()
    district = world.random.choice(list_districts())
    event_actions.plan_event(
        actor,
        EventDetails(
            title="A fair",
            activity_id=world.term(Vocabulary.ACTIVITY).id,
            district_id=district.id,
            institution_id=None,
            site_id=None,
            contact_id=None,
            visit_request_id=None,
            online=False,
            place="Town hall",
            starts_at=start,
            ends_at=end,
            needed=world.random.choice([1, 2]),
            audience_id=None,
            audience_size=None,
            supervisor="",
            notes="",
        ),
    )
    return actor, None


def _edit(world: World, actor: Actor) -> Done:
    event = world.one(Event)
    names = ("activity_id", "audience_id", "audience_size", "supervisor", "notes", "public_words")
    held = {name: getattr(event, name) for name in names}
    title, needed = f"A fair {world.random.randint(1, 3)}", world.random.choice([1, 2, 3])
    event_actions.edit_event(actor, event, event_actions.EventEdit(title=title, needed=needed, **held))
    return actor, None


def _move(world: World, actor: Actor) -> Done:
    start, end = world.span()
    place = world.random.choice(["Town hall", "Library"])
    event_actions.move_event(actor, world.one(Event), starts_at=start, ends_at=end, place=place, online=False)
    return actor, None


def _cancel(world: World, actor: Actor) -> Done:
    event = world.one(Event)
    world.seldom(0.3)
    by_requester = world.random.random() < 0.5
    reason = world.term(Vocabulary.CANCEL_REASON)
    event_actions.cancel_event(actor, event, reason=reason, words="", by_requester=by_requester)
    return actor, (ActorKind.CONTACT, event.contact_id) if by_requester and event.contact_id else None


def _publish(world: World, actor: Actor) -> Done:
    event_actions.publish_event(actor, world.one(Event))
    return actor, None


def _unpublish(world: World, actor: Actor) -> Done:
    event_actions.unpublish_event(actor, world.one(Event))
    return actor, None


def _invite(world: World, actor: Actor) -> Done:
    ids = {world.one(Ambassador).id for _ in range(world.random.choice([1, 1, 2]))}
    event_actions.invite_ambassadors(actor, world.one(Event), ids)
    return actor, None


def _order(world: World, actor: Actor) -> Done:
    ids = {world.one(Ambassador).id for _ in range(world.random.choice([2, 3]))}
    event_actions.start_order(actor, world.one(Event).openings[0], sorted(ids), answer_hours=24)
    return actor, None


def _stop_order(world: World, actor: Actor) -> Done:
    event_actions.stop_order(actor, world.one(InvitationOrder))
    return actor, None


def _answer(world: World, actor: Actor, *, coming: bool) -> Done:
    assignment = world.one(Assignment)
    actor = world.perhaps(actor, ActorKind.AMBASSADOR, assignment.ambassador_id)
    if coming:
        event_actions.accept_invitation(actor, assignment)
    else:
        reason = world.term(Vocabulary.CANNOT_COME_REASON)
        event_actions.decline_invitation(actor, assignment, reason=reason, words="")
    return actor, (ActorKind.AMBASSADOR, assignment.ambassador_id)


def _accept(world: World, actor: Actor) -> Done:
    return _answer(world, actor, coming=True)


def _decline(world: World, actor: Actor) -> Done:
    return _answer(world, actor, coming=False)


def _withdraw(world: World, actor: Actor) -> Done:
    event_actions.withdraw_assignment(actor, world.one(Assignment))
    return actor, None


def _step(world: World, actor: Actor) -> Done:
    step = world.random.choice(list(AmbassadorStep))
    world.seldom(0.1 if step is AmbassadorStep.LEAVE else 0.7)
    reason = world.term(Vocabulary.LEAVING_REASON) if step is AmbassadorStep.LEAVE else None
    people_actions.take_step(actor, world.one(Ambassador), step, reason)
    return actor, None


def _edit_ambassador(world: World, actor: Actor) -> Done:
    one = world.one(Ambassador)
    email = world.random.choice([one.email, f"new{world.random.randint(1, 10**9)}@care.example"])
    details = people_actions.AmbassadorDetails(
        name=one.name,
        email=email,
        phone="",
        employer=one.employer,
        job_title="Nurse",
        role_family=one.role_family,
        home_district=one.home_district,
        travels_to=list(one.travels_to),
        terms=list(one.terms),
        notes="",
    )
    people_actions.edit_ambassador(actor, one, details, str(one.version))
    return actor, None


def _verify(world: World, actor: Actor) -> Done:
    institution_actions.verify_contact(actor, world.one(Contact), world.term(Vocabulary.VERIFIED_HOW))
    return actor, None


def _edit_contact(world: World, actor: Actor) -> Done:
    one = world.one(Contact)
    email = world.random.choice([one.email, f"new{world.random.randint(1, 10**9)}@college.example"])
    details = institution_actions.ContactDetails(name=one.name, email=email, phone=one.phone, job_title="Head")
    institution_actions.edit_contact(actor, one, details)
    return actor, None


def _rename(world: World, actor: Actor) -> Done:
    one = world.one(Institution)
    name = f"{one.name.split(' (')[0]} ({world.random.randint(1, 3)})"
    institution_actions.edit_institution(actor, one, name=name, kind=one.kind, version=str(one.version))
    return actor, None


def _report(world: World, *, took_place: bool) -> Report:
    audience: int = world.term(Vocabulary.AUDIENCE).id
    return Report(took_place, {audience: 12} if took_place else {}, "" if took_place else "Nobody was there")


def _record_own(world: World, actor: Actor) -> Done:
    one = world.one(Assignment)
    actor = world.perhaps(actor, ActorKind.AMBASSADOR, one.ambassador_id)
    happened = world.random.choice(list(Happened))
    report = _report(world, took_place=happened is not Happened.OFF)
    version = version_of(find_outcome(one.event), [one])
    outcome_actions.record_by_ambassador(actor, one, happened, report, Decimal(2), version=version)
    return actor, (ActorKind.AMBASSADOR, one.ambassador_id)


def _record(world: World, actor: Actor) -> Done:
    event = world.one(Event)
    expected = [one for one in event.assignments if one.status in ON_IT]
    there = [Attendance(one.id, world.random.choice([True, False, None]), Decimal(1)) for one in expected]
    report = _report(world, took_place=world.random.random() < 0.8)
    version = version_of(find_outcome(event), expected)
    outcome_actions.record_by_coordinator(actor, event, report, there, version=version)
    return actor, None


def _rate(world: World, actor: Actor) -> Done:
    event = world.one(Event)
    if event.visit_request_id is None or event.contact_id is None:
        raise NotFound
    holder = Actor(ActorKind.CONTACT, event.contact_id)
    outcome_actions.rate_visit(holder, event, event.visit_request_id, Opinion(4, ask_again=True, words=""))
    return holder, (holder.kind, holder.id)


def _time_passes(world: World, actor: Actor) -> Done:
    """Hours or days go by, and the worker does some of what it does by itself; not always at once."""
    move_to(clock.now() + timedelta(hours=world.random.choice([1, 6, 30, 60])))
    for name, _, job in JOBS:
        if name not in QUIET_JOBS and world.random.random() < 0.7:
            job()
    return SYSTEM, (SYSTEM.kind, SYSTEM.id)


ACTS: tuple[tuple[int, Callable[[World, Actor], Done]], ...] = (
    (3, _ask),
    (5, _accept_request),
    (1, _decline_request),
    (2, _withdraw_request),
    (2, _ask_for_change),
    (1, _deal_with),
    (2, _plan),
    (2, _edit),
    (5, _move),
    (2, _cancel),
    (2, _publish),
    (1, _unpublish),
    (9, _invite),
    (6, _order),
    (1, _stop_order),
    (9, _accept),
    (4, _decline),
    (2, _withdraw),
    (4, _step),
    (2, _edit_ambassador),
    (1, _verify),
    (1, _edit_contact),
    (1, _rename),
    (4, _record_own),
    (2, _record),
    (1, _rate),
    (4, _time_passes),
)
