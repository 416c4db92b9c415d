"""Asking from the shortlist: it is made anew when they are asked, so that what is kept is how it stood then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from outreach import clock
from outreach.errors import Conflict, NotFound
from outreach.events.actions.assignments import invite_ambassadors
from outreach.events.actions.rows import check_coordinator, check_opening_stands, lock_ambassadors, lock_event
from outreach.events.models import Assignment, Opening
from outreach.events.queries.shortlist import Shortlist, list_shortlist
from outreach.events.rules import ANSWER_WITHIN, ChoiceWay
from outreach.events.rules.bars import HARD, BarCode, check_seen
from outreach.events.rules.choosing import check_places
from outreach.events.rules.shortlist import Considered
from outreach.web.door import Actor

MOST_ASKED = 50  # no event needs more


def ask_from_shortlist(
    actor: Actor,
    opening: Opening,
    ids: Collection[int],
    *,
    words: str = "",
    within: timedelta = ANSWER_WITHIN,
    more: bool = False,
) -> list[Assignment]:
    """Ask people whom nothing rules out; all or none of them, and why each is on the list is kept.

    They may be `more` than there are free places only where that is meant: everybody who says yes is expected.

    An opening that has begun is only logged, and then the list rules nobody out. Raises Conflict, which says who
    cannot be asked any more and why; too many days with under-18s are refused as everywhere, with the way out.
    """
    check_coordinator(actor)
    if len(set(ids)) > MOST_ASKED:
        raise Conflict(f"Select {MOST_ASKED} people or fewer: no event needs more.", "ambassadors")
    _lock(opening, ids)
    if opening.starts_at <= clock.now():
        return invite_ambassadors(actor, opening.event, ids, opening=opening, words=words)
    shortlist = list_shortlist(opening)
    found = [_on(shortlist, one) for one in sorted(set(ids))]
    if said := " ".join(_says_no(shortlist, one) for one in found if one.barred not in (None, BarCode.CHILDREN)):
        raise Conflict(said, "ambassadors")
    if not more:
        check_places(len(found), shortlist.place.left)
    return invite_ambassadors(
        actor,
        opening.event,
        ids,
        opening=opening,
        words=words,
        within=within,
        way=ChoiceWay.SHORTLIST,
        chosen={one.ambassador_id: shortlist.chosen(one) for one in found},
    )


def ask_all_the_same(
    actor: Actor,
    opening: Opening,
    ambassador_id: int,
    *,
    override: str,
    seen: Collection[BarCode] = (),
    words: str = "",
    within: timedelta = ANSWER_WITHIN,
) -> Assignment:
    """Ask somebody whom a wish or a limit rules out; the coordinator's reason is kept with the choice.

    `seen` is what their page had shown. Raises Conflict where something else rules them out by now, where no reason
    is given, or where what rules them out cannot be overridden.
    """
    check_coordinator(actor)
    _lock(opening, [ambassador_id])
    if opening.starts_at <= clock.now():
        raise Conflict("This event has begun, so nobody can be asked to it any more.")
    shortlist = list_shortlist(opening)
    found = _on(shortlist, ambassador_id)
    if found.barred in HARD and found.barred is not BarCode.CHILDREN:
        raise Conflict(_says_no(shortlist, found))
    if found.barred not in HARD:
        check_seen(shortlist.names[ambassador_id], found.bars, seen)
    if found.bar and not override.strip():
        raise Conflict("Enter why you ask them all the same", "override")
    (asked,) = invite_ambassadors(
        actor,
        opening.event,
        [ambassador_id],
        opening=opening,
        words=words,
        within=within,
        way=ChoiceWay.SHORTLIST,
        chosen={ambassador_id: shortlist.chosen(found, override if found.bar else "")},
    )
    return asked


def _lock(opening: Opening, ids: Collection[int]) -> None:
    """Have the people, the event and the opening as they are now, and to oneself, before the list is made."""
    lock_ambassadors(ids)
    lock_event(opening.event)
    check_opening_stands(opening)


def _says_no(shortlist: Shortlist, found: Considered) -> str:
    return found.bar.said_of(shortlist.names[found.ambassador_id]) if found.bar else ""


def _on(shortlist: Shortlist, ambassador_id: int) -> Considered:
    found = shortlist.find(ambassador_id)
    if found is None:
        raise NotFound
    return found
