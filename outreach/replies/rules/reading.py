"""A mail as it came, opened: who wrote, about what, and which calendars lie in it.

Whatever the bytes are, opening them raises nothing and takes time in proportion to their number. What the standard
library does slowly or by recursion (deep nesting, endless headers) is looked for first, and left to a person.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

LARGEST_MAIL = 1_000_000
LARGEST_CALENDAR = 128 * 1024
LARGEST_HEAD = 64 * 1024
LONGEST_HEADER = 8_000
LONGEST_TEXT = 4_000
LONGEST_ADDRESS = 500
MOST_PARTS = 50

CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})
ROBOTS = ("x-autoreply", "x-autorespond", "list-id", "list-unsubscribe")
UNOPENABLE = (ValueError, LookupError, AttributeError, TypeError, MessageError, RecursionError)
"""What the library's parser raises at mails that no program wrote; it fails in several ways."""
CHARSET = re.compile(r"utf-?8|us-ascii|iso-8859-[0-9]{1,2}|windows-125[0-9]", re.IGNORECASE)
MESSAGE_ID = re.compile("<[!-;=?-~]{3,198}>")


@dataclass(frozen=True)
class Letter:
    """A mail, as far as an answer goes. `about` are the numbers of the mails that it refers to, ours perhaps."""

    message_id: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""
    about: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    automatic: bool = False
    forwarded: bool = False
    winmail: bool = False
    report: str = ""
    delivery: str = ""
    too_large: bool = False
    too_complicated: bool = False


def open_letter(raw: bytes) -> Letter:
    """Open a mail. Raises nothing."""
    if len(raw) > LARGEST_MAIL:
        return _head(raw, too_large=True)
    lower = raw.lower()
    if lower.count(b"boundary") > MOST_PARTS or lower.count(b"message/") > MOST_PARTS:
        return _head(raw, too_complicated=True)
    try:
        return _letter(email.message_from_bytes(raw))
    except UNOPENABLE:
        return _head(raw, too_complicated=True)


def _head(raw: bytes, *, too_large: bool = False, too_complicated: bool = False) -> Letter:
    """What the lines before the text say, of a mail that is not opened further."""
    try:
        return replace(_read_head(raw), too_large=too_large, too_complicated=too_complicated)
    except UNOPENABLE:
        return Letter(too_large=too_large, too_complicated=too_complicated)


def _read_head(raw: bytes) -> Letter:
    head = re.split(rb"\r?\n\r?\n", raw[:LARGEST_HEAD], maxsplit=1)[0]
    message = email.message_from_bytes(head + b"\r\n\r\n")
    return Letter(
        message_id=_message_id(message),
        sender=_sender(message),
        subject=_header(message, "subject"),
        about=_about(message),
        automatic=_is_automatic(message),
    )


def _letter(message: Message) -> Letter:
    parts = list(_parts(message))
    if len(parts) > MOST_PARTS or any(len(str(value)) > LONGEST_HEADER for part in parts for value in part.values()):
        raise ValueError("too many parts, or too long a header")
    inside = [each for part in parts if part.get_content_type() == "message/rfc822" for each in _inside(part)]
    report = str(message.get_param("report-type") or "") if message.get_content_type() == "multipart/report" else ""
    calendars = [_content(part) for part in parts if _is_calendar(part)]
    texts = [part for part in parts if part.get_content_type() == "text/plain" and not part.get_filename()]
    return Letter(
        message_id=_message_id(message),
        sender=_sender(message),
        subject=_header(message, "subject"),
        text=_content(texts[0])[:LONGEST_TEXT] if texts else "",
        about=(*_about(message), *(_about_of_report(parts) if report else ())),
        calendars=tuple(dict.fromkeys(calendars)),
        automatic=_is_automatic(message),
        forwarded=any(_is_calendar(part) for part in inside),
        winmail=any(_is_winmail(part) for part in parts),
        report=report.lower(),
        delivery=_delivery(parts),
    )


def _parts(message: Message) -> Iterator[Message]:
    """Every part of a mail, in order, but not what lies in a mail that was forwarded with it."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            waiting += [each for each in reversed(payload) if isinstance(each, Message)]


def _inside(forwarded: Message) -> Iterator[Message]:
    """The parts of the mail inside a message/rfc822, and of those inside it again."""
    waiting = [forwarded]
    while waiting:
        payload = waiting.pop().get_payload()
        if isinstance(payload, list):
            found = [each for each in payload if isinstance(each, Message)]
            yield from found
            waiting += found


def _is_calendar(part: Message) -> bool:
    if part.get_content_type() in CALENDAR_TYPES:
        return True
    return part.get_content_type() == "application/octet-stream" and _filename(part).endswith(".ics")


def _is_winmail(part: Message) -> bool:
    return part.get_content_type() in ("application/ms-tnef", "application/vnd.ms-tnef") or (
        _filename(part) == "winmail.dat"
    )


def _filename(part: Message) -> str:
    if len(str(part.get("content-disposition", ""))) + len(str(part.get("content-type", ""))) > LONGEST_HEADER:
        return ""
    return (part.get_filename() or "").lower()


def _content(part: Message) -> str:
    """The text of a part. A charset that is unknown, or that no answer is written in, is taken for UTF-8."""
    found = part.get_payload(decode=True)
    if not isinstance(found, bytes):
        return ""
    # One more than fits shows that it is too long: a calendar that is cut does not end as it must.
    found = found[: LARGEST_CALENDAR + 1]
    charset = str(part.get_content_charset() or "")
    try:
        text = found.decode(charset if CHARSET.fullmatch(charset) else "utf-8", "replace")
    except LookupError:
        text = found.decode("utf-8", "replace")
    return text.removeprefix("\ufeff")


def _header(message: Message, name: str) -> str:
    """The words of a header, as one line."""
    raw = str(message.get(name, ""))[:LONGEST_HEADER]
    try:
        pieces = [
            piece if isinstance(piece, str) else _decoded(piece, charset or "") for piece, charset in decode_header(raw)
        ]
    except (HeaderParseError, ValueError):
        pieces = [raw]
    return " ".join("".join(pieces).split())


def _decoded(piece: bytes, charset: str) -> str:
    try:
        return piece.decode(charset if CHARSET.fullmatch(charset) else "utf-8", "replace")
    except LookupError:
        return piece.decode("utf-8", "replace")


def _sender(message: Message) -> str:
    """The one address in From, in small letters; empty where there is none, or where there are several."""
    lines = message.get_all("from", [])
    if len(lines) != 1 or len(str(lines[0])) > LONGEST_ADDRESS:
        return ""
    try:
        found = [address for _, address in getaddresses([str(lines[0])]) if address]
    except (RecursionError, IndexError, ValueError):
        return ""
    return found[0].lower() if len(found) == 1 and "@" in found[0] else ""


def _message_id(message: Message) -> str:
    found = MESSAGE_ID.search(str(message.get("message-id", ""))[:LONGEST_HEADER])
    return found[0] if found else ""


def _about(message: Message) -> tuple[str, ...]:
    """The mails that it answers, the nearest first."""
    words = f"{message.get('in-reply-to', '')} {message.get('references', '')}"[-LONGEST_HEADER:]
    return tuple(dict.fromkeys(reversed(MESSAGE_ID.findall(words))))[:20]


def _about_of_report(parts: list[Message]) -> tuple[str, ...]:
    """The mail that a report is about, which comes with it, whole or its head only."""
    found: list[str] = []
    for part in parts:
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            found += [_message_id(one) for one in _inside(part)] or [
                _message_id(email.message_from_string(_content(part)))
            ]
    return tuple(one for one in found if one)[:20]


def _is_automatic(message: Message) -> bool:
    """Whether a program wrote it by itself: an absence note, a newsletter, a list (RFC 3834 and its predecessors)."""
    submitted = str(message.get("auto-submitted", "no"))[:100].partition(";")[0].strip().lower()
    precedence = str(message.get("precedence", ""))[:100].strip().lower()
    returned = str(message.get("return-path", "-"))[:100].strip()
    return (
        submitted not in ("no", "")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or returned == "<>"
        or any(name in message for name in ROBOTS)
    )


def _delivery(parts: list[Message]) -> str:
    """What a delivery report says became of our mail: failed, delayed, delivered, or nothing."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            for one in _inside(part):
                action = str(one.get("action", ""))[:100].partition(";")[0].strip().lower()
                if action:
                    return action
    return ""
