"""The mails about assignments: to the ambassador, and to the coordinators who must find somebody else.

Those that put the event into a calendar or take it out are queued once the event's SEQUENCE has been raised
(`mark_changed`), so that each is newer than the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outreach import clock
from outreach.accounts.links import address, mint_link
from outreach.accounts.queries import list_accounts_with
from outreach.accounts.rules import OUTCOME_LASTS
from outreach.ambassadors.models import Ambassador, Employer
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.districts.models import Term
from outreach.events.actions.inviting import ask_by_calendar, put_back_into_calendar, take_out_of_calendar, thread_of
from outreach.events.models import Assignment, Event, InvitationOrder, Opening
from outreach.events.queries import list_places
from outreach.events.queries.answers import offer_of
from outreach.events.queries.leaving import is_alone
from outreach.events.queries.orders import is_filled
from outreach.events.rules import COMING
from outreach.events.rules.changing import Obstacle
from outreach.events.rules.leaving import LeavingStep
from outreach.events.rules.today import say_soon
from outreach.ical import CalendarPart
from outreach.outbox.actions import Recipient, drop_mails, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import ActorKind, Purpose, Role


def recipient_of(ambassador: Ambassador) -> Recipient:
    return Recipient(RecipientKind.AMBASSADOR, ambassador.id, ambassador.name, ambassador.email)


def mint_invitation(assignment: Assignment) -> str:
    """A fresh private link to an assignment, for its ambassador, until the event ends."""
    expires, holder = assignment.event.ends_at, assignment.ambassador_id
    return mint_link(Purpose.INVITATION, assignment.id, ActorKind.AMBASSADOR, holder, expires)


def mail_invitation(assignment: Assignment, words: str) -> None:
    """Ask an ambassador to come. An answer is needed."""
    _mail(
        assignment,
        "events/invitation",
        ask_by_calendar(assignment),
        words=words,
        link=mint_invitation(assignment),
    )


def mail_moved(assignment: Assignment, *, before: str, how: str, words: str) -> None:
    """Ask again, as the event has changed: `how` says what is different. An answer is needed."""
    _mail(
        assignment,
        "events/moved",
        ask_by_calendar(assignment),
        before=before,
        how=how,
        words=words,
        link=mint_invitation(assignment),
    )


def mail_shortened(assignment: Assignment, *, before: str, words: str) -> None:
    """Say that a part of the time is free again. Who has said yes need not answer; who has not still must."""
    calendar = ask_by_calendar(assignment)
    _mail(
        assignment, "events/shortened", calendar, before=before, words=words, link=mint_invitation(assignment),
        agreed=assignment.status in COMING,
    )  # fmt: skip


def mail_let_go(assignment: Assignment, obstacle: Obstacle, words: str) -> None:
    """Tell them that the event has changed, that they are not expected any more, and why."""
    link = mint_invitation(assignment) if assignment.ambassador.status is AmbassadorStatus.ACTIVE else ""
    calendar = take_out_of_calendar(assignment)
    _mail(assignment, "events/let_go", calendar, obstacle=obstacle.value, words=words, link=link)


def mail_accepted(assignment: Assignment, *, on_behalf: bool) -> None:
    """Confirm that they are coming, with what they need to know on the day."""
    calendar = put_back_into_calendar(assignment)
    _mail(assignment, "events/accepted", calendar, on_behalf=on_behalf, link=mint_invitation(assignment))


def mail_answered_no(assignment: Assignment, *, on_behalf: bool) -> None:
    """Confirm that they are not coming. What they did themselves is only confirmed if it empties their calendar."""
    drop_mails(_reminders_of(assignment))
    calendar = take_out_of_calendar(assignment)
    if on_behalf or calendar is not None:
        _mail(assignment, "events/answered_no", calendar, on_behalf=on_behalf, link=mint_invitation(assignment))


def mail_cancelled(assignment: Assignment, *, reason: Term | None, words: str) -> None:
    calendar = take_out_of_calendar(assignment)
    _mail(assignment, "events/cancelled", calendar, reason=reason, words=words, link=mint_invitation(assignment))


def mail_withdrawn(assignment: Assignment, words: str) -> None:
    """Tell them that they are not expected. Somebody who has stopped has no link any more."""
    link = mint_invitation(assignment) if assignment.ambassador.status is AmbassadorStatus.ACTIVE else ""
    _mail(assignment, "events/withdrawn", take_out_of_calendar(assignment), words=words, link=link)


def mail_lapsed(assignment: Assignment) -> None:
    """Tell them that no answer is needed any more; once it has begun, nobody else is asked either."""
    begun = assignment.starts_at <= clock.now()
    calendar = take_out_of_calendar(assignment)
    _mail(assignment, "events/lapsed", calendar, begun=begun, link=mint_invitation(assignment))


def mail_answer_needed(assignment: Assignment) -> bool:
    """Remind somebody who has not answered, once an invitation. True if it was queued."""
    stamp = int(assignment.answer_by.timestamp()) if assignment.answer_by else 0
    return _mail_once(assignment, "events/answer_needed", f"{_reminders_of(assignment)}{stamp}")


def _reminders_of(assignment: Assignment) -> str:
    """How the names begin of the mails that remind somebody to answer."""
    return f"answer-needed:{assignment.id}:"


def mail_reminder(assignment: Assignment, days: int) -> bool:
    """Remind somebody who is coming, once for each time the event has had. True if it was queued.

    Whoever goes alone is told the day before that they will be asked to say that they have left.
    """
    once = f"reminder:{assignment.id}:{days}:{int(assignment.starts_at.timestamp())}"
    return _mail_once(assignment, "events/reminder", once, alone=days == 1 and is_alone(assignment))


def mail_leaving(assignment: Assignment, step: LeavingStep) -> bool:
    """Ask somebody who made a visit alone to say that they have left, once for each time of it. True if queued."""

    def link() -> str:
        expires, holder = clock.now() + OUTCOME_LASTS, assignment.ambassador_id
        minted = mint_link(Purpose.OUTCOME, assignment.id, ActorKind.AMBASSADOR, holder, expires)
        return address("/check-out/" + minted.rpartition("/")[2])

    once = f"left-{step.value}:{assignment.id}:{int(assignment.ends_at.timestamp())}"
    return _mail_once(assignment, f"events/left_{step.value}", once, check_out=link, employer=_employer(assignment))


def not_out_once(assignment: Assignment) -> str:
    """How the names of the mails begin that ask the coordinators to act for somebody."""
    return f"not-out:{assignment.id}:{int(assignment.ends_at.timestamp())}:"


def mail_coordinators_not_out(assignment: Assignment) -> int:
    """Have the coordinators ring somebody who has not said that they left, once. Returns how many mails were queued."""
    return _mail_coordinators(
        "events/not_out",
        assignment.event,
        once=not_out_once(assignment),
        assignment=assignment,
        ambassador=assignment.ambassador,
        employer=_employer(assignment),
        link=address(f"/manage/events/{assignment.event.reference}/ambassadors/{assignment.id}/safe"),
    )


def mail_coordinators_out_after_all(assignment: Assignment) -> None:
    """Tell the coordinators, who were asked to act, that they need not any more."""
    _mail_coordinators(
        "events/out_after_all", assignment.event, assignment=assignment, ambassador=assignment.ambassador
    )


def _employer(assignment: Assignment) -> Employer:
    return assignment.ambassador.employer


def mail_coordinators_cannot_come(
    assignment: Assignment, order: InvitationOrder | None = None, *, was_coming: bool
) -> None:
    """Tell the coordinators that somebody said no, or no longer, what they offer instead, and whether it is urgent.

    Where an order runs, it says whom that has asked.
    """
    event = assignment.event
    page = f"/manage/events/{event.reference}"
    filled = is_filled(assignment.opening, event.assignments)
    soon = "" if filled else say_soon(clock.local(assignment.starts_at), clock.local(clock.now()))
    free = _is_lacking([assignment.opening])
    in_order = order.assignments if order else []
    asked = [one.ambassador.name for one in in_order if one.holds_place and one.status not in COMING]
    _mail_coordinators(
        "events/cannot_come",
        event,
        assignment=assignment,
        ambassador=assignment.ambassador,
        was_coming=was_coming,
        offer=offer_of(assignment),
        soon=soon,
        employer=_employer(assignment),
        order=order,
        asked=asked,
        free=free,
        needed=free and not asked,
        link=address(f"{page}/now?opening={assignment.opening_id}" if soon else page),
        stand_in_link=address(f"{page}/ambassadors/{assignment.id}/stand-in"),
    )


def mail_coordinators_offered(assignment: Assignment) -> None:
    """Tell the coordinators that somebody has taken a place that was open to offers."""
    event = assignment.event
    _mail_coordinators(
        "events/offered",
        event,
        assignment=assignment,
        ambassador=assignment.ambassador,
        link=address(f"/manage/events/{event.reference}"),
    )


def mail_coordinators_lapsed(assignments: Sequence[Assignment]) -> None:
    """Tell the coordinators, in one mail, which invitations were not answered, and what was short and is over."""
    openings = list({one.opening_id: one.opening for one in assignments}.values())
    _mail_coordinators(
        "events/unanswered",
        None,
        assignments=assignments,
        needed=_is_lacking(openings),
        was_short={one.opening_id: one.left for one in list_places(openings) if one.left and one.ends <= clock.now()},
        link=address("/manage/events?short=yes"),
    )


def _is_lacking(openings: Sequence[Opening]) -> bool:
    """Whether one of these lacks somebody nobody has been asked for, so that a coordinator must act."""
    return any(one.left for one in list_places(openings) if one.ends > clock.now())


def mail_coordinators_away(ambassador: Ambassador, assignments: Sequence[Assignment]) -> None:
    """Tell the coordinators, in one mail, which visits somebody is down for on days that they will be away."""
    _mail_coordinators(
        "events/away",
        None,
        ambassador=ambassador,
        assignments=[(one, address(f"/manage/events/{one.event.reference}")) for one in assignments],
    )


def _mail_coordinators(message: str, event: Event | None, once: str | None = None, **context: Any) -> int:
    """Mail each of them; with `once`, only whoever has not had it. Returns how many mails were queued."""
    queued = 0
    for account in list_accounts_with(Role.COORDINATOR):
        to = Recipient(RecipientKind.ACCOUNT, account.id, account.name, account.email)
        named = f"{once}{account.id}" if once else None
        queued += queue_mail(to, message, about=event, once=named, event=event, **context) is not None
    return queued


def _mail(assignment: Assignment, message: str, calendar: CalendarPart | None = None, **context: Any) -> None:
    event = assignment.event
    drop_mails(_reminders_of(assignment))  # one that has not gone out is overtaken, whatever this says
    queue_mail(
        recipient_of(assignment.ambassador),
        message,
        about=event,
        calendar=calendar,
        thread=thread_of(assignment) if calendar else None,
        event=event,
        assignment=assignment,
        **context,
    )


def _mail_once(assignment: Assignment, message: str, once: str, **context: Any) -> bool:
    """The link is minted only if the mail will go out, so that no job leaves rows behind."""
    event = assignment.event
    mail = queue_mail(
        recipient_of(assignment.ambassador),
        message,
        about=event,
        once=once,
        event=event,
        assignment=assignment,
        mint_invitation=mint_invitation,
        **context,
    )
    return mail is not None
