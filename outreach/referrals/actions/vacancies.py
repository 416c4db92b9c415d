"""Keeping the list of open roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.districts.models import District
from outreach.errors import Conflict, NotAllowed
from outreach.referrals.models import Vacancy
from outreach.web.door import Actor, Role


@dataclass(frozen=True)
class OpenRole:
    """What is said of an open role."""

    role: str
    district: District | None
    hours: str
    link: str
    closes_on: date | None


def add_vacancy(actor: Actor, told: OpenRole) -> Vacancy:
    """Put a role on the list."""
    _may_keep(actor)
    vacancy = Vacancy()
    _put(vacancy, told)
    db.session.add(vacancy)
    record(actor, "vacancy.add", vacancy)
    return vacancy


def change_vacancy(actor: Actor, vacancy: Vacancy, told: OpenRole, *, version: str) -> None:
    """Correct a role on the list. Raises Conflict when somebody else has changed it since."""
    _may_keep(actor)
    lock_row(vacancy, version)
    _put(vacancy, told)
    record(actor, "vacancy.change", vacancy)


def remove_vacancy(actor: Actor, vacancy: Vacancy) -> None:
    """Take a role off the list."""
    _may_keep(actor)
    record(actor, "vacancy.remove", vacancy)
    db.session.delete(vacancy)


def _put(vacancy: Vacancy, told: OpenRole) -> None:
    if told.closes_on is not None and told.closes_on < clock.today():
        raise Conflict("The last day must be today or in the future", "closes_on")
    vacancy.role, vacancy.hours, vacancy.link = told.role, told.hours, told.link
    vacancy.district_id = told.district.id if told.district else None
    vacancy.closes_on, vacancy.changed_at = told.closes_on, clock.now()


def _may_keep(actor: Actor) -> None:
    if not actor.has(Role.RECRUITMENT_OFFICER):
        raise NotAllowed("Only a recruitment officer keeps the list of open roles.")
