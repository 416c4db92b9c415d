"""A calendar in a mail, as it leaves: the tree of its parts, its bytes, who it comes from. A point is one of the
calendar checklist."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.ical import CalendarEvent, CalendarPart, Party, cancel, publish, request
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind
from outreach.worker import Worker
from tests.kit.ical_readers import read_with_icalendar, read_with_icaljs, strict_lines
from tests.kit.smtp import SmtpServer
from tests.makers import make_ambassador

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ORGANIZER = Party("Care careers", "visits@county.example")
EVENT = CalendarEvent(
    uid="one@outreach.example",
    sequence=2,
    created=datetime(2026, 11, 1, 9, tzinfo=UTC),
    changed=datetime(2026, 11, 2, 9, tzinfo=UTC),
    starts=datetime(2027, 1, 12, 10, tzinfo=UTC),
    ends=datetime(2027, 1, 12, 11, tzinfo=UTC),
    summary="Talk, with “quotes”; \r\nBcc: everybody@care.example 😀 " + "x" * 200,
    description="Doors at ten.\n.\n\nFrom here on: more",
)
ANN = Party('Ann "O" Example', "ann@care.example")
ASKED = request(EVENT, ORGANIZER, ANN)
CANCELLED = cancel(EVENT, ORGANIZER, ANN)
OFFERED = publish(EVENT)


def send(app: Flask, smtp: SmtpServer, part: CalendarPart | None, name: str = "Ann Example") -> Any:
    """Queue one mail with a calendar, send it, and return what arrived."""
    with app.test_request_context():
        person = make_ambassador(name, email="ann@care.example")
        to = Recipient(RecipientKind.AMBASSADOR, person.id, person.name, person.email)
        queue_mail(to, "ambassadors/paused", about=person, calendar=part, ambassador=person)
        db.session.commit()
    assert Worker(app).send_mails() == 1
    (arrived,) = smtp.messages
    return arrived


def tree(message: EmailMessage) -> Any:
    """The types of the parts, as they are nested."""
    kind = message.get_content_type()
    if not message.is_multipart():
        return kind
    return kind, [tree(part) for part in message.iter_parts()]  # type: ignore[arg-type]


def find(message: EmailMessage, kind: str) -> EmailMessage:
    (part,) = (part for part in message.walk() if part.get_content_type() == kind)
    assert isinstance(part, EmailMessage)
    return part


def octets(part: EmailMessage) -> bytes:
    """What a client decodes: nothing here may be mended by the library that wrote it."""
    assert part["Content-Transfer-Encoding"] == "base64"
    return b64decode(str(part.get_payload()), validate=False)


@pytest.mark.parametrize("part", [ASKED, CANCELLED], ids=["request", "cancel"])
def test_point_41_the_tree_is_that_of_gmails_own_invitations(
    app: Flask, smtp_server: SmtpServer, part: CalendarPart
) -> None:
    message = send(app, smtp_server, part).message
    assert tree(message) == (
        "multipart/mixed",
        [("multipart/alternative", ["text/plain", "text/html", "text/calendar"]), "application/ics"],
    )
    file = find(message, "application/ics")
    assert (file.get_content_disposition(), file.get_filename()) == ("attachment", "invite.ics")
    assert find(message, "text/calendar").get_content_disposition() is None


@pytest.mark.parametrize("part", [ASKED, CANCELLED, OFFERED], ids=["request", "cancel", "publish"])
def test_point_42_the_types_method_is_the_texts_own_and_every_line_ends_in_crlf(
    app: Flask, smtp_server: SmtpServer, part: CalendarPart
) -> None:
    arrived = send(app, smtp_server, part)
    calendar = find(arrived.message, "text/calendar")
    text = octets(calendar)
    assert text == part.text.encode(), "the calendar arrived otherwise than it was queued"
    assert f"METHOD:{part.method}" in strict_lines(text)  # which also refuses anything but CRLF
    assert calendar.get_param("method") == part.method
    assert str(calendar.get_param("charset")).upper() == "UTF-8"
    header = re.search(rb"Content-Type: text/calendar;[^\r]*(?:\r\n[ \t][^\r]*)*", arrived.raw)
    assert header is not None
    assert f'method="{part.method}"'.encode() in header[0]
    assert b"\n" not in arrived.raw.replace(b"\r\n", b"")
    assert max(map(len, arrived.raw.split(b"\r\n"))) <= 998
    if part is not OFFERED:
        assert octets(find(arrived.message, "application/ics")) == text


@pytest.mark.parametrize("part", [ASKED, CANCELLED, OFFERED], ids=["request", "cancel", "publish"])
def test_points_41_and_44_what_arrives_is_read_alike_by_both_readers(
    app: Flask, smtp_server: SmtpServer, part: CalendarPart
) -> None:
    text = octets(find(send(app, smtp_server, part).message, "text/calendar"))
    (event,) = read_with_icalendar(text)
    assert read_with_icaljs(text) == [event]
    assert (event.uid, event.sequence) == ("one@outreach.example", 2)
    assert event.starts == EVENT.starts
    assert event.description == EVENT.description


def test_point_50_what_is_only_offered_is_a_plain_attachment(app: Flask, smtp_server: SmtpServer) -> None:
    message = send(app, smtp_server, OFFERED).message
    assert tree(message) == ("multipart/mixed", ["text/plain", "text/calendar"])
    calendar = find(message, "text/calendar")
    assert (calendar.get_content_disposition(), calendar.get_filename()) == ("attachment", "event.ics")
    assert message["From"] == "outreach@county.example"


@pytest.mark.config(mail_from="Care careers <no-reply@county.example>", calendar_mailbox="visits@county.example")
def test_point_43_an_invitation_comes_from_its_organizers_own_address(app: Flask, smtp_server: SmtpServer) -> None:
    arrived = send(app, smtp_server, ASKED)
    assert arrived.message["From"] == "Care careers <visits@county.example>"
    assert arrived.sender == "visits@county.example"
    assert "mailto:visits@county.example" in ASKED.text


@pytest.mark.config(mail_from="Care careers <no-reply@county.example>", calendar_mailbox="visits@county.example")
def test_a_mail_without_a_calendar_comes_from_where_it_always_did(app: Flask, smtp_server: SmtpServer) -> None:
    arrived = send(app, smtp_server, None)
    assert arrived.message["From"] == "Care careers <no-reply@county.example>"
    assert tree(arrived.message) == "text/plain"


def test_the_html_says_what_the_text_says_and_a_name_opens_no_element(app: Flask, smtp_server: SmtpServer) -> None:
    message = send(app, smtp_server, ASKED, name="<b>Ann</b> & co").message
    html = find(message, "text/html").get_content()
    assert "&lt;b&gt;Ann&lt;/b&gt; &amp; co" in html
    assert "<b>" not in html
    words = re.sub(r"<head>.*</head>|<[^>]+>", "", html, flags=re.DOTALL)
    unescaped = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&#x27;", "'")
    assert unescaped.split() == find(message, "text/plain").get_content().split()


def test_the_calendar_is_erased_once_sent_as_the_text_is(app: Flask, smtp_server: SmtpServer) -> None:
    send(app, smtp_server, ASKED)
    with app.app_context():
        mail = db.session.query(Mail).one()
        assert (mail.status, mail.body, mail.calendar) == (MailStatus.SENT, "", None)
        assert mail.calendar_method == "REQUEST"


def test_point_45_a_corrected_address_is_asked_by_its_own_name(app: Flask, smtp_server: SmtpServer) -> None:
    from outreach.outbox.actions import send_again
    from outreach.web.door import SYSTEM

    smtp_server.refuse("ann@care.example")
    with app.test_request_context():
        person = make_ambassador("Ann Example", email="ann@care.example")
        to = Recipient(RecipientKind.AMBASSADOR, person.id, person.name, person.email)
        mail = queue_mail(to, "ambassadors/paused", about=person, calendar=ASKED, ambassador=person)
        assert mail is not None
        mail_id, person_id = mail.id, person.id
        db.session.commit()
    assert Worker(app).send_mails() == 0
    with app.test_request_context():
        send_again(SYSTEM, db.session.get_one(Mail, mail_id), "right@care.example")
        db.session.commit()
        assert db.session.get_one(Ambassador, person_id).email == "right@care.example"
    assert Worker(app).send_mails() == 1
    (arrived,) = smtp_server.messages
    text = octets(find(arrived.message, "text/calendar"))
    assert text == request(EVENT, ORGANIZER, Party(ANN.name, "right@care.example")).text.encode()
