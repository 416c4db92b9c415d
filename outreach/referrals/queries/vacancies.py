"""Reading the list of open roles."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.db import db
from outreach.errors import NotFound
from outreach.referrals.models import Vacancy

MOST_SHOWN = 50


def select_vacancies() -> Select[Vacancy]:
    """All of the list, also what is no longer shown, by role."""
    return select(Vacancy).options(joinedload(Vacancy.district)).order_by(Vacancy.role, Vacancy.id)


def list_open_vacancies() -> list[Vacancy]:
    """The roles that referrers and friends are shown today."""
    is_open = or_(Vacancy.closes_on.is_(None), Vacancy.closes_on >= clock.today())
    return list(db.session.scalars(select_vacancies().where(is_open).limit(MOST_SHOWN)))


def get_vacancy(vacancy_id: int) -> Vacancy:
    found = db.session.get(Vacancy, vacancy_id)
    if found is None:
        raise NotFound
    return found
