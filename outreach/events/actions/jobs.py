"""What happens by itself: invitations lapse, people are reminded, and facts of lower features are followed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from outreach import clock
from outreach.ambassadors.rules import AddressChanged, AmbassadorChanged, AmbassadorStopped, DaysAwayAdded
from outreach.audit.actions import record
from outreach.events.actions import mails
from outreach.events.actions.assignments import withdraw_assignment
from outreach.events.actions.inviting import forget_calendar
from outreach.events.actions.rows import lock_event, mark_changed, settle_status
from outreach.events.models import Assignment, Event
from outreach.events.queries import (
    list_all_to_come_of,
    list_answers_awaited,
    list_coming_assignments_of,
    list_events_of_institution,
    list_held_between,
    list_reminders_due,
    list_running_orders,
    list_shown_events,
    list_unanswered,
)
from outreach.events.rules import (
    LAST_REMINDED,
    REMIND_BEFORE,
    REMIND_SILENT,
    AmbassadorAnswered,
    AssignmentStatus,
    AssignmentStep,
    next_assignment_status,
    remind_from,
)
from outreach.institutions.rules import ContactChanged, ContactVerified, NamesChanged
from outreach.outbox.actions import AddressCorrected
from outreach.outbox.rules import RecipientKind
from outreach.web.door import SYSTEM
from outreach.web.facts import emit


def lapse_invitations() -> int:
    """Let go of whoever did not answer in time: they are told that no answer is needed, the coordinators that it lacks.

    Returns how many invitations lapsed.
    """
    found = list_unanswered(clock.now())
    in_order = {one.opening_id for one in list_running_orders()} if found else set()
    lapsed = [one for one in found if _lapse(one)]
    # Where an order runs, the next has been asked, or the coordinators have been told that nobody is left. Once it has
    # begun the order ends without a word.
    now = clock.now()
    if missed := [one for one in lapsed if one.opening_id not in in_order or one.starts_at <= now]:
        mails.mail_coordinators_lapsed(missed)
    return len(lapsed)


def _lapse(assignment: Assignment) -> bool:
    event = assignment.event
    assignments = lock_event(event)
    due = assignment.answer_by is not None and assignment.answer_by <= clock.now()
    if assignment.status is not AssignmentStatus.INVITED or not due:
        return False  # answered, or asked again, in the meantime
    assignment.status = next_assignment_status(assignment.status, AssignmentStep.LAPSE)
    settle_status(event, assignments)
    record(SYSTEM, "assignment.lapse", assignment, event=event.reference)
    mark_changed(event)
    mails.mail_lapsed(assignment)
    # They may have said yes before the event moved: then whoever was told so is told this.
    emit(AmbassadorAnswered(event.id, assignment.id, coming=False))
    return True


def remind_ambassadors() -> int:
    """Remind those who are coming, seven days and one day before. Returns how many mails were queued."""
    now, queued = clock.now(), 0
    for days in sorted(REMIND_BEFORE):
        for one in list_reminders_due(now, timedelta(days=days)):
            if _days_ahead(one, now) in REMIND_BEFORE[days] and not _fresh(one, now):
                queued += mails.mail_reminder(one, days)
    return queued


def _days_ahead(assignment: Assignment, now: datetime) -> int:
    """Days on the calendar, not spans of 24 hours: the day before is the day before."""
    return (clock.local(assignment.starts_at).date() - clock.local(now).date()).days


def _fresh(assignment: Assignment, now: datetime) -> bool:
    """Whether they said yes today: the mail that confirmed it says all that a reminder would."""
    answered = assignment.answered_at
    return answered is not None and clock.local(answered).date() == clock.local(now).date()


def remind_silent_ambassadors() -> int:
    """Remind those who were asked and have not answered, once: two days before the answer is due, or halfway.

    Nobody is who has less than a day, or less than half an hour left. Returns how many mails were queued.
    """
    now = clock.now()
    silent = list_answers_awaited(now + LAST_REMINDED, now + REMIND_SILENT)
    return sum(mails.mail_answer_needed(one) for one in silent if _is_due(one, now))


def _is_due(assignment: Assignment, now: datetime) -> bool:
    if assignment.invited_at is None or assignment.answer_by is None:
        return False
    due = remind_from(assignment.invited_at, assignment.answer_by)
    return due is not None and due <= now


def follow_stopped_ambassador(fact: AmbassadorStopped) -> None:
    """Take somebody who is paused, suspended or gone off everything that is still to come."""
    for one in list_all_to_come_of(fact.ambassador_id, clock.now()):
        withdraw_assignment(SYSTEM, one)


def follow_days_away(fact: DaysAwayAdded) -> None:
    """Tell the coordinators what somebody is asked to or expected at on days away. Cancels nothing."""
    start = max(clock.start_of(fact.first_day), clock.now())
    held = list_held_between(fact.ambassador_id, start, clock.start_of(fact.last_day + timedelta(days=1)))
    if held:
        mails.mail_coordinators_away(held[0].ambassador, held)


def follow_new_address(fact: AddressChanged) -> None:
    """Send somebody whose links ended with their old address new ones, to what they are asked or expected to do."""
    now = clock.now()
    for one in list_coming_assignments_of(fact.ambassador_id, now):
        lock_event(one.event)
        forget_calendar(one)  # whoever reads at the old address must not answer for them
        if one.starts_at <= now:
            continue
        if one.status is AssignmentStatus.ACCEPTED:
            mails.mail_accepted(one, on_behalf=False)
        elif one.status is AssignmentStatus.INVITED and one.answer_by is not None and one.answer_by > now:
            mails.mail_invitation(one, one.words)


def follow_corrected_address(fact: AddressCorrected) -> None:
    """What did not reach an ambassador goes to another address now: their answers come from there."""
    if fact.kind is RecipientKind.AMBASSADOR:
        for one in list_coming_assignments_of(fact.id, clock.now()):
            if one.mailed_to is not None:
                one.mailed_to = fact.email.lower()


def follow_new_names(fact: NamesChanged) -> None:
    """Have the calendars show the new words for an institution in all its events."""
    _change(list_events_of_institution(fact.institution_id))


def follow_contact(fact: ContactChanged | ContactVerified) -> None:
    """Have calendars show the new words for a contact, and the names that the contact may know by now."""
    _change(list_shown_events(Event.contact_id == fact.contact_id))


def follow_ambassador(fact: AmbassadorChanged) -> None:
    """Have the calendars of staff and hosts show the new words for these ambassadors."""
    _change(list_shown_events(Event.assignments.any(Assignment.ambassador_id.in_(fact.ambassador_ids))))


def _change(events: Iterable[Event]) -> None:
    """One after the other by number, as every act takes them."""
    for event in events:
        lock_event(event)
        mark_changed(event)
