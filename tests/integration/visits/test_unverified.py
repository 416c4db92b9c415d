"""A contact whom nobody has verified: no page, file, feed or mail of theirs holds anything of an ambassador's.

The pages are taken from the URL map, so that one which is made later is walked, too. The control is the same walk by
a contact who is verified: it finds the first name, the role and the employer, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Employer
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.events.actions import (
    accept_invitation,
    cancel_event,
    decline_invitation,
    move_event,
    withdraw_assignment,
)
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.institutions.actions import verify_contact
from outreach.outbox.models import Mail
from outreach.outbox.rules import RecipientKind
from outreach.outcomes.actions import ask_for_ratings
from outreach.visits.actions.jobs import remind_contacts
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.web.door import Actor, ActorKind, Purpose, Role, access_of
from tests import makers
from tests.kit.private_feeds import visits_feed

pytestmark = pytest.mark.one_database

NAMED = ("Grisella", "Lantern keeper", "Thistledown Care")
SECRET = ("Oxenholme", "grisella.ox", "01905 555 0199", "Moonlit story")
OTHERS = ("Peregrine", "Quillfeather", "peregrine.q")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


class Visit:
    """A visit that was asked for, with one ambassador invited to it and another who once was."""

    def __init__(self, app: Flask, *, verified: bool) -> None:
        self.app = app
        with app.app_context():
            contact = makers.make_contact(makers.make_institution(), verified=verified)
            self.cora = makers.make_account(Role.COORDINATOR, name="Carla Checker").id
            times = [(makers.in_days(21), makers.in_days(21, 11))]
            visit = makers.make_request(
                contact, status=RequestStatus.ACCEPTED, decided_at=clock.now() - timedelta(days=30), times=times
            )
            event = makers.make_event(request=visit, starts=makers.in_days(21), needed=2)
            one = makers.make_ambassador(
                "Grisella Oxenholme",
                email="grisella.ox@care.example",
                phone="01905 555 0199",
                job_title="Lantern keeper",
                employer=Employer(name="Thistledown Care", is_council=False),
                story="Moonlit story",
            )
            other = makers.make_ambassador("Peregrine Quillfeather", email="peregrine.q@care.example")
            self.assignment = makers.make_assignment(event, one).id
            self.other = makers.make_assignment(event, other).id
            self.contact, self.event, self.request = contact.id, event.id, visit.id
            self.link, self.feed = makers.link_to(visit), visits_feed(contact.id)

    def boss(self) -> Actor:
        return Actor(ActorKind.ACCOUNT, self.cora, "Cora", frozenset({Role.COORDINATOR}))

    def life(self) -> Iterator[str]:
        """What may happen to a visit, a step at a time."""
        yield "invited"
        with self._acting():
            accept_invitation(self.boss(), db.session.get_one(Assignment, self.assignment))
            accept_invitation(self.boss(), db.session.get_one(Assignment, self.other))
        yield "two say yes"
        with self._acting():
            reason = makers.term(Vocabulary.CANNOT_COME_REASON, "on_shift")
            decline_invitation(self.boss(), db.session.get_one(Assignment, self.other), reason=reason, words="Ill")
        yield "one can no longer come"
        with self._acting():
            event = db.session.get_one(Event, self.event)
            moved = makers.in_days(23)
            move_event(
                self.boss(),
                event,
                starts_at=moved,
                ends_at=moved + timedelta(hours=2),
                place="The hall",
                online=False,
                words="",
            )
            accept_invitation(self.boss(), db.session.get_one(Assignment, self.assignment))
        yield "moved and agreed again"
        clock.set_offset(timedelta(days=20))
        with self._acting():
            remind_contacts()
        yield "reminded"
        clock.set_offset(timedelta(days=25))
        with self._acting():
            db.session.get_one(Assignment, self.assignment).status = AssignmentStatus.ATTENDED
            db.session.get_one(Event, self.event).status = EventStatus.DONE
            ask_for_ratings()
        yield "over, and asked how it was"

    def pages(self) -> dict[str, str]:
        """Everything that the link of a request opens by GET, and the feed."""
        client, token = self.app.test_client(), self.link.rpartition("/")[2]
        paths = [self.feed]
        for rule in self.app.url_map.iter_rules():
            access = access_of(self.app, rule.endpoint)
            if access is not None and Purpose.FOLLOW in access.purposes and "GET" in (rule.methods or ()):
                assert rule.arguments == {"token"}, f"say here what {rule.rule} is to be walked with"
                paths.append(rule.rule.replace("<token>", token))
        assert len(paths) > 7
        return {path: client.get(path).get_data(as_text=True) for path in paths}

    def mails(self) -> dict[str, str]:
        with self.app.app_context():
            found = db.session.scalars(
                select(Mail).where(Mail.recipient_kind == RecipientKind.CONTACT, Mail.recipient_id == self.contact)
            )
            return {f"{one.id} {one.message}": f"{one.subject} {one.body} {one.calendar or ''}" for one in found}

    def _acting(self) -> _Acting:
        return _Acting(self.app)


class _Acting:
    """What a request would commit at its end."""

    def __init__(self, app: Flask) -> None:
        self.context = app.test_request_context()

    def __enter__(self) -> None:
        self.context.__enter__()

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            db.session.commit()
        self.context.__exit__(*error)  # type: ignore[arg-type]


def holding(texts: dict[str, str], words: tuple[str, ...]) -> set[tuple[str, str]]:
    return {(where, word) for where, text in texts.items() for word in words if word in text}


def test_nothing_of_an_ambassador_reaches_a_contact_whom_nobody_verified(app: Flask) -> None:
    visit = Visit(app, verified=False)
    for step in visit.life():
        assert holding(visit.pages() | visit.mails(), NAMED + SECRET + OTHERS) == set(), step
    assert len(visit.mails()) >= 4


def test_control_a_verified_contact_is_told_first_name_role_and_employer_and_no_more(app: Flask) -> None:
    visit = Visit(app, verified=True)
    seen: set[str] = set()
    for step in visit.life():
        texts = visit.pages() | visit.mails()
        assert holding(texts, SECRET + OTHERS[1:]) == set(), step
        seen |= {word for _, word in holding(texts, NAMED)}
    assert seen == set(NAMED)
    named = {where.split()[-1] for where, _ in holding(visit.mails(), NAMED)}
    assert named == {"visits/coming", "visits/not_coming", "visits/reminder"}


@pytest.mark.parametrize("how", ["cancelled", "taken off"])
def test_what_is_called_off_names_nobody_either(app: Flask, how: str) -> None:
    visit = Visit(app, verified=False)
    steps = visit.life()
    next(steps)
    next(steps)
    with visit._acting():
        event = db.session.get_one(Event, visit.event)
        if how == "cancelled":
            cancel_event(visit.boss(), event, reason=makers.term(Vocabulary.CANCEL_REASON, "host_cancelled"), words="")
        else:
            withdraw_assignment(visit.boss(), db.session.get_one(Assignment, visit.assignment))
    assert holding(visit.pages() | visit.mails(), NAMED + SECRET + OTHERS) == set()


def test_verifying_says_who_how_and_when_on_the_events_page_and_names_people_from_then_on(app: Flask) -> None:
    visit = Visit(app, verified=False)
    steps = visit.life()
    next(steps)
    next(steps)
    client = app.test_client()
    with app.app_context():
        makers.sign_in(client, makers.make_account(Role.COORDINATOR))
        page = f"/manage/events/{db.session.get_one(Event, visit.event).reference}"
    before = client.get(page).get_data(as_text=True)
    assert "Not verified yet" in before
    with visit._acting():
        contact = db.session.get_one(VisitRequest, visit.request).contact
        verify_contact(visit.boss(), contact, makers.term(Vocabulary.VERIFIED_HOW, "telephoned"))
    assert {word for _, word in holding(visit.mails(), NAMED)} == set(NAMED)
    after = client.get(page).get_data(as_text=True)
    assert "Not verified yet" not in after
    assert "by Carla Checker" in after
    assert "Telephoned the number the institution publishes" in after
