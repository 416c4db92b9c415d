"""The mails about assignments: to the ambassador, and to the coordinators who must find somebody else.

Those that put the event into a calendar or take it out are queued once the event's SEQUENCE has been raised
(`mark_changed`), so that each is newer than the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outreach.accounts.links import address, mint_link
from outreach.accounts.queries import list_accounts_with
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.districts.models import Term
from outreach.events.actions.inviting import ask_by_calendar, put_back_into_calendar, take_out_of_calendar, thread_of
from outreach.events.models import Assignment, Event
from outreach.ical import CalendarPart
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import ActorKind, Purpose, Role


def recipient_of(ambassador: Ambassador) -> Recipient:
    return Recipient(RecipientKind.AMBASSADOR, ambassador.id, ambassador.name, ambassador.email)


def mint_invitation(assignment: Assignment) -> str:
    """A fresh private link to an assignment, for its ambassador, until the event ends."""
    return mint_link(
        Purpose.INVITATION,
        assignment.id,
        ActorKind.AMBASSADOR,
        assignment.ambassador_id,
        assignment.event.ends_at,
    )


def mail_invitation(assignment: Assignment, words: str) -> None:
    """Ask an ambassador to come. An answer is needed."""
    _mail(
        assignment,
        "events/invitation",
        ask_by_calendar(assignment),
        words=words,
        link=mint_invitation(assignment),
    )


def mail_moved(assignment: Assignment, *, before: str, words: str) -> None:
    """Ask again, as the event has moved. An answer is needed."""
    _mail(
        assignment,
        "events/moved",
        ask_by_calendar(assignment),
        before=before,
        words=words,
        link=mint_invitation(assignment),
    )


def mail_accepted(assignment: Assignment, *, on_behalf: bool) -> None:
    """Confirm that they are coming, with what they need to know on the day."""
    calendar = put_back_into_calendar(assignment)
    _mail(assignment, "events/accepted", calendar, on_behalf=on_behalf, link=mint_invitation(assignment))


def mail_answered_no(assignment: Assignment, *, on_behalf: bool) -> None:
    """Confirm that they are not coming. What they did themselves is only confirmed if it empties their calendar."""
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
    _mail(assignment, "events/lapsed", take_out_of_calendar(assignment), link=mint_invitation(assignment))


def mail_answer_needed(assignment: Assignment) -> bool:
    """Remind somebody who has not answered, once an invitation. True if it was queued."""
    stamp = int(assignment.answer_by.timestamp()) if assignment.answer_by else 0
    once = f"answer-needed:{assignment.id}:{stamp}"
    return _mail_once(assignment, "events/answer_needed", once)


def mail_reminder(assignment: Assignment, days: int) -> bool:
    """Remind somebody who is coming, once for each time the event has had. True if it was queued."""
    once = f"reminder:{assignment.id}:{days}:{int(assignment.starts_at.timestamp())}"
    return _mail_once(assignment, "events/reminder", once)


def mail_coordinators_cannot_come(assignment: Assignment, *, was_coming: bool) -> None:
    """Tell the coordinators that somebody said no, or no longer."""
    event = assignment.event
    _mail_coordinators(
        "events/cannot_come",
        event,
        assignment=assignment,
        ambassador=assignment.ambassador,
        was_coming=was_coming,
        link=address(f"/manage/events/{event.reference}"),
    )


def mail_coordinators_lapsed(assignments: Sequence[Assignment]) -> None:
    """Tell the coordinators, in one mail, which invitations were not answered."""
    _mail_coordinators("events/unanswered", None, assignments=assignments, link=address("/manage/events?short=yes"))


def mail_coordinators_away(ambassador: Ambassador, assignments: Sequence[Assignment]) -> None:
    """Tell the coordinators, in one mail, which visits somebody is down for on days that they will be away."""
    _mail_coordinators(
        "events/away",
        None,
        ambassador=ambassador,
        assignments=[(one, address(f"/manage/events/{one.event.reference}")) for one in assignments],
    )


def _mail_coordinators(message: str, event: Event | None, **context: Any) -> None:
    for account in list_accounts_with(Role.COORDINATOR):
        to = Recipient(RecipientKind.ACCOUNT, account.id, account.name, account.email)
        queue_mail(to, message, about=event, event=event, **context)


def _mail(assignment: Assignment, message: str, calendar: CalendarPart | None = None, **context: Any) -> None:
    event = assignment.event
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


def _mail_once(assignment: Assignment, message: str, once: str) -> bool:
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
    )
    return mail is not None
