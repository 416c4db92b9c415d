"""Text as a calendar carries it: cleaned, escaped, folded.

icalendar 7.3.0 builds the properties and their parameters. Two things are done here instead, each with a test:
escaping, because vText writes the text `C:\\New` as a line break and "ew", and folding, because Contentline can cut an
escaped backslash in two. icalendar's vInline carries a value that is escaped already, or needs no escaping.
"""

import re

from icalendar import Component
from icalendar.prop import vInline

CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0xFEFF)) | {0x09: " "}
"""What becomes of characters that no text may hold: C0, DEL and C1 controls, and the byte order mark."""


def clean_text(text: str) -> str:
    """The text as a calendar can carry it: what readers of a feed get back.

    Whatever Python's `splitlines` takes for a line break becomes a newline, since some readers (vdirsyncer) split a
    feed that way, and a title must not be able to begin a new line there. A tab becomes a space; other control
    characters, byte order marks and lone surrogates go; so does space around the whole.
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return "\n".join(line.translate(CONTROLS) for line in whole.splitlines()).strip()


def clean_line(text: str) -> str:
    """`clean_text` on one line, for titles, places and names."""
    return clean_text(text).replace("\n", " ")


def text_value(text: str) -> vInline:
    return vInline(escaped(text))


def escaped(text: str) -> str:
    """A TEXT value by RFC 5545 section 3.3.11; the text is clean, so a newline is its only control character."""
    return re.sub(r"[\\;,]", r"\\\g<0>", text).replace("\n", r"\n")


def lines_of(component: Component) -> list[str]:
    """The component's lines in the order they were added, without icalendar's empty last one."""
    return [str(line) for line in component.content_lines(sorted=False) if line]


def folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, cut neither inside a character nor inside an escape."""
    pieces: list[bytes] = []
    piece = b""
    for match in re.finditer(r"\\?.", line, re.DOTALL):
        token = match[0].encode()
        if len(piece) + len(token) > 75:
            pieces.append(piece)
            piece = b" "
        piece += token
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
