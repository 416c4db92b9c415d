"""An event as an invitation by mail (iMIP): one calendar of one method, for one person.

Only mails carry these. A feed never does: an organizer and an attendee turn an event into a question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import quote

from icalendar import Component
from icalendar.prop import vInline

from outreach.ical.events import CalendarEvent, EventStatus, component_of
from outreach.ical.feeds import calendar_text
from outreach.ical.text import clean_line, folded, lines_of


class Method(StrEnum):
    """What a calendar in a mail asks its reader to do."""

    REQUEST = "REQUEST"  # put this in, and say whether you come; once more with a higher SEQUENCE when it changes
    CANCEL = "CANCEL"  # take it out
    PUBLISH = "PUBLISH"  # put it in if you like; nobody asks


@dataclass(frozen=True, slots=True)
class Party:
    """Whoever asks, or is asked."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """The calendar that goes with a mail. `method` is that of the text: clients refuse a mail where they differ."""

    method: Method
    text: str


def request(event: CalendarEvent, organizer: Party, attendee: Party, *, agreed: bool = False) -> CalendarPart:
    """Ask one person. What they have answered to an earlier one of a lower sequence no longer counts.

    The words for the time are Outlook's own: tentative until they answer, and busy once they have said yes. With
    `agreed` they have said it already, by another way: it goes into their calendar, and no answer is awaited.
    """
    component = component_of(replace(event, status=EventStatus.CONFIRMED, busy=True))
    component["X-MICROSOFT-CDO-BUSYSTATUS"] = vInline("BUSY" if agreed else "TENTATIVE")
    component.add("X-MICROSOFT-CDO-INTENDEDSTATUS", vInline("BUSY"))
    _add_organizer(component, organizer)
    answer = {"PARTSTAT": "ACCEPTED"} if agreed else {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    _add_attendee(component, attendee, answer)
    return _part(Method.REQUEST, component)


def cancel(event: CalendarEvent, organizer: Party, attendee: Party) -> CalendarPart:
    """Take the event out of one person's calendar, whether it is off or they are no longer expected."""
    component = component_of(replace(event, status=EventStatus.CANCELLED))
    _add_organizer(component, organizer)
    _add_attendee(component, attendee, {})
    return _part(Method.CANCEL, component)


def publish(event: CalendarEvent) -> CalendarPart:
    """The event to put into a calendar for whoever wants it there; it names nobody and asks for no answer."""
    return _part(Method.PUBLISH, component_of(event))


def readdress(text: str, email: str) -> str:
    """The same invitation for the same person at another address."""
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    changed = [
        f"{line.rpartition(':mailto:')[0]}:{_mailto(email)}" if line.startswith("ATTENDEE;") else line for line in lines
    ]
    return b"".join(map(folded, changed)).decode()


def _add_organizer(component: Component, organizer: Party) -> None:
    component.add("ORGANIZER", _address(organizer, {}))


def _add_attendee(component: Component, attendee: Party, answer: dict[str, str]) -> None:
    component.add("ATTENDEE", _address(attendee, {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"} | answer))


def _address(party: Party, params: dict[str, str]) -> vInline:
    # Some readers take the colon after a backslash for an escaped one, so no name may end in a backslash.
    name = clean_line(party.name).rstrip("\\")
    return vInline(_mailto(party.email), params=params | ({"CN": name} if name else {}))


def _mailto(email: str) -> str:
    """The address as RFC 6068 writes it: whatever could end the line or begin a header is percent-encoded."""

    return "mailto:" + quote(email.strip(), safe="@!$'*+-._~", errors="replace")


def _part(method: Method, component: Component) -> CalendarPart:
    text = b"".join(folded(line) for line in lines_of(component))
    return CalendarPart(method, calendar_text(method, [text]).decode())
