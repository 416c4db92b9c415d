"""Recording what came of an event, rating a visit, and asking for both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from outreach import clock
from outreach.accounts.links import address, mint_link
from outreach.accounts.rules import FOLLOW_LASTS, OUTCOME_LASTS
from outreach.ambassadors.actions.thanks import add_thanks, thank_as_coordinator
from outreach.ambassadors.models import Ambassador, Thanks
from outreach.ambassadors.rules.thanks import ThanksFrom
from outreach.audit.actions import record
from outreach.db import add_or_refuse, refusing
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.events.actions.leaving import hear_of_own
from outreach.events.actions.rows import lock_event, mark_changed
from outreach.events.models import CLASH, Assignment, Event
from outreach.events.rules import AssignmentStep, EventStep, next_assignment_status, next_event_status
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.outcomes.models import Outcome, Rating, Reach
from outreach.outcomes.queries import (
    find_outcome,
    find_rating,
    list_to_ask,
    list_to_ask_again,
    list_to_rate,
    list_who_attended,
    version_of,
)
from outreach.outcomes.rules import (
    ON_IT,
    STALE,
    Attendance,
    Happened,
    Opinion,
    Report,
    check_rateable,
    check_recordable,
    check_report,
)
from outreach.web.door import Actor, ActorKind, Purpose, Role
from outreach.web.filters import say_clock, say_date

AT_ANOTHER = "{} is down for another event at that time. Correct that one first."


def record_by_ambassador(
    actor: Actor, assignment: Assignment, happened: Happened, report: Report, hours: Decimal | None, *, version: str
) -> None:
    """Record an event for one of its ambassadors, and their own part in it.

    Who was not there says only that: how it went is for others to tell. Of a visit alone they have said by it that
    they left, unless it is not over yet. Raises NotFound for anybody else's assignment, and Conflict where the time,
    the state or the version does not fit.
    """
    if actor.kind is not ActorKind.AMBASSADOR or actor.id != assignment.ambassador_id:
        raise NotFound
    event = assignment.event
    expected = _lock(event)
    outcome = find_outcome(event)
    if assignment not in expected:
        raise Conflict("You are no longer down for this event. Tell the coordinator if you were there.")
    _check_version(version, outcome, [assignment])
    before = _shown(event, expected)
    if happened is not Happened.MISSED:
        _write(actor, event, outcome, report)
    _mark(actor, assignment, happened is Happened.ATTENDED, hours)
    if happened is Happened.OFF:
        _nobody_attended(actor, [one for one in expected if one is not assignment])
    hear_of_own(actor, assignment)
    if _shown(event, expected) != before:
        mark_changed(event)


def record_by_coordinator(
    actor: Actor, event: Event, report: Report, attendances: Sequence[Attendance], *, version: str
) -> None:
    """Record an event and who was there. Raises Conflict where the time, the state or the version does not fit."""
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may do this.")
    expected = {one.id: one for one in _lock(event)}
    outcome = find_outcome(event)
    _check_version(version, outcome, list(expected.values()))
    before = _shown(event, expected.values())
    _write(actor, event, outcome, report)
    for one in attendances:
        assignment = expected.get(one.assignment_id)
        if assignment is not None and report.took_place and one.attended is not None:
            _mark(actor, assignment, one.attended, one.hours)
        elif assignment is not None and not report.took_place:
            _mark(actor, assignment, attended=False, hours=one.hours)
    if _shown(event, expected.values()) != before:
        mark_changed(event)


def _shown(event: Event, assignments: Iterable[Assignment]) -> list[object]:
    """What the calendar of staff shows of it."""
    return [event.status, *(one.status for one in assignments)]


def _lock(event: Event) -> list[Assignment]:
    """Lock the event, see that its time has come, and return the assignments of those expected."""
    assignments = [one for one in lock_event(event) if one.status in ON_IT]
    begins = f"{say_clock(event.starts_at)} on {say_date(event.starts_at)}"
    check_recordable(event.status, event.starts_at, clock.now(), begins)
    return assignments


def _check_version(version: str, outcome: Outcome | None, assignments: Sequence[Assignment]) -> None:
    if version != version_of(outcome, assignments):
        raise Conflict(STALE)


def _write(actor: Actor, event: Event, outcome: Outcome | None, report: Report) -> None:
    """Make or correct the record of an event, and finish the event. Leaves a record that is the same alone."""
    check_report(report)
    event.status = next_event_status(event.status, EventStep.FINISH)
    if outcome is not None and _says(outcome) == report:
        return
    new = outcome is None
    outcome = outcome or Outcome(event_id=event.id, reached=[])
    outcome.took_place, outcome.note = report.took_place, report.note
    outcome.recorded_at = clock.now()
    outcome.recorded_by_kind, outcome.recorded_by_id = actor.kind, actor.id
    known = {one.audience_id: one for one in outcome.reached}
    for audience_id, people in report.reached.items():
        if audience_id in known:
            known[audience_id].people = people
        else:
            outcome.reached.append(Reach(audience_id=audience_id, people=people))
    for audience_id in known.keys() - report.reached.keys():
        outcome.reached.remove(known[audience_id])
    add_or_refuse(outcome, {"uq_outcome_event_id": Conflict(STALE), "outcome.event_id": Conflict(STALE)})
    people = sum(report.reached.values())
    done = "outcome.record" if new else "outcome.correct"
    record(actor, done, outcome, took_place=report.took_place, people=people)


def _says(outcome: Outcome) -> Report:
    return Report(outcome.took_place, {one.audience_id: one.people for one in outcome.reached}, outcome.note)


def _mark(actor: Actor, assignment: Assignment, attended: bool, hours: Decimal | None) -> None:
    """Mark somebody as having been there or not, with their hours. Leaves what is marked so already alone."""
    status = next_assignment_status(assignment.status, AssignmentStep.ATTEND if attended else AssignmentStep.MISS)
    if (assignment.status, assignment.hours) == (status, hours):
        return
    with refusing({CLASH: Conflict(AT_ANOTHER.format(assignment.ambassador.name))}):
        assignment.status, assignment.hours = status, hours
    done = "assignment.attend" if attended else "assignment.miss"
    record(actor, done, assignment, hours=str(hours) if hours is not None else None)


def _nobody_attended(actor: Actor, others: Sequence[Assignment]) -> None:
    """What did not take place had nobody there; hours that others have told of stay.

    Whose own part is still to come or going on is left as they are: they may be there, and are waited for.
    """
    for one in others:
        if one.ends_at <= clock.now():
            _mark(actor, one, attended=False, hours=one.hours)


def rate_visit(actor: Actor, event: Event, request_id: int, opinion: Opinion) -> Rating:
    """Rate the visit that a request became; rating it again changes the rating.

    Raises NotFound unless the contact has a link to that request, Conflict before the visit is over.
    """
    if actor.kind is not ActorKind.CONTACT or event.visit_request_id != request_id:
        raise NotFound
    lock_event(event)
    outcome, rating = find_outcome(event), find_rating(event)
    ends = f"{say_clock(event.ends_at)} on {say_date(event.ends_at)}"
    check_rateable(event.status, event.ends_at, clock.now(), ends, outcome.took_place if outcome else None)
    new = rating is None
    rating = rating or Rating(event_id=event.id)
    rating.score, rating.ask_again, rating.words = opinion.score, opinion.ask_again, opinion.words
    rating.given_on = clock.today()
    add_or_refuse(rating, {"uq_rating_event_id": Conflict(STALE), "rating.event_id": Conflict(STALE)})
    record(actor, "rating.give" if new else "rating.change", rating, score=opinion.score)
    return rating


def thank_by_host(actor: Actor, event: Event, request_id: int, ids: Collection[int], words: str) -> list[Thanks]:
    """The requester thanks ambassadors who were at their visit; each gets a mail. All of them or none.

    Raises NotFound unless the contact has a link to that request, is verified, and names people who were there.
    """
    if actor.kind is not ActorKind.CONTACT or event.visit_request_id != request_id or event.contact_id != actor.id:
        raise NotFound
    contact = event.contact
    if contact is None or contact.verified_at is None:
        raise NotFound
    signed = f"{contact.name}, {contact.institution.name}"
    return [
        add_thanks(actor, one, words=words, signed=signed, source=ThanksFrom.HOST, event_id=event.id)
        for one in _who_were_there(event, ids)
    ]


def thank_by_coordinator(actor: Actor, event: Event, ids: Collection[int], words: str) -> list[Thanks]:
    """The coordinator thanks ambassadors who were at an event; each gets a mail. All of them or none."""
    return [thank_as_coordinator(actor, one, words, event_id=event.id) for one in _who_were_there(event, ids)]


def _who_were_there(event: Event, ids: Collection[int]) -> list[Ambassador]:
    """The ambassadors of these numbers, by number. Raises NotFound where one of them was not there."""
    there = {one.id: one for one in list_who_attended(event)}
    if not ids or not there.keys() >= set(ids):
        raise NotFound
    return [there[one] for one in sorted(set(ids))]


# Jobs


def ask_for_outcomes() -> int:
    """Mail the ambassadors of events that have ended, once; a week later once more if nothing is recorded."""
    mails = [_ask(one, "outcomes/asked", "outcome") for one in list_to_ask()]
    mails += [_ask(one, "outcomes/asked_again", "outcome-again") for one in list_to_ask_again()]
    return sum(mails)


def _ask(assignment: Assignment, message: str, kind: str) -> bool:
    """The link is minted by the mail's own text, so that no row is left where the mail went out before."""
    event, ambassador = assignment.event, assignment.ambassador
    # Once an invitation: who was asked how it went and then invited anew, as it was put off, is asked anew.
    invited = int(assignment.invited_at.timestamp()) if assignment.invited_at else 0
    once = f"{kind}:{assignment.id}:{invited}"
    to = Recipient(RecipientKind.AMBASSADOR, ambassador.id, ambassador.name, ambassador.email)

    def link() -> str:
        expires = clock.now() + OUTCOME_LASTS
        return mint_link(Purpose.OUTCOME, assignment.id, ActorKind.AMBASSADOR, ambassador.id, expires)

    return queue_mail(to, message, about=event, once=once, event=event, assignment=assignment, link=link) is not None


def ask_for_ratings() -> int:
    """Mail the contacts of visits that are recorded, or over for a day, how they found it; once a visit."""
    return sum(_ask_for_rating(event) for event in list_to_rate())


def _ask_for_rating(event: Event) -> bool:
    contact, request_id = event.contact, event.visit_request_id
    if contact is None or request_id is None:
        return False
    to = Recipient(RecipientKind.CONTACT, contact.id, contact.name, contact.email)

    def link() -> str:
        expires = clock.now() + FOLLOW_LASTS
        follow = mint_link(Purpose.FOLLOW, request_id, ActorKind.CONTACT, contact.id, expires)
        return address("/rate/" + follow.rpartition("/")[2])

    once = f"rating:{event.id}:{event.starts_at:%Y%m%d}"  # a visit that was put off is another to its host
    return queue_mail(to, "outcomes/rating", about=event, once=once, event=event, link=link) is not None
