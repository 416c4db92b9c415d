"""Text as nobody should have to expect it, and events of such text, for property tests of calendars."""

from dataclasses import replace

from hypothesis import strategies as st

from outreach.ical import CalendarEvent, EventStatus
from tests.kit.ical_events import EVENT

HOSTILE = [
    "\r\nATTENDEE:mailto:a@example.org",
    "\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:second",
    "\u2028END:VEVENT\u2029BEGIN:VEVENT",
    "\x85ORGANIZER:mailto:a@example.org",
    "\x0b\x0c\x1c\x1d\x1e",
    "\x00\x07\x1b[31m\x7f\x9f",
    "\r",
    "a\rb",
    "\t",
    "\ud800",
    "\udfff",
    "\ud83d\ude00",
    "😀👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "\u202eשלום عليكم\u202c",
    "\ufeff",
    "\ufffe\uffff",
    "C:\\New\\Notes\\next",
    "\\",
    "\\n",
    "\\,",
    ";,:\"'^n=",
    "<script>alert(1)</script>",
    "=1+1",
    " " * 160,
    "\\" * 77,
    "é" * 76,
    "😀" * 40,
]
TYPED = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=90)),
    max_size=6,
).map("".join)


@st.composite
def events(draw: st.DrawFn) -> CalendarEvent:
    return replace(
        EVENT,
        summary=draw(TYPED),
        description=draw(TYPED),
        location=draw(TYPED),
        categories=tuple(draw(st.lists(TYPED, max_size=3))),
        status=draw(st.sampled_from(EventStatus)),
    )


EVERYTHING = "".join(HOSTILE)
LONG = ("😀é\\;,\u2028\r\nX-INJECTED:1 שלום " * 500)[:10_000]
