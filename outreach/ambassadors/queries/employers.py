"""Finding employers, and how many ambassadors each has."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select

from outreach.ambassadors.models import Ambassador, Employer
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.errors import NotFound


def get_employer(employer_id: int) -> Employer:
    employer = db.session.get(Employer, employer_id)
    if employer is None:
        raise NotFound
    return employer


def select_employers(*, words: str = "", unassured: bool = False) -> Select[Employer]:
    """Employers, the council first and then by name; `unassured` are those of whose checks hosts are told nothing."""
    query = select(Employer).order_by(Employer.is_council.desc(), Employer.name, Employer.id)
    if words:
        query = query.where(Employer.name.icontains(words, autoescape=True))
    if unassured:
        query = query.where(Employer.assurance == "")
    return query


def count_ambassadors_of(ids: Collection[int]) -> dict[int, int]:
    """How many ambassadors who have not left each of these employers has; none are left out. One query."""
    rows = db.session.execute(
        select(Ambassador.employer_id, func.count())
        .where(
            Ambassador.employer_id.in_(ids),
            Ambassador.status != AmbassadorStatus.LEFT,
            Ambassador.unconfirmed_since.is_(None),
        )
        .group_by(Ambassador.employer_id)
    )
    return dict(rows.all())
