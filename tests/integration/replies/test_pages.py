"""The coordinator's pages of mails that wait, and what of them is kept how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.privacy.actions import run_retention
from outreach.replies.models import Reply
from outreach.replies.rules import ReplyStatus
from outreach.web.door import Role
from tests import makers
from tests.integration.replies.conftest import Invited, count
from tests.kit import replies
from tests.kit.counting import count_queries
from tests.pages import PageClient

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Receive = Callable[[bytes], Reply | None]


@pytest.fixture
def desk(app: Flask) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.COORDINATOR))
    return person


def test_empty_queue_says_so(desk: PageClient) -> None:
    assert "No mail waits for you" in desk.get("/answers").text


def test_mail_is_read_beside_its_event_and_marked_as_dealt_with(
    app: Flask, desk: PageClient, invited: Invited, receive: Receive
) -> None:
    reply = receive(replies.google("somebody@else.example", invited.text()))
    receive(replies.apple("x@else.example", replies.calendar(invited.uid, "x@else.example", sequence=3)))
    assert reply is not None
    assert "Answers by mail (2)" in desk.get("/work").text
    assert "2 mails wait for you" in desk.get("/answers").text
    page = desk.get(f"/answers/{reply.id}")
    assert "It was sent from another address than the one that answers" in page.text
    page = desk.submit("Mark as dealt with")
    assert "The mail is marked as dealt with." in page.text
    assert "1 mail waits for you" in page.text
    assert "Dealt with on" in desk.get(f"/answers/{reply.id}").text
    with app.app_context():
        assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "reply.finish"
        before = count(AuditEntry)
    desk.post(f"/answers/{reply.id}", {}, status=422)
    assert "Somebody has dealt with this already." in desk.here.text
    with app.app_context():
        assert count(AuditEntry) == before


def test_words_from_a_known_address_are_shown_beside_what_that_person_is_asked_to(
    desk: PageClient, invited: Invited, receive: Receive
) -> None:
    reply = receive(replies.plain(f"Amina <{invited.address.upper()}>", "Could I come an hour later?"))
    stranger = receive(replies.plain("x@else.example", "Could I come an hour later?"))
    assert reply is not None
    assert stranger is not None
    page = desk.get(f"/answers/{reply.id}")
    assert "What Amina Khan, who has this address, is asked to" in page.text
    assert f"/manage/events/{invited.reference}" in [one.get("href") for one in page.all("a")]
    assert "who has this address" not in desk.get(f"/answers/{stranger.id}").text


def test_the_queue_asks_the_database_as_often_for_a_full_page_as_for_one_mail(
    app: Flask, desk: PageClient, invite: Callable[..., Invited], receive: Receive
) -> None:
    """Thirty mails about thirty events: 25 of them on the first page."""
    desk.get("/answers")
    counts, shown = [], []
    for more in (1, 29):
        for one in [invite() for _ in range(more)]:
            receive(replies.google("somebody@else.example", one.text()))
        with count_queries(app) as queries:
            page = desk.get("/answers")
        counts.append(len(queries))
        shown.append(page.text.count(", EV-"))
    assert shown == [1, 25]
    assert counts[0] == counts[1]


def test_hostile_words_are_shown_as_words(desk: PageClient, receive: Receive) -> None:
    words = '<script>alert(1)</script> =HYPERLINK("x") \u202e\u2028 \x07'
    reply = receive(replies.plain('"<b>" <a@b.example>', words * 300, subject="<img src=x onerror=1>"))
    assert reply is not None
    desk.typed.update({reply.subject, reply.text})
    page = desk.get(f"/answers/{reply.id}")
    assert not page.all("img")
    assert "<script>alert(1)</script>" in page.text
    assert "<img src=x onerror=1>" in desk.get("/answers").text


def test_what_was_acted_on_or_put_aside_has_no_page(desk: PageClient, invited: Invited, receive: Receive) -> None:
    for raw in (invited.mail(), invited.mail(sequence=1)):
        reply = receive(raw)
        assert reply is not None
        desk.get(f"/answers/{reply.id}", status=404)
    desk.get("/answers/2147483646", status=404)


@pytest.mark.parametrize(
    ("status", "days", "kept"),
    [("dropped", 89, 1), ("dropped", 91, 0), ("waiting", 179, 1), ("waiting", 181, 0), ("acted", 700, 1),
     ("acted", 740, 0)],
)  # fmt: skip
def test_rows_end_with_their_term(
    app: Flask, invited: Invited, receive: Receive, status: str, days: int, kept: int
) -> None:
    raw = {"dropped": invited.mail(sequence=1), "waiting": replies.plain("a@b.example", "x"), "acted": invited.mail()}
    receive(raw[status])
    with app.app_context():
        row = db.session.scalars(select(Reply)).one()
        assert row.status is ReplyStatus(status)
        row.received_at = clock.now() - timedelta(days=days)
        db.session.commit()
        begin_writing(db.session())
        run_retention()
        db.session.commit()
        assert count(Reply) == kept
