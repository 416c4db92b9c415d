"""Why those who are off an event are: what the pages say instead of that they are not coming."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, select

from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import Assignment, InvitationOrder
from outreach.events.queries.orders import say_skipped
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.events.rules.gone import ACTS, GONE_TAGS, GONE_WORDS, Gone, course_of, why_gone
from outreach.web.filters import say_date


@dataclass(frozen=True)
class GoneShown:
    """In a word for a tag, and in a sentence."""

    why: Gone
    words: str

    @property
    def tag(self) -> str:
        return GONE_TAGS[self.why]


def list_gone(assignments: Iterable[Assignment]) -> dict[int, GoneShown]:
    """Of these, those who are off their event, by number; two queries however many they are, none for nobody."""
    rows = [one for one in assignments if one.status is AssignmentStatus.WITHDRAWN]
    if not rows:
        return {}
    acts = _acts([one.id for one in rows])
    orders = _orders({one.order_id for one in rows if one.order_id is not None})
    return {one.id: _of(one, acts.get(one.id, ()), orders.get(one.order_id or 0)) for one in rows}


def gone_by_row(asked: Any) -> ColumnElement[str | None]:
    """The code of why somebody is off an event, by their row alone: what the shortlist of everybody can afford.

    Of the few who took a place themselves while they waited in an order, and were then taken off, it does not know.
    """
    never_asked = asked.order_id.is_not(None) & asked.invited_at.is_(None) & asked.answered_at.is_(None)
    return case(
        (asked.status != AssignmentStatus.WITHDRAWN, None),
        (asked.skipped.is_not(None), Gone.PASSED_OVER.value),
        (asked.reason_id.is_not(None), Gone.DROPPED_OUT.value),
        (never_asked, Gone.STOPPED.value),
        else_=Gone.TAKEN_OFF.value,
    )


def _of(row: Assignment, acts: Iterable[tuple[str, datetime]], order: InvitationOrder | None) -> GoneShown:
    event = row.event
    why = why_gone(
        course_of(acts),
        invited_at=row.invited_at,
        skipped=row.skipped is not None,
        gave_reason=row.reason_id is not None,
        order=order.status if order else None,
        called_off=event.status is EventStatus.CANCELLED,
        order_was_over=_was_over(order, event.cancelled_at),
    )
    ended = order.ended_at if order and why in (Gone.STOPPED, Gone.ENDED) else event.cancelled_at
    about = say_skipped(row.skipped) if row.skipped else say_date(ended) if ended else ""
    return GoneShown(why, GONE_WORDS[why].format(about))


def _was_over(order: InvitationOrder | None, cancelled_at: datetime | None) -> bool:
    """Whether nobody of an order would have been asked any more when the event was cancelled."""
    return bool(order and order.ended_at and cancelled_at and order.ended_at < cancelled_at)


def _acts(ids: Collection[int]) -> Mapping[int, list[tuple[str, datetime]]]:
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    entries = db.session.execute(
        select(AuditEntry.subject_id, AuditEntry.action, AuditEntry.at)
        .where(
            AuditEntry.subject_kind == Assignment.__tablename__,
            AuditEntry.subject_id.in_(ids),
            AuditEntry.action.in_(ACTS),
        )
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    for id, action, at in entries:
        found[id].append((action, at))
    return found


def _orders(ids: Collection[int]) -> Mapping[int, InvitationOrder]:
    if not ids:
        return {}
    found = db.session.scalars(select(InvitationOrder).where(InvitationOrder.id.in_(ids)))
    return {one.id: one for one in found}
