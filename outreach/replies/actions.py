"""Reading a mail that came to us, and acting on it as the ambassador's own link would."""

from __future__ import annotations

import hashlib
from datetime import datetime

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, lock_row
from outreach.districts.models import Term
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.events.actions import accept_invitation, decline_invitation, note_perhaps
from outreach.events.actions.rows import check_coordinator, lock_ambassadors, lock_event
from outreach.events.models import Assignment
from outreach.events.rules import EventStatus
from outreach.ical.incoming import IncomingCalendar, read_incoming
from outreach.ical.text import clean_line, clean_text
from outreach.replies.models import Reply
from outreach.replies.queries import find_event, find_event_of, find_invited, find_last_read, find_mail_about
from outreach.replies.rules import (
    DROPPED,
    Answer,
    AnswerKind,
    Letter,
    Reason,
    ReplyStatus,
    check_timely,
    judge,
    next_status,
    open_letter,
)
from outreach.web.door import Actor, ActorKind

WAY = "calendar_reply"
OTHER = "other"  # the code of the reason for those who give none, in a county that has one
LONGEST_WORDS = 1000


def receive_mail(raw: bytes) -> Reply | None:
    """Read one mail and act on it, leave it to a person, or put it aside. None if it was read before.

    An answer that cannot be done leaves nothing behind but its row, which waits for a person.
    """
    letter = open_letter(raw)
    reply = _claim(letter, raw)
    if reply is None:
        return None
    calendars = [read_incoming(one) for one in letter.calendars]
    found = judge(letter, calendars, clock.now())
    words = letter.text
    if isinstance(found, Answer):
        words = words or found.comment
        reason = _answer(reply, found)
        if reason is None:
            return reply
    else:
        reason = found
    _leave(reply, letter, reason, words)
    if reply.status is ReplyStatus.WAITING:
        _point_at_event(reply, letter, next((one for one in calendars if one is not None), None))
    return reply


def leave_unread(raw: bytes) -> Reply | None:
    """Leave a mail to a person as it is, because reading it went wrong here. None if it was read before."""
    letter = open_letter(raw)
    reply = _claim(letter, raw)
    if reply is not None:
        _leave(reply, letter, Reason.BROKEN, letter.text)
    return reply


def finish_reply(actor: Actor, reply: Reply) -> None:
    """Mark a mail as dealt with. Raises Conflict when somebody has done so already."""
    check_coordinator(actor)
    lock_row(reply)
    reply.status = next_status(reply.status, "finish")
    reply.done_at, reply.done_by_id = clock.now(), actor.id
    record(actor, "reply.finish", reply)


def _claim(letter: Letter, raw: bytes) -> Reply | None:
    """A row for this mail, or None if there is one: it was delivered twice, or read before and not yet put away."""
    known = f"{letter.message_id} {letter.sender}".encode(errors="replace") if letter.message_id else raw
    reply = Reply(
        digest=hashlib.sha256(known).hexdigest(),
        received_at=clock.now(),
        status=ReplyStatus.WAITING,
        reason=Reason.BROKEN,
        detail="",
        sender="",
        subject="",
        text="",
    )
    try:
        add_or_refuse(reply, {"digest": Conflict("This mail was read before.")})
    except Conflict:
        return None
    return reply


def _answer(reply: Reply, answer: Answer) -> Reason | None:
    """Do what an answer says. Returns why not, if it was not done."""
    event = find_event(answer.uid)
    if event is None:
        return Reason.UNKNOWN_EVENT
    assignment = find_invited(event, answer.attendee)
    if assignment is None:
        reply.event_id = event.id
        return Reason.NOT_INVITED
    # Two answers of one person wait for each other here, so that the later of them has the last word. The row points
    # at the event only then: its foreign key takes a lock that two would hold while each waits for the other's.
    lock_ambassadors([assignment.ambassador_id])
    lock_event(event)
    reply.event_id, reply.assignment_id = event.id, assignment.id
    reply.answer, reply.stamp = answer.kind, answer.stamp
    if event.status is EventStatus.CANCELLED:
        return Reason.CANCELLED
    if event.status is EventStatus.DONE or event.ends_at <= clock.now():
        return Reason.OVER
    if late := check_timely(answer, assignment.mailed_sequence, _last_answer(assignment)):
        return late
    try:
        with db.session.begin_nested():
            _act(assignment, answer)
    except Conflict as conflict:
        reply.detail = clean_line(conflict.message)[:300]
        return Reason.REFUSED
    reply.status = ReplyStatus.NOTED if answer.kind is AnswerKind.TENTATIVE else ReplyStatus.ACTED
    reply.reason, reply.received_at = None, clock.now()
    db.session.flush()
    return None


def _act(assignment: Assignment, answer: Answer) -> None:
    person = assignment.ambassador
    actor = Actor(ActorKind.AMBASSADOR, person.id, person.name)
    if answer.kind is AnswerKind.ACCEPTED:
        accept_invitation(actor, assignment, way=WAY)
    elif answer.kind is AnswerKind.DECLINED:
        words = clean_text(answer.comment)[:LONGEST_WORDS] or "Answered from a calendar, without words."
        decline_invitation(actor, assignment, reason=_no_reason(), words=words, way=WAY)
    else:
        note_perhaps(actor, assignment, way=WAY)


def _no_reason() -> Term:
    """What stands for a reason where none was given: a calendar asks for none."""
    terms = list_terms(Vocabulary.CANNOT_COME_REASON)
    if not terms:
        raise Conflict("There are no reasons to choose from, so a no cannot be recorded.")
    return next((term for term in terms if term.code == OTHER), terms[-1])


def _last_answer(assignment: Assignment) -> datetime | None:
    """When this person last answered: by their calendar's clock, or by ours if it was by link or by telephone since."""
    last = find_last_read(assignment)
    if last is None:
        return assignment.answered_at
    by_hand = assignment.answered_at is not None and assignment.answered_at > last.received_at
    return assignment.answered_at if by_hand else last.stamp


def _leave(reply: Reply, letter: Letter, reason: Reason, words: str) -> None:
    """Put a mail aside, or leave it to a person with what they need to see."""
    reply.reason = reason
    if reason in DROPPED:
        reply.status = ReplyStatus.DROPPED
    else:
        reply.sender = clean_line(letter.sender)[:320]
        reply.subject = clean_line(letter.subject)[:300]
        reply.text = clean_text(words)
    db.session.flush()


def _point_at_event(reply: Reply, letter: Letter, calendar: IncomingCalendar | None) -> None:
    """Show the person what a mail seems to be about: by the calendar in it, else by our mail that it answers."""
    event = find_event(calendar.uid) if calendar is not None and reply.event_id is None else None
    assignment = None
    if event is not None and calendar is not None:
        assignment = find_invited(event, calendar.attendee)
    elif reply.event_id is None and (mail := find_mail_about(letter.about)) is not None:
        event, assignment = find_event_of(mail)
    if event is not None:
        reply.event_id, reply.assignment_id = event.id, assignment.id if assignment else None
    db.session.flush()
