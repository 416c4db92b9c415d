"""A visit that somebody makes alone, and the mails about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from outreach import clock
from outreach.events.rules import AssignmentStatus
from tests import makers

HOUR = timedelta(hours=1)


def make_visit_alone() -> int:
    """A visit that Amina makes alone, from an hour ago until an hour from now: the number of her assignment."""
    works_for = makers.employer(makers.PROVIDER)
    works_for.contact_name, works_for.contact_phone = "Rota desk", "01905 555 0400"
    person = makers.make_ambassador("Amina Khan", email="amina@care.example", phone="07700 900 123", council=False)
    contact = makers.make_contact(name="Ms Host", phone="01905 555 0199", verified=False)
    request = makers.make_request(contact)
    event = makers.make_event(starts=clock.now() - HOUR, ends=clock.now() + HOUR, request=request)
    return makers.make_assignment(event, person, status=AssignmentStatus.ACCEPTED).id


def after_end(minutes: float) -> timedelta:
    """The clock's offset so long after the visit's end."""
    return HOUR + timedelta(minutes=minutes)


def kinds(letters: Callable[[], list[Any]]) -> list[str]:
    return [one.message for one in letters()]
