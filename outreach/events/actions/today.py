"""Finding somebody on the day, when somebody else drops out: who has said yes on the telephone, or is asked by mail."""

from __future__ import annotations

from collections.abc import Sequence

from outreach import clock
from outreach.audit.actions import record
from outreach.errors import Conflict
from outreach.events.actions import mails
from outreach.events.actions.assignments import accept_invitation, invite_ambassadors
from outreach.events.actions.rows import check_coordinator, check_opening_stands, lock_ambassadors, lock_event
from outreach.events.models import Assignment, Event, Opening
from outreach.events.queries import list_places
from outreach.events.queries.today import NUMBERS_SHOWN, list_asked, list_nearby
from outreach.events.rules import COMING, HOLDING, AmbassadorAnswered, ChoiceWay, Chosen
from outreach.events.rules.reasons import say_travel
from outreach.events.rules.today import ANSWER_TODAY, BY_TELEPHONE, Nearby, is_now
from outreach.web.door import Actor
from outreach.web.facts import emit


def show_numbers(actor: Actor, event: Event) -> None:
    """Let a coordinator see the telephone numbers of who can come now: the audit keeps that they did."""
    check_coordinator(actor)
    record(actor, NUMBERS_SHOWN, event, event=event.reference)


def take_today(actor: Actor, opening: Opening, ambassador_id: int) -> Assignment:
    """Put somebody on who has said yes on the telephone; they get the mail with what they need, and no question.

    Raises Conflict where the places are taken by now, or they cannot come after all.
    """
    chosen = _choose(actor, opening, ambassador_id, said_yes=True)
    begun = opening.starts_at <= clock.now()
    (taken,) = invite_ambassadors(
        actor, opening.event, [ambassador_id], opening=opening, way=ChoiceWay.NOW, chosen=chosen, told=False
    )
    if begun:  # then they are on it already, as when it is logged
        mails.mail_accepted(taken, on_behalf=True)
        emit(AmbassadorAnswered(opening.event_id, taken.id, coming=True))
    else:
        accept_invitation(actor, taken, way=BY_TELEPHONE)
    return taken


def ask_today(actor: Actor, opening: Opening, ambassador_id: int) -> Assignment:
    """Ask somebody by mail, who has an hour to answer, or until it begins.

    Raises Conflict as `take_today` does, and where they could not read it and still be there as it begins.
    """
    chosen = _choose(actor, opening, ambassador_id)
    (asked,) = invite_ambassadors(
        actor, opening.event, [ambassador_id], opening=opening, within=ANSWER_TODAY, way=ChoiceWay.NOW, chosen=chosen
    )
    return asked


def _choose(actor: Actor, opening: Opening, ambassador_id: int, *, said_yes: bool = False) -> dict[int, Chosen]:
    """Why they were found, under lock: somebody may have been quicker."""
    check_coordinator(actor)
    people = lock_ambassadors([ambassador_id])
    known = lock_event(opening.event)
    if not is_now(opening.starts_at, opening.ends_at, clock.now()):
        raise Conflict("This is not on, and does not begin within 24 hours: choose from the shortlist.")
    check_opening_stands(opening)
    _check_not_on_it(known, ambassador_id)
    _check_place_left(opening)
    found = list_nearby(opening)
    name = people[0].name if people else "This person"
    one = next((one for one in found if one.ambassador_id == ambassador_id), None)
    if one is None:
        raise Conflict(f"{name} cannot come any more: open the page again to see who can.")
    lines = _lines(one)
    if said_yes:  # then it is no matter how little time is left by now
        lines.append({"code": BY_TELEPHONE, "words": "said yes on the telephone", "points": 0})
    elif not one.by_mail:
        raise Conflict(f"A mail to {name} would come too late: ring them.")
    listed = [one for one in found if one.is_worth_asking or one.ambassador_id == ambassador_id]
    return {ambassador_id: Chosen(position=listed.index(one) + 1, out_of=len(listed), reasons=tuple(lines))}


def _check_not_on_it(known: Sequence[Assignment], ambassador_id: int) -> None:
    """Refuse who has come to be on it since the page was opened, as in another tab. Raises Conflict."""
    row = next((one for one in known if one.ambassador_id == ambassador_id and one.status in HOLDING), None)
    if row is None:
        return
    if row.status in COMING:
        raise Conflict(f"{row.ambassador.name} is coming already.")
    answer = f"/manage/events/{row.event.reference}/ambassadors/{row.id}/answer"
    raise Conflict(
        f"{row.ambassador.name} has been asked already, and has not answered.",
        ways_out=[("Record what they say", answer)] if row.starts_at > clock.now() else [],
    )


def _check_place_left(opening: Opening) -> None:
    """Refuse a second person for one place: who has been asked has it until they answer. Raises Conflict."""
    if list_places([opening])[0].left:
        return
    asked = list_asked(opening)
    if not asked:
        raise Conflict("Everybody who is needed is coming by now, so nobody else was put on or asked.")
    names = ", ".join(one.ambassador.name for one in asked)
    page = f"/manage/events/{opening.event.reference}"
    raise Conflict(
        f"The place is taken by now. Not answered yet: {names}. Wait for the answer, or take them off first.",
        ways_out=[(f"Take {one.ambassador.name} off", f"{page}/ambassadors/{one.id}/withdraw") for one in asked],
    )


def _lines(one: Nearby) -> list[dict[str, str | int]]:
    near = [] if one.minutes is None else [say_travel(one.minutes)]
    return [{"code": "now", "words": words, "points": 0} for words in (*near, *one.remarks)]
