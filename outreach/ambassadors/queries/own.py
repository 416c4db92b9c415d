"""What somebody's own page shows of the register: when they are free, what they agreed to, and thanks."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache

from sqlalchemy import Date, String, bindparam, cast, func, select, type_coerce

from outreach import clock
from outreach.ambassadors.models import Away, ReadinessItem, Requirement, Thanks, WeeklyFree
from outreach.ambassadors.queries.readiness import list_items, list_requirements
from outreach.ambassadors.rules import Done, RequirementKind
from outreach.ambassadors.rules.availability import Availability, PartOfDay, Slot, Span
from outreach.db import db
from outreach.errors import NotFound


def list_pattern(ambassador_id: int) -> list[Slot]:
    """The parts of the week in which somebody can usually come; empty when they have not said."""
    rows = db.session.execute(
        select(WeeklyFree.weekday, WeeklyFree.part).where(WeeklyFree.ambassador_id == ambassador_id)
    )
    return sorted(((weekday, part) for weekday, part in rows), key=lambda slot: (slot[0], slot[1].value))


def list_away(ambassador_id: int) -> list[Away]:
    """The days away of somebody that are not over, soonest first."""
    return list(
        db.session.scalars(
            select(Away)
            .where(Away.ambassador_id == ambassador_id, Away.last_day >= clock.today())
            .order_by(Away.first_day, Away.id)
        )
    )


def get_away(ambassador_id: int, away_id: int) -> Away:
    found = db.session.scalar(select(Away).where(Away.id == away_id, Away.ambassador_id == ambassador_id))
    if found is None:
        raise NotFound
    return found


def availability_of(ambassador_id: int) -> Availability:
    """Both, as the rules take them."""
    away = tuple(Span(one.first_day, one.last_day) for one in list_away(ambassador_id))
    return Availability(frozenset(list_pattern(ambassador_id)), away)


def list_availability(first: date, last: date, only: int | None = None) -> dict[int, Availability]:
    """Everybody's pattern, and their days away that meet these days, by person; who said nothing is left out.

    Or `only` one person's.
    """
    db.session.flush()  # plain rows are asked, past what the session has not written so far
    connection = db.session.connection()
    weeks, spans = _PATTERNS, _AWAY
    if only is not None:
        weeks, spans = weeks.where(WeeklyFree.ambassador_id == only), spans.where(Away.ambassador_id == only)
    patterns = {ambassador_id: _said(text) for ambassador_id, text in connection.execute(weeks).all()}
    away: dict[int, list[Span]] = defaultdict(list)
    for ambassador_id, begins, ends in connection.execute(spans, {"first": first, "last": last}).all():
        away[ambassador_id].append(Span(begins, ends))
    nothing = Availability()
    return patterns | {one: Availability(patterns.get(one, nothing).pattern, tuple(days)) for one, days in away.items()}


# A line a person, like '0morning,4evening': it is asked of everybody for one page, and read once for each such week.
_PATTERNS = select(
    WeeklyFree.ambassador_id,
    func.aggregate_strings(cast(WeeklyFree.weekday, String) + type_coerce(WeeklyFree.part, String), ","),
).group_by(WeeklyFree.ambassador_id)
_AWAY = (
    select(Away.ambassador_id, Away.first_day, Away.last_day)
    .where(Away.first_day <= bindparam("last", type_=Date()), Away.last_day >= bindparam("first", type_=Date()))
    .order_by(Away.first_day, Away.id)
)


@lru_cache(maxsize=10_000)
def _said(text: str) -> Availability:
    return Availability(frozenset((int(one[0]), PartOfDay(one[1:])) for one in text.split(",")))


def list_consents() -> list[Requirement]:
    """The items of the checklist by which somebody agrees to be shown; none in a county that shows nobody."""
    return [one for one in list_requirements() if one.kind is RequirementKind.CONSENT]


def find_consent(ambassador_id: int) -> ReadinessItem | None:
    """That somebody agrees to be shown to everybody, if that counts today."""
    today = clock.today()
    for item in list_items(ambassador_id):
        if item.requirement.kind is RequirementKind.CONSENT and Done(item.done_on, item.expires_on).counts_on(today):
            return item
    return None


def list_thanks(ambassador_id: int) -> list[Thanks]:
    """What somebody was thanked for, newest first."""
    return list(
        db.session.scalars(
            select(Thanks)
            .where(Thanks.ambassador_id == ambassador_id)
            .order_by(Thanks.thanked_at.desc(), Thanks.id.desc())
        )
    )


def get_thanks(ambassador_id: int, reference: str) -> Thanks:
    found = db.session.scalar(
        select(Thanks).where(Thanks.ambassador_id == ambassador_id, Thanks.reference == reference)
    )
    if found is None:
        raise NotFound
    return found


def list_thanked_for(event_id: int, signed: str) -> set[int]:
    """Whom somebody has thanked for an event already, by number."""
    return set(
        db.session.scalars(select(Thanks.ambassador_id).where(Thanks.event_id == event_id, Thanks.signed == signed))
    )
