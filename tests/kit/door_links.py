"""Links of ambassadors' own pages and of line managers for the walk of the door: each with the row of somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from outreach import clock
from outreach.accounts.links import mint_link
from outreach.ambassadors.actions import ask_manager, take_step
from outreach.ambassadors.actions.thanks import add_thanks
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus, AmbassadorStep
from outreach.ambassadors.rules.thanks import ThanksFrom
from outreach.db import db
from outreach.web.door import Actor, ActorKind, Purpose, Role
from tests.kit.own import own_page
from tests.makers import link_to, make_ambassador, make_assignment, make_contact, make_event, make_institution

COORDINATOR = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))
Make = Callable[[Flask, FlaskClient], str]


def manager_page(ambassador: Ambassador) -> str:
    """The path of a line manager's link: ask them, and mint another one."""
    asked = ask_manager(COORDINATOR, ambassador, name="Meg", email="meg@care.example")
    url = mint_link(Purpose.MANAGER, asked.id, ActorKind.MANAGER, asked.id, clock.now() + timedelta(days=21))
    db.session.commit()
    return "/" + url.split("/", 3)[3]


def hosted_pack() -> str:
    """The path of a contact's link to the visit pack of an event that nobody asked for."""
    event = make_event(contact=make_contact(make_institution()))
    assert event.contact_id is not None
    url = mint_link(Purpose.HOST, event.id, ActorKind.CONTACT, event.contact_id, event.ends_at)
    db.session.commit()
    return "/" + url.split("/", 3)[3]


def hosted(app: Flask, client: FlaskClient) -> str:
    with app.test_request_context():
        return hosted_pack()


def own_visit(app: Flask, client: FlaskClient) -> str:
    with app.test_request_context():
        held = make_assignment()
        return f"{own_page(held.ambassador)}/visits/{held.event.reference}"


def visit_of_another(app: Flask, client: FlaskClient) -> str:
    with app.test_request_context():
        return f"{own_page(make_ambassador())}/visits/{make_assignment().event.reference}"


def outcome_of_another(app: Flask, client: FlaskClient) -> str:
    return f"{visit_of_another(app, client)}/outcome"


def visit_by_an_invitation(app: Flask, client: FlaskClient) -> str:
    """The link of an invitation where that of an own page belongs; the visit is the holder's."""
    with app.test_request_context():
        held = make_assignment()
        return f"/ambassador/{link_to(held).rpartition('/')[2]}/visits/{held.event.reference}"


def invitation_by_own_link(app: Flask, client: FlaskClient) -> str:
    """Both links are one person's, and the numbers of their rows may be the same."""
    with app.test_request_context():
        return f"/invitations/{own_page(make_assignment().ambassador).rpartition('/')[2]}"


def card(*, own: bool) -> Make:
    def make(app: Flask, client: FlaskClient) -> str:
        with app.test_request_context():
            one = make_ambassador()
            thanked = one if own else make_ambassador()
            thanks = add_thanks(
                COORDINATOR, thanked, words="Thank you.", signed="Cora", source=ThanksFrom.COORDINATOR, event_id=None
            )
            return f"{own_page(one)}/thanks/{thanks.reference}"

    return make


def own_page_after(step: AmbassadorStep) -> Make:
    def make(app: Flask, client: FlaskClient) -> str:
        with app.test_request_context():
            one = make_ambassador()
            page = own_page(one)
            take_step(COORDINATOR, one, step)
            db.session.commit()
            return page

    return make


def managers_own(app: Flask, client: FlaskClient) -> str:
    with app.test_request_context():
        return manager_page(make_ambassador(status=AmbassadorStatus.INTERESTED, ready=False))


def managers_link_after_another(app: Flask, client: FlaskClient) -> str:
    """Somebody else has been asked in their place."""
    with app.test_request_context():
        one = make_ambassador(status=AmbassadorStatus.INTERESTED, ready=False)
        page = manager_page(one)
        ask_manager(COORDINATOR, one, name="Max", email="max@care.example")
        db.session.commit()
        return page


def own_page_by_the_managers(app: Flask, client: FlaskClient) -> str:
    return f"/ambassador/{managers_own(app, client).rpartition('/')[2]}/joining"


def managers_page_by_the_own(app: Flask, client: FlaskClient) -> str:
    """An applicant who would answer for their line manager."""
    with app.test_request_context():
        one = make_ambassador(status=AmbassadorStatus.INTERESTED, ready=False)
        manager_page(one)
        return f"/manager/{own_page(one).rpartition('/')[2]}"
