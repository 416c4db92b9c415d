"""What nobody offers: telling the coordinator of it, and being done with it."""

from __future__ import annotations

from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.actions.register import guard
from outreach.ambassadors.models import UnmetDemand
from outreach.ambassadors.queries.search import Wanted, is_offered
from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.errors import Conflict
from outreach.web.door import PUBLIC, Actor


def tell_demand(wanted: Wanted) -> UnmetDemand:
    """Note that somebody looked for what nobody offers in a district: one row a combination, with how often.

    Takes no actor: who asked is written nowhere. Raises Conflict without a district, or where somebody offers it.
    """
    if wanted.district is None:
        raise Conflict("Select a district first.")
    # Two people who tell of the same at once wait for each other here: the combination has columns without a value,
    # which a unique index would not compare.
    lock_row(wanted.district)
    if is_offered(wanted):
        raise Conflict("An ambassador offers this by now.")
    columns = wanted.columns()
    row = db.session.scalar(
        select(UnmetDemand).where(
            UnmetDemand.closed_at.is_(None),
            *[getattr(UnmetDemand, name).is_not_distinct_from(value) for name, value in columns.items()],
        )
    )
    if row is None:
        row = UnmetDemand(**columns, times=0, first_told_at=clock.now())
        db.session.add(row)
    row.times += 1
    row.last_told_at = clock.now()
    record(PUBLIC, "unmet_demand.tell", row, times=row.times)
    return row


def close_demand(actor: Actor, demand: UnmetDemand) -> None:
    """The coordinator is done with it: it leaves the board. Raises Conflict when somebody was before."""
    guard(actor)
    lock_row(demand)
    if demand.closed_at is not None:
        raise Conflict("Somebody has marked this as done already.")
    demand.closed_at = clock.now()
    record(actor, "unmet_demand.close", demand, times=demand.times)
