"""Answers to an invitation as mail programs write them: what differs between them is kept, what does not is not.

Google and Thunderbird put the calendar beside the words and once more as a file; Exchange beside the words, with lines
of its own; outlook.com at the top, with nothing around it; Apple as a file, without a method in the type.
"""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC, datetime
from itertools import count
from textwrap import wrap

from outreach import clock

TO = "outreach@county.example"
_numbers = count(1)


def calendar(
    uid: str,
    attendee: str,
    answer: str = "ACCEPTED",
    *,
    sequence: int = 0,
    stamp: datetime | None = None,
    method: str = "REPLY",
    attendee_line: str = "",
    more: str = "",
) -> str:
    """The calendar of an answer, with CRLF. `more` is lines of the entry."""
    when = (stamp or clock.now()).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    who = attendee_line or f"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={answer};CN=Amina:mailto:{attendee}"
    lines = [
        "BEGIN:VCALENDAR", "PRODID:-//A client//EN", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT",
        "DTSTART:20300301T100000Z", "DTEND:20300301T110000Z", f"DTSTAMP:{when}", f"ORGANIZER;CN=Us:mailto:{TO}",
        f"UID:{uid}", who, f"SEQUENCE:{sequence}", *more.splitlines(), "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join("\r\n ".join(wrap(line, 70, drop_whitespace=False)) + "\r\n" for line in lines)


def mail(sender: str, body: str, *, subject: str = "Accepted: Talk", head: str = "", message_id: str = "") -> bytes:
    """A mail to us. `body` begins with its own Content-Type."""
    number = message_id or f"<answer-{next(_numbers)}@mail.example>"
    lines = f"{head}From: {sender}\nTo: {TO}\nSubject: {subject}\nMessage-ID: {number}\nMIME-Version: 1.0\n{body}"
    return lines.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def google(sender: str, text: str, **more: str) -> bytes:
    """Sent by Google's calendar for the person: automatic by its own account, and an answer all the same."""
    body = f"""Content-Type: multipart/mixed; boundary="g1"

--g1
Content-Type: multipart/alternative; boundary="g2"

--g2
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

{_base64("Amina Khan has accepted this invitation.")}
--g2
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

<p>Amina Khan has accepted this invitation.</p>
--g2
Content-Type: text/calendar; charset="UTF-8"; method=REPLY
Content-Transfer-Encoding: 7bit

{text}
--g2--
--g1
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

{_base64(text)}
--g1--
"""
    head = "Sender: Google Calendar <calendar-notification@google.example>\nAuto-Submitted: auto-generated\n"
    return mail(f"Amina Khan <{sender}>", body, **({"head": head} | more))


def exchange(sender: str, text: str, **more: str) -> bytes:
    """Outlook on Exchange: the entry repeats the subject and its own X- lines, the comment is an empty line."""
    own = (
        "COMMENT;LANGUAGE=en-GB:\\n\r\nSUMMARY;LANGUAGE=en-GB:Accepted: Talk\r\nPRIORITY:5\r\nTRANSP:OPAQUE\r\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\nX-MICROSOFT-DISALLOW-COUNTER:FALSE\r\n"
    )
    zone = "BEGIN:VTIMEZONE\r\nTZID:GMT Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T020000\r\n"
    zone += "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    text = text.replace("BEGIN:VEVENT\r\n", f"{zone}BEGIN:VEVENT\r\n{own}").replace("mailto:", "MAILTO:")
    body = f"""Content-Type: multipart/alternative; boundary="_000_exchange_"

--_000_exchange_
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

See you there.

--_000_exchange_
Content-Type: text/calendar; charset="utf-8"; method=REPLY
Content-Transfer-Encoding: base64

{_base64(text)}
--_000_exchange_--
"""
    head = "X-MS-Has-Attach:\nThread-Topic: Talk\nx-ms-exchange-calendar-originator-id: 1\n"
    return mail(f'"Khan, Amina" <{sender}>', body, **({"head": head} | more))


def outlook_com(sender: str, text: str, **more: str) -> bytes:
    """outlook.com nests nothing: the whole mail is the calendar."""
    body = f"""Content-Type: text/calendar; charset="utf-8"; method=REPLY
Content-Transfer-Encoding: base64

{_base64(text)}"""
    return mail(f"Amina Khan <{sender}>", body, **more)


def apple(sender: str, text: str, **more: str) -> bytes:
    """Apple's calendar: the answer is a file, its type without a method."""
    body = f"""Content-Type: multipart/mixed; boundary="Apple-Mail=_1"

--Apple-Mail=_1
Content-Transfer-Encoding: 7bit
Content-Type: text/plain; charset=us-ascii

Amina Khan has accepted the invitation.
--Apple-Mail=_1
Content-Disposition: attachment; filename=iCal-20300301-100000.ics
Content-Type: text/calendar; x-unix-mode=0600; name="iCal-20300301-100000.ics"
Content-Transfer-Encoding: quoted-printable

{text.replace("=", "=3D")}
--Apple-Mail=_1--
"""
    return mail(f"Amina Khan <{sender}>", body, **more)


def thunderbird(sender: str, text: str, **more: str) -> bytes:
    body = f"""Content-Type: multipart/mixed; boundary="------------tb1"
User-Agent: Mozilla Thunderbird

--------------tb1
Content-Type: multipart/alternative; boundary="------------tb2"

--------------tb2
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

Amina Khan <{sender}> has accepted your event invitation.
--------------tb2
Content-Type: text/calendar; method=REPLY; charset=UTF-8
Content-Transfer-Encoding: 8bit

{text}
--------------tb2--
--------------tb1
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: 8bit

{text}
--------------tb1--
"""
    return mail(f"Amina Khan <{sender}>", body, **more)


CLIENTS = {
    "google": google,
    "exchange": exchange,
    "outlook.com": outlook_com,
    "apple": apple,
    "thunderbird": thunderbird,
}


def plain(sender: str, words: str, **more: str) -> bytes:
    return mail(
        sender, f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{words}\n", **more
    )


def forwarded(sender: str, inner: bytes) -> bytes:
    body = 'Content-Type: multipart/mixed; boundary="f"\n\n--f\nContent-Type: text/plain\n\nLook at this.\n'
    return mail(sender, f"{body}--f\nContent-Type: message/rfc822\n\n{inner.decode()}\n--f--\n")


def winmail(sender: str, text: str = "") -> bytes:
    """What Outlook sends as "rich text"; `text` puts a calendar beside it."""
    body = 'Content-Type: multipart/mixed; boundary="w"\n\n--w\nContent-Type: text/plain\n\nYes.\n--w\n'
    beside = f"Content-Type: text/calendar; method=REPLY\n\n{text}\n--w\n" if text else ""
    tnef = (
        'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\neJ8+Ig==\n--w--\n'
    )
    return mail(sender, body + beside + tnef)


def bounce(about: str, action: str = "failed") -> bytes:
    """A mail server says that a mail of ours did not arrive, or not yet."""
    body = f"""Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Auto-Submitted: auto-replied

--b
Content-Type: text/plain

The mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; amina@care.example
Action: {action}
Status: 5.1.1
--b
Content-Type: text/rfc822-headers

From: {TO}
Message-ID: {about}
--b--
"""
    return mail("MAILER-DAEMON@mail.example", body, subject="Undelivered", head="Return-Path: <>\n")


def _base64(text: str) -> str:
    return encodebytes(text.encode()).decode()
