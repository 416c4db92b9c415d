"""The mails that wait for the coordinator when the demonstration begins: answers that no program can act on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

PLAIN_WORDS = """Hello,

I would love to, but I come from another visit that day and may be half an hour late.
Is that all right with them?
"""
OTHER_WORDS = "Yes, I can come. (Sent from my own phone, I cannot open the work one here.)\n"
COUNTER_WORDS = "An hour later would suit me better: I have a client until then.\n"
WINMAIL_WORDS = "Accepted. See you there.\n"
TNEF = bytes.fromhex("789f3e220100")  # how every winmail.dat begins
LATER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What somebody's calendar knows of an invitation that we mailed."""

    title: str
    name: str
    email: str
    organizer: str
    mail_id: str  # the Message-ID of our mail
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    answered_at: datetime

    def letter(self, sender: str, subject: str, words: str, number: int) -> EmailMessage:
        message = EmailMessage()
        message["From"] = f"{self.name} <{sender}>"
        message["To"] = self.organizer
        message["Subject"] = f"{subject}: {self.title}"
        message["Message-ID"] = f"<demo-answer-{number}@mail.example>"
        message["In-Reply-To"] = self.mail_id
        message.set_content(words)
        return message

    def calendar(self, method: str, answer: str, later: timedelta = timedelta()) -> str:
        """The entry that the calendar sends back."""
        lines = (
            *("BEGIN:VCALENDAR", "PRODID:-//An invented calendar//EN", "VERSION:2.0", f"METHOD:{method}"),
            *("BEGIN:VEVENT", f"UID:{self.uid}", f"SEQUENCE:{self.sequence}", f"DTSTAMP:{_utc(self.answered_at)}"),
            *(f"DTSTART:{_utc(self.starts_at + later)}", f"DTEND:{_utc(self.ends_at + later)}"),
            *(f"ORGANIZER:mailto:{self.organizer}", f"ATTENDEE;PARTSTAT={answer}:mailto:{self.email}"),
            *("END:VEVENT", "END:VCALENDAR", ""),
        )
        return "\r\n".join(lines)


def _utc(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def plain_words(one: Invitation) -> EmailMessage:
    """No calendar's answer: somebody has written."""
    return one.letter(one.email, "Re", PLAIN_WORDS, 1)


def other_sender(one: Invitation) -> EmailMessage:
    """A yes that came from an address which was not invited: anybody could have sent it."""
    message = one.letter("my.own.phone@home.example", "Accepted", OTHER_WORDS, 2)
    message.add_alternative(one.calendar("REPLY", "ACCEPTED"), subtype="calendar", params={"method": "REPLY"})
    return message


def counter(one: Invitation) -> EmailMessage:
    """Another time is suggested."""
    message = one.letter(one.email, "New time proposed", COUNTER_WORDS, 3)
    text = one.calendar("COUNTER", "TENTATIVE", LATER)
    message.add_alternative(text, subtype="calendar", params={"method": "COUNTER"})
    return message


def winmail(one: Invitation) -> EmailMessage:
    """Outlook's own format, which nobody else can read."""
    message = one.letter(one.email, "Accepted", WINMAIL_WORDS, 4)
    message.add_attachment(TNEF, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return message


LETTERS = (plain_words, other_sender, counter, winmail)
