"""Sixteen browsers that act at once on one order of invitations, round after round, and what must hold after each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.events.rules import HOLDING
from outreach.outbox.models import Mail
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.racing import sending_with, together, token_of
from tests.pages import PageClient

YES, NO, TAKE, ASK = 5, 4, 5, 2


@dataclass
class Found:
    """What came of all rounds: answers by their status, and whatever went wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Crowd:
    """Five telephones of the first say yes and four no; five desks take them off the event, and two ask the second, who
    waits in the order, to other events at that time.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.phones = [PageClient(app) for _ in range(YES + NO)]
        self.desks = [PageClient(app) for _ in range(TAKE + ASK)]
        with app.app_context():
            for one in self.desks:
                account = makers.make_account(Role.COORDINATOR)
                makers.sign_in(one.http, account)
            self.path = makers.link_to(makers.make_assignment())
            self.cora = Actor(ActorKind.ACCOUNT, account.id, "Cora", frozenset({Role.COORDINATOR}))
        self.tokens = {id(one): token_of(one, self.path) for one in self.phones}
        self.tokens |= {id(one): token_of(one, "/manage/events/new") for one in self.desks}

    def rounds(self, how_many: int, until: Callable[[Found], bool] = lambda found: False) -> Found:
        found = Found()
        for number in range(how_many):
            self._round(number, found)
            if until(found):
                break
        return found

    def _round(self, number: int, found: Found) -> None:
        with self.app.app_context():
            starts = makers.in_days(20 + number * 2)
            event = makers.make_event(starts=starts)
            others = [makers.make_event(starts=starts + timedelta(minutes=n + 1)) for n in range(ASK)]
            people = [makers.make_ambassador().id for _ in range(4)]
            reference, addresses = event.reference, [one.reference for one in others]
            event_id = event.id
        with self.app.test_request_context():
            begin_writing(db.session())
            opening = db.session.get_one(Event, event_id).openings[0]
            actions.start_order(self.cora, opening, people, answer_hours=24)
            db.session.commit()
        with self.app.app_context():
            first = db.session.scalars(select(Assignment).where(Assignment.ambassador_id == people[0])).one()
            links = [makers.link_to(first) for _ in self.phones]
            off = f"/manage/events/{reference}/ambassadors/{first.id}/withdraw"
            mails, lines = (db.session.scalar(select(func.max(one.id))) or 0 for one in (Mail, AuditEntry))
        for place, one in enumerate(self.phones):
            # Each telephone has an address of its own, as telephones do: they are not limited as if they were one.
            one.http.environ_base["REMOTE_ADDR"] = f"10.{number}.{place}.1"
        yes = [self._sending(one, link, {}) for one, link in zip(self.phones[:YES], links, strict=False)]
        no = [
            self._sending(one, f"{link}/cannot-come", {"reason": "on_shift"})
            for one, link in zip(self.phones[YES:], links[YES:], strict=True)
        ]
        takes = [self._sending(one, off, {}) for one in self.desks[:TAKE]]
        asks = [
            self._sending(one, f"/manage/events/{other}/assign", {"ambassadors": str(people[1])})
            for one, other in zip(self.desks[TAKE:], addresses, strict=True)
        ]
        answers = together([*yes, *no, *takes, *asks])
        found.statuses.update(status for status, _ in answers)
        self.settle()
        with self.app.app_context():
            found.wrong += [f"round {number}: {one}" for one in wrong_with(event_id, people, mails, lines)]

    def _sending(self, person: PageClient, path: str, data: dict[str, str]) -> Callable[[], tuple[int, str]]:
        return sending_with(person, path, data, self.tokens[id(person)])

    def settle(self) -> None:
        """What the worker does within a quarter of an hour."""
        with self.app.test_request_context():
            begin_writing(db.session())
            actions.move_orders_on()
            db.session.commit()


def wrong_with(event_id: int, people: list[int], since: int, lines: int) -> list[str]:
    """What does not hold of an order of an event that needs one, in words."""
    found: list[str] = []
    event = db.session.get_one(Event, event_id)
    holding = [one for one in event.assignments if one.status in HOLDING]
    if len(holding) > event.needed:
        found.append(f"{len(holding)} hold {event.needed} places")
    if not holding:
        found.append(f"nobody was asked, with {[one.status.value for one in event.assignments]}")
    for one in people:
        rows = db.session.scalars(
            select(Assignment).where(Assignment.ambassador_id == one, Assignment.status.in_(HOLDING))
        ).all()
        if len(rows) > 1:
            found.append(f"{one} is held {len(rows)} times at once")
    rows = db.session.execute(select(Mail.about_id, Mail.recipient, Mail.message).where(Mail.id > since)).all()
    asked = Counter((about, to) for about, to, message in rows if message == "events/invitation")
    found += [f"{to} was asked {times} times to {about}" for (about, to), times in asked.items() if times > 1]
    told, done = Counter(message for _, _, message in rows), acts_since(lines)
    for message, act in (("accepted", "accept"), ("withdrawn", "withdraw"), ("invitation", "invite")):
        if told[f"events/{message}"] != done[f"assignment.{act}"]:
            found.append(f"{act} {done[f'assignment.{act}']} times, and {told[f'events/{message}']} mails")
    if told["events/answered_no"] > done["assignment.decline"]:
        found.append("a no was confirmed twice")
    return found


def acts_since(line: int) -> Counter[str]:
    return Counter(db.session.scalars(select(AuditEntry.action).where(AuditEntry.id > line)))
