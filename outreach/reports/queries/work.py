"""What needs the coordinator: each kind by one query, whatever the number of rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.ambassadors.models import UnmetDemand
from outreach.ambassadors.queries import Waiting, list_waiting
from outreach.ambassadors.queries.board import list_open_demand
from outreach.ambassadors.rules.wording import say_terms
from outreach.db import db
from outreach.events.models import Assignment, Event, InvitationOrder, Opening, StandIn
from outreach.events.queries import lacking_of, list_exhausted_orders, list_lacking, list_short_events
from outreach.events.queries.answers import list_stand_ins_waiting
from outreach.events.queries.arrangements import list_unconfirmed_events, unconfirmed_of
from outreach.events.queries.leaving import list_missed
from outreach.events.queries.openings import Standing, list_overfilled
from outreach.events.queries.orders import say_order
from outreach.events.rules import ASSIGNMENT_WORDS, COMING, AssignmentStatus, EventStatus
from outreach.events.rules.arranging import CHASE
from outreach.events.rules.leaving import ACT_AFTER
from outreach.events.rules.today import is_now
from outreach.institutions.models import Contact
from outreach.outbox.models import Mail
from outreach.outbox.queries import select_failed
from outreach.outcomes.queries import list_without_outcome
from outreach.replies.models import Reply
from outreach.replies.queries import select_waiting
from outreach.replies.rules import WORDS, Reason
from outreach.reports.rules import OUTCOME_LATE, Group, Item, is_overdue, is_soon, say_missing, say_problem
from outreach.visits.models import RequestMessage, VisitRequest
from outreach.visits.queries import list_new_requests, list_open_messages
from outreach.web.filters import plural, say_date, say_when

OPEN = (EventStatus.PLANNED, EventStatus.CONFIRMED)
NO_LONGER = (AssignmentStatus.DECLINED, AssignmentStatus.LAPSED, AssignmentStatus.WITHDRAWN)
MOST_MAILS = 50


def list_contacts_to_verify() -> list[tuple[Contact, Event]]:
    """Contacts of coming visits whom nobody has verified, each with the soonest of their visits, soonest first."""
    rows = db.session.execute(
        select(Contact, Event)
        .join(Event, Event.contact_id == Contact.id)
        .where(Contact.verified_at.is_(None), Event.status.in_(OPEN), Event.starts_at > clock.now())
        .options(joinedload(Contact.institution))
        .order_by(Event.starts_at, Event.id)
    )
    found: dict[int, tuple[Contact, Event]] = {}
    for contact, event in rows:
        found.setdefault(contact.id, (contact, event))
    return list(found.values())


def list_groups() -> list[Group]:
    """The whole work list: what only a telephone helps, what waits for an answer, what to arrange, what is over."""
    ended = [one for one in list_exhausted_orders() if not _is_now(one.opening)]
    told = {one.opening.event_id for one in ended}
    short = [one for one in list_short_events() if list_lacking(one)]  # time may have gone by since
    today = [one for one in short if _is_now(_first_lacking(one))]
    return [
        Group("leaving", "Not heard of after a visit alone", [_of_missed(one) for one in list_missed()], whole=True),
        Group(
            "now", "On now or within 24 hours, and an ambassador is missing", [_of_short(one) for one in today], True
        ),
        Group("requests", "New requests", [_of_request(one) for one in list_new_requests()]),
        Group("changes", "Changes asked for", [_of_message(one) for one in list_open_messages()]),
        Group("answers", "Answers by mail", [_of_reply(one) for one in _list_replies()]),
        Group("stand_ins", "Colleagues who could go instead", [_of_stand_in(one) for one in list_stand_ins_waiting()]),
        Group("verify", "Contacts to verify", [_of_contact(*one) for one in list_contacts_to_verify()]),
        Group("unconfirmed", "Visits that their hosts have not confirmed", _list_unconfirmed()),
        Group("joining", "People becoming ambassadors", [_of_joining(one) for one in list_waiting()]),
        Group("orders", "Orders of invitations that have run out", [_of_order(one) for one in ended]),
        Group(
            "short",
            "Events that lack an ambassador",
            [_of_short(one) for one in short if one not in today and one.id not in told],
        ),
        Group("too_many", "More are coming than are needed", [_of_too_many(one) for one in list_overfilled()]),
        Group("demand", "Asked for, and offered by nobody", [_of_demand(one) for one in list_open_demand()]),
        Group("outcomes", "Outcomes to record", [_of_over(one) for one in list_without_outcome()]),
        Group("mails", "Mails that failed", [_of_mail(one) for one in _list_failed()]),
    ]


def _list_replies() -> list[Reply]:
    return list(db.session.scalars(select_waiting().limit(MOST_MAILS)).unique())


def _list_failed() -> list[Mail]:
    return list(db.session.scalars(select_failed().limit(MOST_MAILS)))


def _of_missed(assignment: Assignment) -> Item:
    event, person = assignment.event, assignment.ambassador
    return Item(
        title=f"{person.name}, {event.title}",
        why="They went alone and have not told us that they left: ring them, the host and their employer",
        since=assignment.ends_at,
        endpoint="events.safe",
        values={"reference": event.reference, "id": assignment.id},
        facts=(event.reference, event.district.name, say_when(assignment.starts_at, assignment.ends_at)),
        urgent=clock.now() - assignment.ends_at >= ACT_AFTER,
    )


def _of_stand_in(stand_in: StandIn) -> Item:
    assignment = stand_in.assignment
    event = assignment.event
    return Item(
        title=f"{stand_in.name} instead of {assignment.ambassador.name}",
        why="Decide whether to ask the colleague whom they named",
        since=stand_in.named_at,
        endpoint="events.stand_in",
        values={"reference": event.reference, "id": assignment.id},
        facts=(event.reference, event.title, say_when(assignment.starts_at, assignment.ends_at)),
        urgent=is_soon(assignment.starts_at, clock.now()),
    )


def _of_request(request: VisitRequest) -> Item:
    late = is_overdue(request.answer_by, clock.today())
    return Item(
        title=f"{request.activity.label} at {request.institution.name}",
        why="It should have been answered by now: accept it or decline it"
        if late
        else "Accept it for one of its dates, or decline it",
        since=request.created_at,
        endpoint="visits.request_page",
        values={"reference": request.reference},
        facts=(request.reference, request.site.district.name, f"Answer by {say_date(request.answer_by)}"),
        urgent=late,
    )


def _of_message(message: RequestMessage) -> Item:
    request = message.request
    return Item(
        title=f"{request.institution.name} asks for a change",
        why="Read what they ask for, change the visit if you can, and mark it as dealt with",
        since=message.created_at,
        endpoint="visits.request_page",
        values={"reference": request.reference},
        facts=(request.reference, request.site.district.name),
    )


def _of_reply(reply: Reply) -> Item:
    event = reply.event
    return Item(
        title=reply.subject or "A mail without a subject",
        why=WORDS[reply.reason or Reason.BROKEN],
        since=reply.received_at,
        endpoint="replies.show",
        values={"id": reply.id},
        facts=(reply.sender or "No sender", *((event.title, event.reference) if event else ())),
        urgent=event is not None and is_soon(event.starts_at, clock.now()),
    )


def _of_contact(contact: Contact, event: Event) -> Item:
    return Item(
        title=f"{contact.name}, {contact.institution.name}",
        why="Verify who they are: until then they are not told who is coming",
        since=contact.created_at,
        endpoint="institutions.verify",
        values={"id": contact.id},
        facts=(contact.job_title, f"Visit on {say_when(event.starts_at, event.ends_at)}"),
        urgent=is_soon(event.starts_at, clock.now()),
    )


def _list_unconfirmed() -> list[Item]:
    return [_of_unconfirmed(one) for one in list_unconfirmed_events(clock.now())]


def _of_unconfirmed(event: Event) -> Item:
    return Item(
        title=event.title,
        why=f"{unconfirmed_of(event)} Ring them, and write it down",
        since=min(max(event.created_at, event.starts_at - CHASE), clock.now()),
        endpoint="events.arrangements",
        values={"reference": event.reference},
        facts=(event.reference, event.district.name, say_when(event.starts_at, event.ends_at)),
        urgent=True,
    )


def _of_joining(waiting: Waiting) -> Item:
    person = waiting.ambassador
    return Item(
        title=person.name,
        why=waiting.why,
        since=waiting.since,
        endpoint="ambassadors.show",
        values={"id": person.id},
        facts=(person.job_title, person.home_district.name),
    )


def _of_demand(demand: UnmetDemand) -> Item:
    said = say_terms(demand.activity, demand.audience, demand.role_family, demand.language)
    return Item(
        title=f"{said}, {demand.district.name}",
        why="Find somebody who offers it, then mark it as done on the promise board",
        since=demand.first_told_at,
        endpoint="ambassadors.board",
        values={"_anchor": "demand"},
        facts=(f"Asked for {plural(demand.times, 'time')}",),
    )


def _of_order(order: InvitationOrder) -> Item:
    event = order.opening.event
    return Item(
        title=event.title,
        why=f"Nobody is left to ask: choose others. {say_order(order)}",
        since=order.ended_at or order.made_at,
        endpoint="events.assign",
        values={"reference": event.reference, "opening": order.opening_id},
        facts=(event.reference, event.district.name, say_when(order.opening.starts_at, order.opening.ends_at)),
        urgent=is_soon(order.opening.starts_at, clock.now()),
    )


def _first_lacking(event: Event) -> Opening:
    return list_lacking(event)[0][0]


def _is_now(opening: Opening) -> bool:
    return is_now(opening.starts_at, opening.ends_at, clock.now())


def _of_short(event: Event) -> Item:
    lacking, opening = lacking_of(event), _first_lacking(event)
    now, begun = _is_now(opening), opening.starts_at <= clock.now()
    answers = [_say_answer(one) for one in event.assignments if one.status in NO_LONGER]
    since = max((one.answered_at or one.answer_by or one.created_at for one in event.assignments), default=None)
    return Item(
        title=event.title,
        why=say_missing(lacking, answers, anybody=lacking < event.needed) + (". See who can come now" if now else ""),
        since=min(since or event.created_at, clock.now()),
        endpoint="events.now" if now else "events.show",
        values={"reference": event.reference} | ({"opening": opening.id} if now else {}),
        facts=(
            event.reference,
            event.district.name,
            say_when(opening.starts_at, opening.ends_at),
            *(("It has begun",) if begun else ()),
        ),
        urgent=is_soon(opening.starts_at, clock.now()),
    )


def _of_too_many(standing: Standing) -> Item:
    opening, event = standing.opening, standing.opening.event
    last = max((one.answered_at for one in standing.people if one.answered_at and one.status in COMING), default=None)
    return Item(
        title=event.title,
        why=f"{standing.coming} are coming and {opening.needed} {'is' if opening.needed == 1 else 'are'} needed: "
        "take somebody off, or change how many are needed",
        since=last or event.changed_at,
        endpoint="events.show",
        values={"reference": event.reference},
        facts=(event.reference, event.district.name, say_when(opening.starts_at, opening.ends_at)),
    )


def _say_answer(assignment: Assignment) -> str:
    name, words = assignment.ambassador.name, ASSIGNMENT_WORDS[assignment.status]
    return f"{name} is {words}" if assignment.status is AssignmentStatus.WITHDRAWN else f"{name} {words}"


def _of_over(event: Event) -> Item:
    return Item(
        title=event.title,
        why="Ask the ambassador how it went, or record it yourself",
        since=event.ends_at,
        endpoint="outcomes.by_coordinator",
        values={"reference": event.reference},
        facts=(event.reference, event.district.name, say_when(event.starts_at, event.ends_at)),
        urgent=clock.now() - event.ends_at > OUTCOME_LATE,
    )


def _of_mail(mail: Mail) -> Item:
    return Item(
        title=mail.subject,
        why=say_problem(mail.error),
        since=mail.created_at,
        endpoint="reports.mail",
        values={"id": mail.id},
        facts=(mail.recipient,),
    )
