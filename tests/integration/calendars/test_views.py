"""What each view of an event shows, and that whatever changes in it raises the event's SEQUENCE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from outreach import clock
from outreach.ambassadors.actions import AmbassadorDetails, edit_ambassador
from outreach.ambassadors.models import Ambassador
from outreach.calendars.actions import find_differences, mend_texts
from outreach.calendars.models import CalendarText
from outreach.calendars.rules import View
from outreach.db import begin_writing, db
from outreach.districts.rules import Vocabulary
from outreach.events.actions import accept_invitation, cancel_event, decline_invitation, invite_ambassadors
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus
from outreach.ical import single
from outreach.institutions.actions import ContactDetails, edit_contact, verify_contact
from outreach.outcomes.actions import record_by_coordinator
from outreach.outcomes.queries import version_of
from outreach.outcomes.rules import Attendance, Report
from outreach.web.door import Actor, ActorKind, Role
from tests.kit.feeds import tell
from tests.kit.ical_readers import ReadEvent, read_with_icalendar
from tests.makers import (
    audience,
    in_days,
    make_account,
    make_ambassador,
    make_assignment,
    make_contact,
    make_event,
    make_request,
    term,
)


def coordinator() -> Actor:
    account = make_account(Role.COORDINATOR)
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.COORDINATOR}))


def texts_of(event: Event) -> dict[View, str]:
    rows = db.session.scalars(select(CalendarText).where(CalendarText.event_id == event.id))
    return {row.view: row.text.replace(b"\r\n ", b"").decode() for row in rows}


def make_visit(*, verified: bool = True) -> Event:
    return tell(make_event(request=make_request(make_contact(verified=verified)), needed=2))


def test_each_view_stands_as_long_as_somebody_may_have_it(app: Flask) -> None:
    with app.test_request_context():
        cora, event, person = coordinator(), make_visit(), make_ambassador("Alma Firth")
        assert set(texts_of(event)) == {View.STAFF, View.HOST, View.NAMED}
        (assignment,) = invite_ambassadors(cora, event, [person.id])
        db.session.commit()
        asked = texts_of(event)
        assert set(asked) == {View.STAFF, View.HOST, View.NAMED, View.HELD}
        assert "STATUS:TENTATIVE" in asked[View.HELD]
        assert "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE" in asked[View.HELD]
        assert "Alma" not in asked[View.HELD] + asked[View.HOST] + asked[View.NAMED]
        assert "planned\\, 0 of 2 people\\, 1 not answered" in asked[View.STAFF]
        accept_invitation(cora, assignment)
        db.session.commit()
        coming = texts_of(event)
        assert set(coming) == {View.STAFF, View.HOST, View.NAMED, View.OWN}
        assert "STATUS:CONFIRMED" in coming[View.OWN]
        assert "TRANSP:OPAQUE" in coming[View.OWN]
        assert "Alma" in coming[View.NAMED]
        assert "Firth" not in coming[View.NAMED]
        assert "Alma" not in coming[View.HOST]
        assert "Alma Firth" in coming[View.STAFF]
        cancel_event(cora, event, reason=None, words="")
        db.session.commit()
        off = texts_of(event)
        assert set(off) == {View.STAFF, View.HOST, View.NAMED, View.OWN}
        assert all("STATUS:CANCELLED" in text and "SUMMARY:Cancelled: " in text for text in off.values())
        assert {text.count(event.uid_staff) for text in off.values()} == {1}
        assert not any(event.uid_public in text for text in off.values())
        assert {f"SEQUENCE:{event.sequence}\r\n" in text for text in off.values()} == {True}


def test_35_no_private_view_holds_a_link_that_lets_anybody_in(app: Flask) -> None:
    with app.test_request_context():
        event = make_visit()
        make_assignment(event, make_ambassador(), status=AssignmentStatus.ACCEPTED)
        tell(event)
        for view, text in texts_of(event).items():
            assert "CLASS:PRIVATE" in text
            for path in ("/invitations/", "/follow/", "/outcomes/", "ORGANIZER", "ATTENDEE", "VALARM", "ATTACH"):
                assert path not in text, view


Change = Callable[[Actor, Event], None]


def _invite(cora: Actor, event: Event) -> None:
    invite_ambassadors(cora, event, [make_ambassador().id])


def _decline(cora: Actor, event: Event) -> None:
    reason = term(Vocabulary.CANNOT_COME_REASON, "on_shift")
    decline_invitation(cora, event.assignments[0], reason=reason, words="")


def _rename_ambassador(cora: Actor, event: Event) -> None:
    person = event.assignments[0].ambassador
    edit_ambassador(cora, person, replace(_details_of(person), name="Another Name"), str(person.version))


def _details_of(person: Ambassador) -> AmbassadorDetails:
    return AmbassadorDetails(
        name=person.name,
        email=person.email,
        phone=person.phone or "",
        employer=person.employer,
        job_title=person.job_title,
        role_family=person.role_family,
        home_district=person.home_district,
        travels_to=person.travels_to,
        terms=person.terms,
        notes=person.notes,
    )


def _correct_contact(cora: Actor, event: Event) -> None:
    contact = event.contact
    assert contact is not None
    edit_contact(cora, contact, ContactDetails("New Name", contact.email, contact.phone, contact.job_title))


def _verify(cora: Actor, event: Event) -> None:
    assert event.contact is not None
    verify_contact(cora, event.contact, term(Vocabulary.VERIFIED_HOW, "telephoned"))


@pytest.mark.parametrize(
    "change", [_invite, _decline, _rename_ambassador, _correct_contact, _verify], ids=lambda one: one.__name__[1:]
)
def test_28_whatever_a_calendar_shows_raises_sequence_when_it_changes(app: Flask, change: Change) -> None:
    with app.test_request_context():
        cora, event = coordinator(), make_visit(verified=change is not _verify)
        make_assignment(event, make_ambassador())
        tell(event)
        before, when, texts = event.sequence, event.changed_at, texts_of(event)
        change(cora, event)
        db.session.commit()
        assert event.sequence > before
        assert event.changed_at > when
        assert texts_of(event)[View.STAFF] != texts[View.STAFF]
        assert find_differences() == []


def test_28_an_outcome_raises_sequence_once_and_a_record_that_is_the_same_does_not(app: Flask) -> None:
    with app.test_request_context():
        cora = coordinator()
        event = make_event(starts=in_days(-1))
        assignment = make_assignment(event, make_ambassador(), status=AssignmentStatus.ACCEPTED)
        tell(event)
        report = Report(took_place=True, reached={audience().id: 30}, note="")

        def record() -> None:
            from outreach.outcomes.queries import find_outcome

            there = [Attendance(assignment.id, attended=True, hours=None)]
            version = version_of(find_outcome(event), [assignment])
            record_by_coordinator(cora, event, report, there, version=version)
            db.session.commit()

        record()
        assert event.sequence == 1
        assert "(done)" in texts_of(event)[View.STAFF]
        record()
        assert event.sequence == 1


def test_the_workers_check_fills_new_views_and_mends_without_a_rise_where_nothing_reads_otherwise(app: Flask) -> None:
    with app.test_request_context():
        events = [tell(make_event(published=True)) for _ in range(3)]
        db.session.execute(delete(CalendarText).where(CalendarText.view == View.STAFF))
        db.session.execute(
            CalendarText.__table__.update().values(sequence=None)  # type: ignore[attr-defined]
        )
        events[1].title = "By hand, behind every act"
        db.session.commit()
        begin_writing(db.session())
        assert mend_texts() == 3
        db.session.commit()
        assert find_differences() == []
        db.session.rollback()
        begin_writing(db.session())
        assert mend_texts() == 0
        db.session.commit()
        events[2].title = "By hand, once the SEQUENCE was kept"
        db.session.commit()
        begin_writing(db.session())
        assert mend_texts() == 1
        db.session.commit()
        assert [event.sequence for event in events] == [0, 0, 1]


def test_what_is_long_over_gets_no_text(app: Flask) -> None:
    with app.test_request_context():
        assert texts_of(tell(make_event(starts=in_days(-62), published=True))) == {}
        assert set(texts_of(tell(make_event(starts=in_days(-59), published=True)))) == {View.PUBLIC, View.STAFF}
        assert find_differences() == []


def test_every_view_is_read_by_icalendar_as_it_was_meant(app: Flask) -> None:
    with app.test_request_context():
        event = make_visit()
        make_assignment(event, make_ambassador(), status=AssignmentStatus.ACCEPTED)
        tell(event)
        assert clock.now() - event.changed_at < timedelta(minutes=1)
        rows = db.session.scalars(select(CalendarText).where(CalendarText.event_id == event.id)).all()
        whole = single()
        for row in rows:
            read: list[ReadEvent] = read_with_icalendar(whole.replace(b"END:VCALENDAR", row.text + b"END:VCALENDAR"))
            assert [one.uid for one in read] == [event.uid_staff]
        assert db.session.query(Assignment).count() == 1
