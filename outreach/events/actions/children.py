"""The one place where days with under-18s that would be too many are refused, and groups whom nobody stays with.

Whoever calls has locked the ambassadors (`lock_ambassadors`), and the days are read after that: of two acts that would
each add the last day that is allowed, the second sees the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import find_child_requirement
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.models import Assignment, Event
from outreach.events.queries.children import audience_of, child_verdicts_of, faces_children, lacks_adult
from outreach.events.rules import HOLDING, AssignmentStatus, Times
from outreach.events.rules.children import ChildVerdict, check_supervised
from outreach.web.filters import say_date


def check_child_days(
    event: Event,
    wanted: Mapping[int, Times],
    *,
    before: Mapping[int, Times] | None = None,
    own: bool = False,
    field: str | None = None,
) -> None:
    """Refuse spans at an event with under-18s that are too many for somebody, or overnight. Raises Conflict.

    `wanted` are the spans by ambassador, `before` those which hold them at this very event already and counted.
    """
    refused = child_bar_of(event, wanted, before=before, own=own, field=field)
    if refused is not None:
        raise refused


def check_group(event: Event, *, asking: bool = False) -> None:
    """Refuse a group under 18 without a named adult who stays with it. Raises Conflict.

    It must be planned with one; when people are asked, also where nobody has said who comes, as in what was imported.
    """
    audience = audience_of(event)
    if not asking:
        check_supervised(audience is not None and audience.under_18, event.supervisor)
    elif lacks_adult(event):
        who = "It is for under-18s" if audience else "Nobody has said who comes, so there may be under-18s"
        raise Conflict(
            f"{who}, and no adult is named who is with the ambassadors on the day.",
            "ambassadors",
            ways_out=[("Enter the audience, and who is with them", f"/manage/events/{event.reference}/edit")],
        )


def check_still_supervised(event: Event, assignments: Iterable[Assignment]) -> None:
    """Refuse to leave a group under 18 without its adult; where they only may be, once somebody is asked or waits.

    Otherwise they would go where nobody stays with the group, and an order would stand still. Raises Conflict.
    """
    check_group(event)
    on_it = any(one.status in (*HOLDING, AssignmentStatus.QUEUED) for one in assignments)
    check_supervised(on_it and faces_children(event), event.supervisor)


def child_bar_of(
    event: Event,
    wanted: Mapping[int, Times],
    *,
    before: Mapping[int, Times] | None = None,
    own: bool = False,
    field: str | None = None,
) -> Conflict | None:
    """Who would have how many days in which 30, and what to do about it; None when all may. `own` addresses them."""
    if not faces_children(event):
        return None
    verdicts = child_verdicts_of(wanted, event.id, before)
    barred = {ambassador_id: one for ambassador_id, one in verdicts.items() if one.refuse}
    if not barred:
        return None
    if own:
        (verdict,) = barred.values()
        return Conflict(f"You {_say(verdict)}. Ask the coordinator: they have to see your check first.", field)
    people = sorted((db.session.get_one(Ambassador, one) for one in barred), key=lambda one: (one.name, one.id))
    said = " ".join(f"{one.name} {_say(barred[one.id])}." for one in people)
    requirement = find_child_requirement()
    return Conflict(
        f"{said} Record on their page that their check was seen, or choose another day or somebody else.",
        field,
        ways_out=[
            (
                f"Record the check of {one.name} as seen",
                f"/ambassadors/{one.id}/checklist/{requirement.code}?event={event.reference}"
                if requirement
                else f"/ambassadors/{one.id}",
            )
            for one in people
        ],
    )


def _say(verdict: ChildVerdict) -> str:
    window = verdict.window
    if window is None or verdict.refuse.startswith("overnight"):
        return "would be with under-18s overnight, between 2am and 6am"
    return (
        f"would have {verdict.count} days with under-18s in the 30 days from {say_date(window.first)} to "
        f"{say_date(window.last)}"
    )
