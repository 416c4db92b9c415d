"""An answer from a calendar acts as the link would, and one that cannot be trusted leaves a row for a person only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outbox.models import Mail
from outreach.replies.models import Reply
from outreach.replies.rules import AnswerKind, Reason, ReplyStatus
from outreach.web.door import ActorKind
from tests import makers
from tests.integration.replies.conftest import Invited, Trace, count
from tests.kit import replies

Receive = Callable[[bytes], Reply | None]
Look = Callable[[Invited], Trace]


def status_of(app: Flask, invited: Invited) -> AssignmentStatus:
    with app.app_context():
        found = db.session.get(Assignment, invited.assignment_id)
        assert found is not None
        return found.status


def mails_to(address: str) -> list[str]:
    return list(db.session.scalars(select(Mail.message).where(Mail.recipient == address).order_by(Mail.id)))


def lines() -> list[tuple[str, ActorKind, Any]]:
    ours = AuditEntry.action.startswith("assignment")
    found = db.session.scalars(select(AuditEntry).where(ours).order_by(AuditEntry.id))
    return [(one.action, one.actor_kind, one.details.get("way")) for one in found]


@pytest.mark.parametrize("client", replies.CLIENTS)
def test_yes_of_every_client_is_a_yes(app: Flask, invited: Invited, receive: Receive, client: str) -> None:
    reply = receive(replies.CLIENTS[client](invited.address, invited.text()))
    assert reply is not None
    assert (reply.status, reply.answer, reply.assignment_id) == (
        ReplyStatus.ACTED, AnswerKind.ACCEPTED, invited.assignment_id,
    )  # fmt: skip
    with app.app_context():
        row = db.session.get(Assignment, invited.assignment_id)
        assert row is not None
        assert (row.status, row.event.status) == (AssignmentStatus.ACCEPTED, EventStatus.CONFIRMED)
        assert lines() == [("assignment.accept", ActorKind.AMBASSADOR, "calendar_reply")]
        assert mails_to(invited.address) == ["events/accepted"]


def test_what_was_acted_on_keeps_no_words_and_no_address(invited: Invited, receive: Receive) -> None:
    reply = receive(invited.mail())
    assert reply is not None
    assert (reply.sender, reply.subject, reply.text, reply.reason) == ("", "", "", None)


def test_no_is_a_no_with_their_comment(app: Flask, invited: Invited, receive: Receive) -> None:
    receive(invited.mail("DECLINED", more="COMMENT:I am on leave"))
    with app.app_context():
        row = db.session.get(Assignment, invited.assignment_id)
        assert row is not None
        assert row.reason is not None
        assert (row.status, row.said, row.reason.code) == (AssignmentStatus.DECLINED, "I am on leave", "other")
        assert lines() == [("assignment.decline", ActorKind.AMBASSADOR, "calendar_reply")]
        assert mails_to("cora@county.example") == ["events/cannot_come"]


def test_no_after_a_yes_withdraws_them(app: Flask, invited: Invited, receive: Receive) -> None:
    receive(invited.mail(stamp=clock.now() - timedelta(minutes=5)))
    reply = receive(invited.mail("DECLINED"))
    assert reply is not None
    assert reply.status is ReplyStatus.ACTED
    with app.app_context():
        row = db.session.get(Assignment, invited.assignment_id)
        assert row is not None
        assert (row.status, row.event.status) == (AssignmentStatus.WITHDRAWN, EventStatus.PLANNED)


def test_perhaps_is_no_answer_yet_and_is_noted_in_the_history(
    app: Flask, invited: Invited, receive: Receive, trace: Look
) -> None:
    before = trace(invited)
    reply = receive(invited.mail("TENTATIVE"))
    assert reply is not None
    assert reply.status is ReplyStatus.NOTED
    after = trace(invited)
    assert (after.assignment, after.event, after.mails) == (before.assignment, before.event, before.mails)
    with app.app_context():
        assert lines() == [("assignment.perhaps", ActorKind.AMBASSADOR, "calendar_reply")]
    receive(invited.mail(stamp=clock.now() + timedelta(minutes=1)))
    assert status_of(app, invited) is AssignmentStatus.ACCEPTED


def test_perhaps_after_a_yes_waits_for_a_person(invited: Invited, receive: Receive, trace: Look) -> None:
    receive(invited.mail(stamp=clock.now() - timedelta(minutes=5)))
    before = trace(invited)
    reply = receive(invited.mail("TENTATIVE"))
    assert reply is not None
    assert (reply.status, reply.reason) == (ReplyStatus.WAITING, Reason.REFUSED)
    assert "marked as accepted" in reply.detail
    assert trace(invited) == before


# What is refused leaves its own row and nothing else


def _refuse(invited: Invited, receive: Receive, trace: Look, raw: bytes) -> Reply:
    before = trace(invited)
    reply = receive(raw)
    assert reply is not None
    assert trace(invited) == before
    assert reply.status in (ReplyStatus.WAITING, ReplyStatus.DROPPED)
    return reply


def test_reply_from_another_address_waits_for_a_person(invited: Invited, receive: Receive, trace: Look) -> None:
    reply = _refuse(invited, receive, trace, replies.google("x@else.example", invited.text()))
    assert (reply.status, reply.reason, reply.sender) == (
        ReplyStatus.WAITING, Reason.OTHER_SENDER, "x@else.example",
    )  # fmt: skip
    # Whom to telephone is shown.
    assert (reply.event_id, reply.assignment_id) == (invited.event_id, invited.assignment_id)


def test_reply_of_somebody_who_was_not_invited_waits(invited: Invited, receive: Receive, trace: Look) -> None:
    text = replies.calendar(invited.uid, "x@else.example", sequence=3)
    reply = _refuse(invited, receive, trace, replies.apple("x@else.example", text))
    assert (reply.reason, reply.event_id, reply.assignment_id) == (Reason.NOT_INVITED, invited.event_id, None)


def test_reply_to_an_unknown_event_waits(invited: Invited, receive: Receive, trace: Look) -> None:
    text = replies.calendar("another@x.example", invited.address, sequence=3)
    assert _refuse(invited, receive, trace, replies.apple(invited.address, text)).reason is Reason.UNKNOWN_EVENT


def test_public_uid_opens_nothing(app: Flask, invited: Invited, receive: Receive, trace: Look) -> None:
    with app.app_context():
        event = db.session.get(Event, invited.event_id)
        assert event is not None
        text = replies.calendar(event.uid_public, invited.address, sequence=3)
    assert _refuse(invited, receive, trace, replies.apple(invited.address, text)).reason is Reason.UNKNOWN_EVENT


def test_reply_of_an_older_sequence_is_dropped(invited: Invited, receive: Receive, trace: Look) -> None:
    reply = _refuse(invited, receive, trace, invited.mail(sequence=2))
    assert (reply.status, reply.reason, reply.sender) == (ReplyStatus.DROPPED, Reason.OLDER_SEQUENCE, "")


def test_reply_older_than_the_last_one_is_dropped(app: Flask, invited: Invited, receive: Receive, trace: Look) -> None:
    now = clock.now()
    receive(invited.mail("DECLINED", stamp=now))
    for stamp in (now - timedelta(minutes=5), now):
        reply = _refuse(invited, receive, trace, invited.mail(stamp=stamp))
        assert (reply.status, reply.reason) == (ReplyStatus.DROPPED, Reason.OLDER_ANSWER)
    assert status_of(app, invited) is AssignmentStatus.DECLINED


def test_reply_older_than_an_answer_by_link_is_dropped(app: Flask, invited: Invited, receive: Receive) -> None:
    with app.app_context():
        row = db.session.get(Assignment, invited.assignment_id)
        assert row is not None
        row.status, row.answered_at = AssignmentStatus.DECLINED, clock.now()
        db.session.commit()
    reply = receive(invited.mail(stamp=clock.now() - timedelta(hours=1)))
    assert reply is not None
    assert reply.reason is Reason.OLDER_ANSWER
    assert status_of(app, invited) is AssignmentStatus.DECLINED


def test_yes_to_an_invitation_that_was_taken_back_waits_for_a_person(
    app: Flask, invited: Invited, receive: Receive, trace: Look
) -> None:
    """They said no by link, which took it out of their calendar; it has moved since, and they were not asked again."""
    with app.app_context():
        row = db.session.get_one(Assignment, invited.assignment_id)
        row.status, row.answered_at = AssignmentStatus.DECLINED, clock.now() - timedelta(days=1)
        row.mailed_sequence = row.mailed_to = None
        row.event.sequence += 2
        db.session.commit()
    reply = _refuse(invited, receive, trace, invited.mail())
    assert (reply.status, reply.reason) == (ReplyStatus.WAITING, Reason.TAKEN_BACK)
    assert (reply.event_id, reply.assignment_id) == (invited.event_id, invited.assignment_id)


def test_same_mail_delivered_twice_counts_once(app: Flask, invited: Invited, receive: Receive, trace: Look) -> None:
    raw = invited.mail()
    receive(raw)
    before = trace(invited)
    assert receive(raw) is None
    assert trace(invited) == before
    with app.app_context():
        assert count(Reply) == 1


@pytest.mark.parametrize("how", ["forwarded", "winmail", "counter", "plain", "large", "garbage"])
def test_what_is_no_safe_answer_waits_for_a_person(invited: Invited, receive: Receive, trace: Look, how: str) -> None:
    raw, reason = {
        "forwarded": (replies.forwarded(invited.address, invited.mail()), Reason.FORWARDED),
        "winmail": (replies.winmail(invited.address, invited.text()), Reason.WINMAIL),
        "counter": (replies.apple(invited.address, invited.text(method="COUNTER")), Reason.COUNTER),
        "plain": (replies.plain(invited.address, "Yes\0 \u202e please"), Reason.PLAIN),
        "large": (replies.apple(invited.address, invited.text()) + b"x" * 1_000_000, Reason.TOO_LARGE),
        "garbage": (bytes(range(256)) * 40, Reason.PLAIN),
    }[how]
    reply = _refuse(invited, receive, trace, raw)
    assert (reply.status, reply.reason) == (ReplyStatus.WAITING, reason)


def test_automatic_reply_is_put_aside(invited: Invited, receive: Receive, trace: Look) -> None:
    raw = replies.plain(invited.address, "I am away.", head="Auto-Submitted: auto-replied\n")
    assert _refuse(invited, receive, trace, raw).status is ReplyStatus.DROPPED


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"status": EventStatus.CANCELLED}, ReplyStatus.DROPPED, Reason.CANCELLED),
        ({"starts": -2}, ReplyStatus.DROPPED, Reason.OVER),
        ({"starts": 0}, ReplyStatus.WAITING, Reason.REFUSED),
    ],
)
def test_answer_to_an_event_that_is_off_or_has_begun(
    invite: Callable[..., Invited], receive: Receive, trace: Look,
    change: dict[str, Any], status: ReplyStatus, reason: Reason,
) -> None:  # fmt: skip
    values = dict(change)
    if "starts" in values:
        values["starts"] = clock.now() + timedelta(days=values["starts"], minutes=-5)
    invited = invite(values)
    reply = _refuse(invited, receive, trace, invited.mail())
    assert (reply.status, reply.reason) == (status, reason)


def test_answer_that_clashes_or_comes_from_the_inactive_is_undone_whole(
    app: Flask, invite: Callable[..., Invited], receive: Receive, trace: Look
) -> None:
    invited = invite(status=AssignmentStatus.DECLINED)
    with app.app_context():
        row = db.session.get(Assignment, invited.assignment_id)
        assert row is not None
        other = makers.make_event(starts=row.starts_at, title="Elsewhere")
        makers.make_assignment(other, row.ambassador)
    reply = _refuse(invited, receive, trace, invited.mail())
    assert (reply.reason, reply.detail) == (Reason.REFUSED, "You are on another event at that time: Elsewhere.")
    with app.app_context():
        person = db.session.scalars(select(Ambassador)).one()
        person.status = AmbassadorStatus.PAUSED
        db.session.commit()
    reply = _refuse(invited, receive, trace, invited.mail())
    assert reply.detail == "You cannot take visits at present. Ask the coordinator why."


def test_answer_comes_from_the_address_that_was_invited_though_they_have_another_now(
    app: Flask, invited: Invited, receive: Receive, trace: Look
) -> None:
    with app.app_context():
        db.session.scalars(select(Ambassador)).one().email = "new@care.example"
        db.session.commit()
    text = replies.calendar(invited.uid, "new@care.example", sequence=3)
    assert _refuse(invited, receive, trace, replies.apple("new@care.example", text)).reason is Reason.NOT_INVITED
    receive(invited.mail())
    assert status_of(app, invited) is AssignmentStatus.ACCEPTED


def test_words_and_bounces_are_put_beside_the_event_of_our_mail(app: Flask, invited: Invited, receive: Receive) -> None:
    receive(invited.mail())
    with app.app_context():
        ours = db.session.scalars(select(Mail.message_id).where(Mail.message == "events/accepted")).one()
    for raw, reason in (
        (replies.plain(invited.address, "I cannot", head=f"In-Reply-To: {ours}\n"), Reason.PLAIN),
        (replies.bounce(ours), Reason.NOT_DELIVERED),
    ):
        reply = receive(raw)
        assert reply is not None
        assert (reply.reason, reply.event_id, reply.assignment_id) == (
            reason, invited.event_id, invited.assignment_id,
        )  # fmt: skip
