"""Three people and an event that one of them is needed for, and what they say to being asked in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import select

from outreach.accounts.models import Account
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.events import actions
from outreach.events.models import Assignment, Event, InvitationOrder
from outreach.events.rules import AssignmentStatus, OrderStatus
from outreach.web.door import Actor, ActorKind, Role
from tests import makers

NAMES = ("Asha Patel", "Ben Carter", "Cara Doyle")
CORA = "cora@county.example"
ASKED, WAITS, COMING = AssignmentStatus.INVITED, AssignmentStatus.QUEUED, AssignmentStatus.ACCEPTED
SAID_NO, SILENT, NOT = AssignmentStatus.DECLINED, AssignmentStatus.LAPSED, AssignmentStatus.WITHDRAWN


class World:
    """An event that needs one, and Asha, Ben and Cara in this order. Each act is a transaction of its own."""

    def __init__(self, app: Flask, act: Callable[..., Any], actor: Actor, **event: Any) -> None:
        self.app, self.act, self.actor = app, act, actor
        with app.app_context():
            if db.session.scalar(select(Account.id).where(Account.email == CORA)) is None:
                makers.make_account(Role.COORDINATOR, email=CORA)
            made = makers.make_event(**event)
            self.event_id, self.reference = made.id, made.reference
            self.ids = [makers.make_ambassador(one).id for one in NAMES]

    def event(self) -> Event:
        return db.session.get_one(Event, self.event_id)

    def order(self) -> InvitationOrder:
        """The newest."""
        return db.session.scalars(select(InvitationOrder).order_by(InvitationOrder.id.desc()).limit(1)).one()

    def order_status(self) -> OrderStatus:
        with self.app.app_context():
            return self.order().status

    def start(self, ids: Sequence[int] | None = None, **more: Any) -> None:
        chosen = self.ids if ids is None else list(ids)
        self.act(
            lambda: actions.start_order(
                self.actor, self.event().openings[0], chosen, **{"answer_hours": 4, "words": ""} | more
            )
        )

    def id_of(self, name: str) -> int:
        return next(id for id, one in zip(self.ids, NAMES, strict=True) if one.startswith(name))

    def mailbox(self, name: str) -> str:
        with self.app.app_context():
            return db.session.get_one(Ambassador, self.id_of(name)).email

    def row_of(self, ambassador_id: int) -> Assignment:
        query = select(Assignment).where(
            Assignment.event_id == self.event_id, Assignment.ambassador_id == ambassador_id
        )
        return db.session.scalars(query).one()

    def row(self, name: str) -> Assignment:
        return self.row_of(self.id_of(name))

    def states(self) -> list[AssignmentStatus]:
        """Of the three, in their order."""
        with self.app.app_context():
            return [self.row_of(one).status for one in self.ids]

    def accept(self, name: str) -> None:
        self.act(self.accept_here, name)

    def decline(self, name: str, words: str = "") -> None:
        self.act(self.decline_here, name, words)

    def accept_here(self, name: str) -> None:
        """Say yes in the transaction that is open."""
        actions.accept_invitation(self._own(name), self.row(name))

    def decline_here(self, name: str, words: str = "") -> None:
        """Say no in the transaction that is open."""
        reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
        actions.decline_invitation(self._own(name), self.row(name), reason=reason, words=words)

    def need(self, needed: int) -> None:
        names = ("title", "activity_id", "audience_id", "audience_size", "supervisor", "notes", "public_words")

        def edit() -> None:
            held = {name: getattr(self.event(), name) for name in names}
            actions.edit_event(self.actor, self.event(), actions.EventEdit(needed=needed, **held))

        self.act(edit)

    def _own(self, name: str) -> Actor:
        return Actor(ActorKind.AMBASSADOR, self.id_of(name))

    def states_of_all(self) -> list[AssignmentStatus]:
        """Of everybody on the event, in the order in which they came onto it."""
        with self.app.app_context():
            return [one.status for one in self.event().assignments]
