"""When an ambassador can come: kept by themselves, or by a coordinator whom they told."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete

from outreach import clock
from outreach.ambassadors.actions.own import check_own, check_there
from outreach.ambassadors.models import Ambassador, Away, WeeklyFree
from outreach.ambassadors.queries.own import list_away, list_pattern
from outreach.ambassadors.rules import DaysAwayAdded
from outreach.ambassadors.rules.availability import Slot, Span, check_away
from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.errors import NotFound
from outreach.web.door import Actor
from outreach.web.facts import emit


def set_pattern(actor: Actor, ambassador: Ambassador, slots: Iterable[Slot]) -> None:
    """Say in which parts of the week somebody can usually come; none at all: they have not said."""
    check_own(actor, ambassador)
    lock_row(ambassador)
    check_there(ambassador)
    wanted = set(slots)
    if wanted == set(list_pattern(ambassador.id)):
        return
    db.session.execute(delete(WeeklyFree).where(WeeklyFree.ambassador_id == ambassador.id))
    db.session.add_all(WeeklyFree(ambassador_id=ambassador.id, weekday=day, part=part) for day, part in wanted)
    record(actor, "ambassador.set_pattern", ambassador, parts=len(wanted))


def add_away(actor: Actor, ambassador: Ambassador, span: Span) -> Away:
    """Note days on which somebody cannot come. Emits DaysAwayAdded, as they may be booked then; cancels nothing.

    Raises Conflict beside the day that will not do.
    """
    check_own(actor, ambassador)
    # Two entries at once wait for each other here: that no two overlap is looked at, not a constraint.
    lock_row(ambassador)
    check_there(ambassador)
    check_away(span, [Span(one.first_day, one.last_day) for one in list_away(ambassador.id)], clock.today())
    away = Away(ambassador_id=ambassador.id, first_day=span.first, last_day=span.last)
    db.session.add(away)
    record(actor, "ambassador.add_away", ambassador, days=(span.last - span.first).days + 1)
    emit(DaysAwayAdded(ambassador.id, span.first, span.last))
    return away


def remove_away(actor: Actor, ambassador: Ambassador, away: Away) -> None:
    """Take days away back: they can come after all."""
    check_own(actor, ambassador)
    if away.ambassador_id != ambassador.id:
        raise NotFound
    lock_row(ambassador)
    db.session.delete(away)
    record(actor, "ambassador.remove_away", ambassador)
