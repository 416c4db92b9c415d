"""A college's calendar for trying the import: what such files have in them, good and bad, around today."""

from __future__ import annotations

import re
from datetime import timedelta

from outreach import clock

SAMPLE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//An invented college//Term calendar//EN
BEGIN:VEVENT
UID:open-evening@college.example
SUMMARY:Open evening
DTSTART;TZID=GMT Standard Time:{20}T170000
DTEND;TZID=GMT Standard Time:{20}T200000
LOCATION:Main hall
DESCRIPTION:<p>Meet the tutors of <b>health and social care</b>.</p>
END:VEVENT
BEGIN:VEVENT
UID:careers-fair@college.example
SUMMARY:Careers fair
DTSTART;VALUE=DATE:{30}
LOCATION:Sports hall
ORGANIZER;CN=Invented Person:mailto:person@college.example
END:VEVENT
BEGIN:VEVENT
UID:drop-in@college.example
SUMMARY:Careers drop-in
DTSTART;TZID=Europe/London:{14}T123000
DURATION:PT1H
RRULE:FREQ=WEEKLY;COUNT=4
LOCATION:Library
END:VEVENT
BEGIN:VEVENT
UID:staff-day@college.example
SUMMARY:Staff training day
DTSTART:{25}T090000
DTEND:{25}T160000
END:VEVENT
BEGIN:VEVENT
UID:autumn-open-day@college.example
SUMMARY:Autumn open day
DTSTART;VALUE=DATE:{-30}
END:VEVENT
BEGIN:VEVENT
UID:lunch@college.example
SUMMARY:The principal's lunch
CLASS:PRIVATE
DTSTART:{26}T120000Z
END:VEVENT
END:VCALENDAR
"""


def college_calendar() -> bytes:
    """The file, its days counted from today. It is read by nobody but the import: no words of people are in it."""

    def day(found: re.Match[str]) -> str:
        return f"{clock.today() + timedelta(days=int(found[1])):%Y%m%d}"

    return re.sub(r"\{(-?[0-9]+)\}", day, SAMPLE).replace("\n", "\r\n").encode()
