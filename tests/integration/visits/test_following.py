"""The private link: what the contact sees, asks for and withdraws, and what they are told by mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.links import revoke_links
from outreach.accounts.models import Account, LinkToken
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.events.actions import (
    accept_invitation,
    cancel_event,
    decline_invitation,
    move_event,
    withdraw_assignment,
)
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.institutions.actions import verify_contact
from outreach.institutions.models import Contact
from outreach.outbox.models import Mail
from outreach.visits.actions.asking import send_link_again
from outreach.visits.actions.jobs import expire_requests, remind_contacts
from outreach.visits.models import RequestMessage, VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.web.door import PUBLIC, Actor, ActorKind, Purpose, Role
from tests.makers import (
    in_days,
    link_to,
    make_account,
    make_ambassador,
    make_arrangements,
    make_assignment,
    make_contact,
    make_event,
    make_request,
    term,
)
from tests.pages import PageClient

AMBASSADOR = "Grace Secretname"


def boss() -> Actor:
    account = db.session.scalars(select(Account).order_by(Account.id)).first() or make_account(Role.COORDINATOR)
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.COORDINATOR}))


@contextmanager
def acting(app: Flask) -> Iterator[None]:
    """What a request would commit at its end."""
    with app.test_request_context():
        yield
        db.session.commit()


def arranged(
    *,
    verified: bool = True,
    status: AssignmentStatus = AssignmentStatus.ACCEPTED,
    days: int = 21,
    told: bool = True,
    **more: Any,
) -> VisitRequest:
    """A visit that was accepted, with one ambassador on it; with `told` the host has said all about the day."""
    visit = make_request(
        make_contact(verified=verified),
        status=RequestStatus.ACCEPTED,
        decided_at=clock.now() - timedelta(days=30),
        times=[(in_days(days), in_days(days, 11))],
    )
    coming = status is AssignmentStatus.ACCEPTED
    event = make_event(
        request=visit,
        starts=in_days(days),
        status=EventStatus.CONFIRMED if coming else EventStatus.PLANNED,
        **more,
    )
    if told:
        make_arrangements(event)
    make_assignment(event, make_ambassador(AMBASSADOR), status=status)
    return visit


def mails(app: Flask, prefix: str = "visits/") -> list[Mail]:
    with app.app_context():
        return list(db.session.scalars(select(Mail).where(Mail.message.startswith(prefix)).order_by(Mail.id)))


def the(model: Any) -> Any:
    return db.session.scalars(select(model).order_by(model.id)).first()


def open_link(app: Flask, visit: VisitRequest) -> PageClient:
    person = PageClient(app)
    person.get(link_to(visit))
    return person


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (RequestStatus.NEW, "We have your request"),
        (RequestStatus.DECLINED, "We cannot make this visit"),
        (RequestStatus.WITHDRAWN, "You have withdrawn this request"),
        (RequestStatus.EXPIRED, "This request has expired"),
    ],
)
@pytest.mark.one_database
def test_page_says_where_a_request_stands(app: Flask, status: RequestStatus, heading: str) -> None:
    with app.app_context():
        reason = term(Vocabulary.DECLINE_REASON, "too_short_notice")
        visit = make_request(status=status, decline_reason=reason, decline_words="Ask again in May")
        person = open_link(app, visit)
    page = person.here
    assert page.h1 == heading
    assert visit.reference in page.main
    assert ("Ask again in May" in page.main) is (status is RequestStatus.DECLINED)
    assert ("Ask for a change" in page.links()) is (status is RequestStatus.NEW)


def test_late_answer_is_owned_up_to(app: Flask) -> None:
    with app.app_context():
        person = open_link(app, make_request(answer_by=clock.today() - timedelta(days=1)))
    assert "are late with it" in person.here.main


def test_page_names_who_is_coming(app: Flask) -> None:
    with app.app_context():
        person = open_link(app, arranged())
    page = person.here
    assert page.h1 == "Your visit is arranged"
    assert page.summary()["Who is coming"] == "Grace, Care worker, Worcestershire County Council"
    assert "Secretname" not in page.response.get_data(as_text=True)


def test_nobody_is_named_to_a_contact_whom_no_one_has_verified(app: Flask) -> None:
    with app.app_context():
        person = open_link(app, arranged(verified=False))
    page = person.here
    assert page.h1 == "An ambassador has agreed to come"
    assert "Grace" not in page.response.get_data(as_text=True)
    assert "we will telephone your institution" in page.main


@pytest.mark.one_database
def test_page_of_a_visit_that_is_over_leads_to_the_rating(app: Flask) -> None:
    with app.app_context():
        visit = arranged(days=-2)
        path = link_to(visit)
        person = PageClient(app)
        page = person.get(path)
    assert page.h1.startswith("Your visit was on")
    assert page.link("Tell us how it went") == "/rate/" + path.rsplit("/", 1)[1]
    assert "Ask for a change" not in page.links()
    person.click("Tell us how it went")


@pytest.mark.one_database
def test_page_of_a_cancelled_visit(app: Flask) -> None:
    with app.app_context():
        visit = arranged()
        event = the(Event)
        event.status, event.cancelled_at = EventStatus.CANCELLED, clock.now()
        db.session.commit()
        page = open_link(app, visit).here
    assert page.h1 == "Your visit has been cancelled"
    assert "Ask for a change" not in page.links()


def test_opening_the_link_changes_nothing(app: Flask) -> None:
    with app.app_context():
        visit = arranged()
        path = link_to(visit)
    person = PageClient(app)
    for page in (path, path + "/change", path + "/withdraw"):
        person.get(page)
        person.head(page)
    with app.app_context():
        assert the(VisitRequest).status is RequestStatus.ACCEPTED
        assert the(RequestMessage) is None


def test_links_of_others_and_links_that_ended(app: Flask) -> None:
    with app.app_context():
        visit, other = arranged(), make_request()
        path = link_to(visit)
        stranger = make_contact()
        for purpose in (Purpose.INVITATION, Purpose.OUTCOME):
            wrong = link_to(the(Assignment), purpose)
            PageClient(app).get(f"/visits/follow/{wrong.rsplit('/', 1)[1]}", status=404)
        # The contact of a request may change; a link of the earlier one then opens nothing.
        visit.contact_id = stranger.id
        db.session.commit()
        PageClient(app).get(path, status=404)
        ended = link_to(other, days=-1)
        PageClient(app).get(ended, status=410)
        live = link_to(other)
        revoke_links(Purpose.FOLLOW, other.id)
        db.session.commit()
        PageClient(app).get(live, status=410)
    PageClient(app).get("/visits/follow/" + "x" * 43, status=404)


def test_asking_for_a_change_reaches_the_coordinators_without_its_words(app: Flask) -> None:
    with app.app_context():
        make_account(Role.COORDINATOR)
        person = open_link(app, make_request())
        visit = the(VisitRequest)
    person.click("Ask for a change")
    page = person.submit("Send")
    assert page.errors == {"words": "Enter what you would like to change"}
    page = person.submit("Send", words="We are 40 now, 'all' in room 3")
    assert "has been sent" in page.banner
    assert "We are 40 now" in page.main
    mail, *others = [one for one in mails(app) if one.message == "visits/change_asked"]
    assert len(others) + 1 == count_coordinators(app)
    assert visit.reference in mail.subject
    assert "40" not in mail.body.replace(visit.reference, "")


def test_changes_are_not_asked_for_without_end(app: Flask) -> None:
    with app.app_context():
        visit = make_request()
        for _ in range(10):
            db.session.add(RequestMessage(request=visit, words="Again", created_at=clock.now()))
        db.session.commit()
        person = PageClient(app)
        person.get(link_to(visit) + "/change")
    page = person.submit("Send", words="Once more")
    assert page.status == 422
    assert "Telephone us instead" in page.errors["words"]


@pytest.mark.parametrize("length", [2001, 10_000])
@pytest.mark.one_database
def test_words_without_end_are_refused(app: Flask, length: int) -> None:
    with app.app_context():
        person = PageClient(app)
        person.get(link_to(make_request()) + "/change")
    page = person.submit("Send", words="ß" * length)
    assert page.errors == {"words": "What you would like to change must be 2,000 characters or fewer"}


def test_withdrawing_cancels_the_event_and_tells_everybody_once(app: Flask) -> None:
    with app.app_context():
        person = open_link(app, arranged())
    person.click("Withdraw this request")
    page = person.submit("Withdraw request")
    assert page.h1 == "You have withdrawn this request"
    assert person.send_again().h1 == "You have withdrawn this request"
    with app.app_context():
        assert the(VisitRequest).status is RequestStatus.WITHDRAWN
        assert the(Event).status is EventStatus.CANCELLED
        assert the(Assignment).status is AssignmentStatus.WITHDRAWN
        sent = [(one.message, one.recipient_kind.value) for one in mails(app, "")]
    assert sorted(sent) == [
        ("events/cancelled", "ambassador"),
        ("visits/withdrawn", "contact"),
        *[("visits/withdrawn_notice", "account")] * count_coordinators(app),
    ]


def count_coordinators(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Account)) or 0


def test_visit_that_has_begun_is_not_withdrawn(app: Flask) -> None:
    with app.app_context():
        visit = arranged(days=-1)
        person = PageClient(app)
        person.get(link_to(visit) + "/withdraw")
    page = person.submit("Withdraw request")
    assert page.status == 422
    assert "already begun" in page.errors[""]
    assert mails(app, "") == []


# What happens to the event, told by mail


def answer(app: Flask, *, coming: bool) -> None:
    with acting(app):
        assignment = the(Assignment)
        who = Actor(ActorKind.AMBASSADOR, assignment.ambassador_id)
        if coming:
            accept_invitation(who, assignment)
        else:
            decline_invitation(who, assignment, reason=term(Vocabulary.CANNOT_COME_REASON, "on_shift"), words="")


def test_yes_tells_the_contact_who_is_coming(app: Flask) -> None:
    with app.app_context():
        arranged(status=AssignmentStatus.INVITED)
    answer(app, coming=True)
    [mail] = mails(app)
    assert mail.message == "visits/coming"
    assert "Grace, Care worker, Worcestershire County Council" in mail.body
    assert "Secretname" not in mail.body
    assert "/visits/follow/" in mail.body
    answer(app, coming=True)
    assert len(mails(app)) == 1
    with app.app_context():
        assert "We told you who is coming" in open_link(app, the(VisitRequest)).here.main


def test_yes_names_nobody_to_an_unverified_contact_until_they_are_verified(app: Flask) -> None:
    with app.app_context():
        arranged(status=AssignmentStatus.INVITED, verified=False)
    answer(app, coming=True)
    [mail] = mails(app)
    assert mail.message == "visits/coming_unnamed"
    assert "Grace" not in mail.body + mail.subject
    with acting(app):
        verify_contact(boss(), the(Contact), term(Vocabulary.VERIFIED_HOW, "telephoned"))
    later = mails(app)[1:]
    assert [one.message for one in later] == ["visits/coming"]
    assert "Grace, Care worker" in later[0].body


def test_verifying_a_contact_tells_nothing_when_nobody_comes_yet(app: Flask) -> None:
    with app.app_context():
        arranged(status=AssignmentStatus.INVITED, verified=False)
    with acting(app):
        verify_contact(boss(), the(Contact), term(Vocabulary.VERIFIED_HOW, "telephoned"))
    assert mails(app) == []


def test_no_from_somebody_the_contact_never_heard_of_is_not_told(app: Flask) -> None:
    with app.app_context():
        arranged(status=AssignmentStatus.INVITED)
    answer(app, coming=False)
    assert mails(app) == []


def test_a_no_does_not_end_what_the_host_was_asked_about_the_day(app: Flask) -> None:
    with app.app_context():
        arranged(status=AssignmentStatus.INVITED, told=False)
    answer(app, coming=True)
    answer(app, coming=False)
    mail = mails(app)[1]
    assert mail.subject.startswith("Answer needed: tell us about the day. Somebody cannot come to your visit on ")
    assert "What we asked you about the day is still open." in mail.body
    assert "/arrangements" in mail.body
    assert "You need do nothing now" not in mail.body


def test_no_after_a_yes_is_told_each_time(app: Flask) -> None:
    with app.app_context():
        arranged(status=AssignmentStatus.INVITED)
    answer(app, coming=True)
    answer(app, coming=False)
    assert [one.message for one in mails(app)] == ["visits/coming", "visits/not_coming"]
    assert "finding somebody else" in mails(app)[1].body
    with acting(app):
        the(Assignment).status = AssignmentStatus.INVITED
    answer(app, coming=False)
    assert len(mails(app)) == 2
    with acting(app):
        the(Assignment).status = AssignmentStatus.INVITED
    answer(app, coming=True)
    assert [one.message for one in mails(app)][2:] == ["visits/coming"]


def test_ambassador_taken_off_is_told_like_one_who_cannot_come(app: Flask) -> None:
    with app.app_context():
        arranged(status=AssignmentStatus.INVITED)
    answer(app, coming=True)
    with acting(app):
        withdraw_assignment(boss(), the(Assignment))
    assert [one.message for one in mails(app)] == ["visits/coming", "visits/not_coming"]


def test_move_is_told_with_the_old_time_and_the_new(app: Flask) -> None:
    with app.app_context():
        arranged()
    with acting(app):
        event = the(Event)
        before = event.starts_at
        move_event(boss(), event, starts_at=in_days(25), ends_at=in_days(25, 12), place=event.place, online=False)
    [mail] = mails(app)
    assert mail.message == "visits/moved"
    for day in (before, in_days(25)):
        assert f"{clock.local(day).day} {clock.local(day):%B %Y}" in mail.body


def test_cancelling_is_told_with_its_words(app: Flask) -> None:
    with app.app_context():
        arranged()
    with acting(app):
        cancel_event(boss(), the(Event), reason=None, words="Snow is forecast.")
    [mail] = mails(app)
    assert (mail.message, "Snow is forecast." in mail.body) == ("visits/cancelled", True)


def test_events_that_nobody_asked_for_tell_no_contact(app: Flask) -> None:
    with app.app_context():
        make_assignment(make_event(status=EventStatus.PLANNED))
    answer(app, coming=True)
    with acting(app):
        cancel_event(boss(), the(Event), reason=None, words="")
    assert mails(app) == []


# What the clock brings


def test_requests_expire_once_every_date_has_passed(app: Flask) -> None:
    past, ahead = (in_days(-3), in_days(-3, 11)), (in_days(3), in_days(3, 11))
    with app.app_context():
        gone = make_request(times=[past])
        half = make_request(times=[past, ahead])
        done = make_request(times=[past], status=RequestStatus.ACCEPTED)
    for changed in (1, 0):
        with acting(app):
            assert expire_requests() == changed
    with app.app_context():
        found = {row[0]: row[1] for row in db.session.execute(select(VisitRequest.id, VisitRequest.status))}
        assert found[gone.id] is RequestStatus.EXPIRED
        assert (found[half.id], found[done.id]) == (RequestStatus.NEW, RequestStatus.ACCEPTED)
    assert [one.message for one in mails(app)] == ["visits/expired"]


@pytest.mark.parametrize(("days", "sent"), [(9, 0), (6, 1), (1, 0), (0, 1)])
def test_reminders_go_once(app: Flask, days: int, sent: int) -> None:
    with app.app_context():
        visit = arranged(days=21)
        the(Event).starts_at, the(Event).ends_at = (
            clock.now() + timedelta(days=days, hours=20),
            clock.now() + timedelta(days=days, hours=21),
        )
        db.session.commit()
        assert visit.id
    for due in (sent, 0):
        with acting(app):
            assert remind_contacts() == due
    found = mails(app)
    assert len(found) == sent
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LinkToken)) == sent
    for mail in found:
        assert "Grace, Care worker" in mail.body
        assert "What to prepare" in mail.body


def test_no_reminder_of_what_was_called_off_or_is_unverified_by_name(app: Flask) -> None:
    with app.app_context():
        arranged(verified=False, days=21)
        the(Event).starts_at, the(Event).ends_at = (
            clock.now() + timedelta(hours=20),
            clock.now() + timedelta(hours=21),
        )
        db.session.commit()
    with acting(app):
        assert remind_contacts() == 1
    assert "Grace" not in mails(app)[0].body
    with acting(app):
        the(Event).status = EventStatus.CANCELLED
        the(Event).cancelled_at = clock.now()
        the(Mail).once = None
    with acting(app):
        assert remind_contacts() == 0


# Having the link sent again


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower()])
def test_link_is_sent_again_to_whom_it_belongs(app: Flask, typed: str) -> None:
    with app.app_context():
        visit = make_request()
        reference, email = visit.reference, visit.contact.email
    person = PageClient(app)
    person.get("/visits/my-link")
    page = person.submit("Send my link", reference=typed.format(reference).lower(), email=email.upper())
    assert page.h1 == "Check your email"
    [mail] = mails(app)
    path = mail.body[mail.body.index("/visits/follow/") :].split()[0]
    assert PageClient(app).get(path).h1 == "We have your request"


def test_answer_is_the_same_when_nothing_belongs_together(app: Flask) -> None:
    with app.app_context():
        visit = make_request()
        other = make_contact()
        asked = [
            (visit.reference, visit.contact.email),
            (visit.reference, other.email),
            ("VR-0000-0000", visit.contact.email),
        ]
    answers = []
    for reference, email in asked:
        person = PageClient(app)
        person.get("/visits/my-link")
        page = person.submit("Send my link", reference=reference, email=email)
        answers.append((page.path, page.status, page.main))
    assert len(set(answers)) == 1
    assert len(mails(app)) == 1


def test_links_sent_again_count_towards_the_days_mails(app: Flask) -> None:
    with app.app_context():
        visit = make_request()
    for _ in range(7):
        with acting(app):
            send_link_again(PUBLIC, reference=visit.reference, email=visit.contact.email)
    assert len(mails(app)) == 5


def test_robot_gets_the_same_answer_and_no_mail(app: Flask) -> None:
    with app.app_context():
        visit = make_request()
        reference, email = visit.reference, visit.contact.email
    person = PageClient(app)
    person.get("/visits/my-link")
    page = person.submit("Send my link", reference=reference, email=email, company_fax="1")
    assert page.h1 == "Check your email"
    assert mails(app) == []
