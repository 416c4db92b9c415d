"""Changing what the order of the shortlist is made of."""

from __future__ import annotations

from collections.abc import Mapping

from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.districts.queries import get_county
from outreach.errors import Conflict
from outreach.events.actions.rows import check_coordinator
from outreach.events.models import Weight
from outreach.events.queries.shortlist import get_points
from outreach.events.rules.weights import DEFAULT_POINTS, MOST_POINTS, Criterion, stamp_of_points
from outreach.web.door import Actor


def change_weights(actor: Actor, points: Mapping[Criterion, int], *, seen: str) -> None:
    """Set what each criterion counts. `seen` stamps the points of the page on which they were changed.

    Raises Conflict where they have changed since, or where one is not between 0 and 100.
    """
    held = _locked(actor)
    if seen != stamp_of_points(held):
        raise Conflict(
            "Somebody else has changed this since you opened it. "
            "Open the page again to see how it stands, then make your change."
        )
    for criterion, number in points.items():
        if not 0 <= number <= MOST_POINTS:
            raise Conflict(f"Points must be between 0 and {MOST_POINTS}", criterion.value)
    _set(actor, "weights.change", held, points)


def reset_weights(actor: Actor) -> None:
    """Have every criterion count what it did at first."""
    _set(actor, "weights.reset", _locked(actor), DEFAULT_POINTS)


def _locked(actor: Actor) -> dict[Criterion, int]:
    """The points as they stand, for this act alone: the county's row is what all who change them wait for."""
    check_coordinator(actor)
    lock_row(get_county())
    return get_points()


def _set(actor: Actor, action: str, held: Mapping[Criterion, int], points: Mapping[Criterion, int]) -> None:
    changed = {one: number for one, number in points.items() if held[one] != number}
    if not changed:
        return
    for criterion, number in changed.items():
        db.session.merge(Weight(code=criterion.value, points=number))
    record(actor, action, get_county(), **{one.value: number for one, number in changed.items()})
