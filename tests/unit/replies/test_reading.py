"""Any mail is read, and what is not an answer for certain says why: points 47 and 48 of the calendar checklist."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.ical.incoming import read_incoming
from outreach.replies.rules import (
    LARGEST_MAIL,
    WORDS,
    Answer,
    AnswerKind,
    Letter,
    Reason,
    check_timely,
    judge,
    open_letter,
)
from tests.kit import replies

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STAMP = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
UID, AMINA = "one-uid@county.example", "amina@care.example"
TEXT = replies.calendar(UID, AMINA, stamp=STAMP)


def read(raw: bytes) -> Answer | Reason:
    letter = open_letter(raw)
    return judge(letter, [read_incoming(one) for one in letter.calendars], NOW)


def answer(kind: AnswerKind = AnswerKind.ACCEPTED, **more: object) -> Answer:
    values: dict[str, object] = {"uid": UID, "attendee": AMINA, "sequence": 0, "stamp": STAMP, "comment": ""}
    return Answer(kind, **(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("client", replies.CLIENTS)
@pytest.mark.parametrize("kind", list(AnswerKind))
def test_answer_of_every_client_is_read(client: str, kind: AnswerKind) -> None:
    text = replies.calendar(UID, AMINA, kind.value.upper(), sequence=4, stamp=STAMP)
    assert read(replies.CLIENTS[client](AMINA, text)) == answer(kind, sequence=4)


def test_method_is_read_from_the_body_only() -> None:
    for kind in ("text/calendar", "text/calendar; method=REQUEST", "application/octet-stream; name=a.ics"):
        assert read(replies.mail(AMINA, f"Content-Type: {kind}\n\n{TEXT}")) == answer()


def test_method_in_the_mime_type_alone_is_not_enough() -> None:
    text = TEXT.replace("METHOD:REPLY\r\n", "")
    assert read(replies.outlook_com(AMINA, text)) is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("method", "reason"),
    [("COUNTER", Reason.COUNTER), ("REFRESH", Reason.REFRESH), ("REQUEST", Reason.NOT_AN_ANSWER),
     ("CANCEL", Reason.NOT_AN_ANSWER), ("PUBLISH", Reason.NOT_AN_ANSWER)],
)  # fmt: skip
def test_counter_proposals_and_other_methods_go_to_a_person(method: str, reason: Reason) -> None:
    assert read(replies.exchange(AMINA, replies.calendar(UID, AMINA, method=method, stamp=STAMP))) is reason


@pytest.mark.parametrize(
    ("method", "reason"), [("COUNTER", Reason.COUNTER), ("REFRESH", Reason.REFRESH), ("REQUEST", Reason.AUTOMATIC)]
)
def test_what_a_program_sent_for_somebody_who_pressed_is_no_automatic_reply(method: str, reason: Reason) -> None:
    """Google's calendar says of all it sends that a program did; a note of absence may quote our invitation."""
    assert read(replies.google(AMINA, replies.calendar(UID, AMINA, method=method, stamp=STAMP))) is reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"answer": "DELEGATED"}, Reason.DELEGATED),
        ({"answer": "NEEDS-ACTION"}, Reason.UNCLEAR),
        ({"answer": "X-LATER"}, Reason.UNCLEAR),
        ({"attendee_line": "X-NOBODY:1"}, Reason.UNCLEAR),
        ({"attendee_line": f"ATTENDEE;PARTSTAT=ACCEPTED:urn:uuid:{AMINA}"}, Reason.UNCLEAR),
        ({"more": f"ATTENDEE;PARTSTAT=DECLINED:mailto:{AMINA}"}, Reason.SEVERAL),
        ({"more": "RECURRENCE-ID:20300301T100000Z"}, Reason.RECURRING),
        ({"more": "UID:another"}, Reason.UNREADABLE),
        ({"more": "SEQUENCE:-1"}, Reason.UNREADABLE),
        ({"stamp": NOW + timedelta(days=2)}, Reason.FUTURE),
    ],
)
def test_answers_that_are_not_plain_go_to_a_person(change: dict[str, object], reason: Reason) -> None:
    values: dict[str, object] = {"stamp": STAMP} | change
    assert read(replies.google(AMINA, replies.calendar(UID, AMINA, **values))) is reason  # type: ignore[arg-type]


def test_answer_without_a_dtstamp_goes_to_a_person() -> None:
    text = "\r\n".join(line for line in TEXT.split("\r\n") if not line.startswith("DTSTAMP"))
    assert read(replies.apple(AMINA, text)) is Reason.NO_STAMP


def test_two_entries_or_two_differing_calendars_go_to_a_person() -> None:
    entry = TEXT[TEXT.index("BEGIN:VEVENT") : TEXT.index("END:VCALENDAR")]
    assert read(replies.apple(AMINA, TEXT.replace("END:VCALENDAR", f"{entry}END:VCALENDAR"))) is Reason.SEVERAL
    assert read(replies.apple(AMINA, TEXT + TEXT)) is Reason.UNREADABLE
    no = replies.calendar(UID, AMINA, "DECLINED", stamp=STAMP)
    body = f'Content-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: text/calendar\n\n{TEXT}\n'
    assert read(replies.mail(AMINA, f"{body}--m\nContent-Type: text/calendar\n\n{no}\n--m--\n")) is Reason.SEVERAL


def test_sender_other_than_the_attendee_goes_to_a_person() -> None:
    assert read(replies.google("somebody@else.example", TEXT)) is Reason.OTHER_SENDER
    assert read(replies.google(f"boss@care.example>, <{AMINA}", TEXT)) is Reason.OTHER_SENDER
    assert read(replies.google(AMINA.upper(), TEXT)) == answer()


def test_answer_nested_in_a_forwarded_mail_goes_to_a_person() -> None:
    assert read(replies.forwarded(AMINA, replies.google(AMINA, TEXT))) is Reason.FORWARDED
    assert read(replies.forwarded(AMINA, replies.forwarded(AMINA, replies.apple(AMINA, TEXT)))) is Reason.FORWARDED


def test_winmail_dat_goes_to_a_person_with_or_without_a_calendar_beside_it() -> None:
    assert read(replies.winmail(AMINA)) is Reason.WINMAIL
    assert read(replies.winmail(AMINA, TEXT)) is Reason.WINMAIL


def test_answer_in_words_goes_to_a_person_and_its_text_is_shown() -> None:
    raw = replies.plain(AMINA, "I can come – until 4pm 😀", subject="=?utf-8?q?Re=3A_Talk_=E2=80=93?=")
    letter = open_letter(raw)
    assert read(raw) is Reason.PLAIN
    assert (letter.sender, letter.subject, letter.text.strip()) == (AMINA, "Re: Talk –", "I can come – until 4pm 😀")


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied (vacation)\n",
        "Auto-Submitted: auto-generated\n",
        "Precedence: bulk\n",
        "Precedence: auto_reply\n",
        "Return-Path: <>\n",
        "X-Autoreply: yes\n",
        "List-Id: <news.example>\n",
    ],
)
def test_automatic_replies_are_ignored(head: str) -> None:
    assert read(replies.plain(AMINA, "I am away until Monday.", head=head)) is Reason.AUTOMATIC
    large = replies.plain(AMINA, "x" * LARGEST_MAIL, head=head)
    assert read(large) is Reason.AUTOMATIC


def test_auto_submitted_no_is_a_persons() -> None:
    assert read(replies.plain(AMINA, "Yes", head="Auto-Submitted: no\nReturn-Path: <a@b.example>\n")) is Reason.PLAIN


def test_calendar_answer_counts_although_a_program_sent_it() -> None:
    assert read(replies.exchange(AMINA, TEXT, head="Auto-Submitted: auto-generated\n")) == answer()


def test_bounces_are_told_and_names_the_mail_that_they_are_about() -> None:
    raw = replies.bounce("<ours@county.example>")
    assert read(raw) is Reason.NOT_DELIVERED
    assert open_letter(raw).about == ("<ours@county.example>",)
    assert read(replies.bounce("<ours@county.example>", "delayed")) is Reason.DELAYED


def test_read_receipts_are_ignored() -> None:
    body = "Content-Type: multipart/report; report-type=disposition-notification; boundary=r\n\n--r\n\nread\n--r--\n"
    assert read(replies.mail(AMINA, body)) is Reason.RECEIPT


def test_what_they_wrote_is_their_comment() -> None:
    for more in ("COMMENT:On leave\\, sorry\\nAmina",):
        assert read(replies.apple(AMINA, replies.calendar(UID, AMINA, stamp=STAMP, more=more))) == answer(
            comment="On leave, sorry\nAmina"
        )
    line = f'ATTENDEE;PARTSTAT=DECLINED;X-RESPONSE-COMMENT="On leave; sorry":mailto:{AMINA}'
    assert read(replies.google(AMINA, replies.calendar(UID, AMINA, stamp=STAMP, attendee_line=line))) == answer(
        AnswerKind.DECLINED, comment="On leave; sorry"
    )


def test_address_is_read_whatever_its_spelling() -> None:
    line = 'ATTENDEE;PARTSTAT=ACCEPTED;CN="O\'Neil, A: B";X-A=^n:MailTo:Amina%40Care.example'
    text = replies.calendar(UID, AMINA, stamp=STAMP, attendee_line=line)
    assert read(replies.apple(AMINA, text)) == answer()


# Size, shape and garbage


def test_mail_of_ten_megabytes_is_left_to_a_person_at_once() -> None:
    raw = replies.plain(AMINA, "x" * 10_000_000, subject="Large")
    began = time.perf_counter()
    assert read(raw) is Reason.TOO_LARGE
    assert time.perf_counter() - began < 1
    assert (open_letter(raw).sender, open_letter(raw).subject, open_letter(raw).text) == (AMINA, "Large", "")


def _nested(depth: int) -> bytes:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(depth))
    return replies.mail(AMINA, f"{opened}Content-Type: text/calendar\n\n{TEXT}")


SHAPES = {
    "nested multiparts": _nested(20_000),
    "nested messages": replies.mail(AMINA, "Content-Type: message/rfc822\n\n" * 30_000),
    "many parts": replies.mail(AMINA, "Content-Type: multipart/mixed; boundary=x\n\n" + "--x\n\na\n" * 100_000),
    "an endless header": replies.mail(AMINA, 'Content-Type: text/calendar; a="' + '; "' * 200_000 + "\n\nx"),
    "an endless sender": replies.plain("(" * 300_000, "x"),
    "an endless subject": replies.plain(AMINA, "x", subject="=?utf-8?q?a?= " * 60_000),
    "an endless line": replies.outlook_com(AMINA, "BEGIN:VCALENDAR\r\nMETHOD:REPLY;" + '";' * 200_000),
    "nested components": replies.outlook_com(AMINA, "BEGIN:VCALENDAR\r\n" * 40_000),
    "many folds": replies.apple(AMINA, "BEGIN:VCALENDAR" + "\r\n " * 40_000),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_endless_shapes_are_left_to_a_person_in_bounded_time(shape: str) -> None:
    began = time.perf_counter()
    assert isinstance(read(SHAPES[shape]), Reason)
    assert time.perf_counter() - began < 2


def test_fewer_parts_than_the_bound_are_read() -> None:
    assert read(_nested(15)) == answer()


PIECES = st.sampled_from(
    [b"\r\n", b"\n", b" ", b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n", b"--b--\r\n", b"\r\n\r\n",
     b"Content-Type: text/calendar; charset=idna\r\n\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"From: ",
     b"Content-Type: text/calendar\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n", b"=?utf-8?b?x?=", b"\xff\x00",
     b"Content-Type: text/plain; charset*=x'y'\xff\r\n\r\n", b"BEGIN:VCALENDAR\r\n", b"METHOD:REPLY\r\n",
     b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\nEND:VCALENDAR\r\n", b"UID:\xf0\x9f\r\n", b"ATTENDEE;PARTSTAT=ACCEPTED:x\r\n",
     b"DTSTAMP:99999999T999999Z\r\n", b"SEQUENCE:1e9\r\n", b"COMMENT:\\\r\n", b"Message-ID: <\xe9@x>\r\n",
     b"Return-Path: \r\n", b"Content-Type: multipart/report; report-type\r\n", b'filename="',
     b"Subject: =?x?q?\xff?=\r\n",
     b"Content-Type: message/delivery-status\r\n\r\n", b"Content-Disposition: attachment; filename*0*=a'b'%\r\n",
     TEXT.encode(), replies.google(AMINA, TEXT), b"From: (\\(a <@,;: \"\r\n"]
)  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=25).map(b"".join),
    st.tuples(st.sampled_from(list(replies.CLIENTS)), st.integers(0, 1800), st.binary(max_size=6)).map(
        lambda one: (raw := replies.CLIENTS[one[0]](AMINA, TEXT))[: one[1]] + one[2] + raw[one[1] + 3 :]
    ),
)


@given(BYTES)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise_anything(raw: bytes) -> None:
    letter = open_letter(raw)
    found = judge(letter, [read_incoming(one) for one in letter.calendars], NOW)
    assert isinstance(found, Answer | Reason)
    if isinstance(found, Answer):
        assert found.attendee == letter.sender
        assert "\0" not in found.uid + found.comment


def test_a_letter_without_anything_is_a_persons() -> None:
    assert read(b"") is Reason.PLAIN
    assert judge(Letter(), [], NOW) is Reason.PLAIN


# Which of two answers counts


@pytest.mark.parametrize(
    ("sequence", "mailed", "last", "expected"),
    [
        (3, 3, None, None),
        (4, 3, None, None),
        (2, 3, None, Reason.OLDER_SEQUENCE),
        (2, None, None, Reason.TAKEN_BACK),
        (2, None, STAMP, Reason.OLDER_ANSWER),
        (3, 3, STAMP - timedelta(seconds=1), None),
        (3, 3, STAMP, Reason.OLDER_ANSWER),
        (3, 3, STAMP + timedelta(hours=1), Reason.OLDER_ANSWER),
    ],
)
def test_only_newer_answers_to_the_last_invitation_count(
    sequence: int, mailed: int | None, last: datetime | None, expected: Reason | None
) -> None:
    assert check_timely(answer(sequence=sequence), mailed, last) is expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (AnswerKind.ACCEPTED, Reason.TAKEN_BACK),
        (AnswerKind.TENTATIVE, Reason.TAKEN_BACK),
        (AnswerKind.DECLINED, None),
    ],
)
def test_only_a_no_counts_once_the_invitation_was_taken_back(kind: AnswerKind, expected: Reason | None) -> None:
    assert check_timely(answer(kind), None, None) is expected


def test_every_reason_has_words() -> None:
    assert set(WORDS) == set(Reason)
