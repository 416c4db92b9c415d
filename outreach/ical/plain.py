"""From the bytes of somebody else's calendar to its lines and plain text. All of it is linear in what it is given."""

import html
import re

from outreach.ical.text import clean_text

LONGEST_TEXT = 20_000
"""What is read of one text; a description of ten pages is not cut by it."""

_HTML = re.compile(r"</?(?:p|br|div|span|a|b|i|u|ul|ol|li|em|strong|h[1-6]|table|tr|td|html|body)\b", re.IGNORECASE)
_BREAKS = {"p", "br", "div", "ul", "ol", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
_UNSHOWN = {"script", "style", "head", "title"}


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with or without its mark, else Windows' Latin. Any bytes are taken."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[:2] in (b"B\0", b"\0B"):
        return data.decode("utf-16-le" if data[:1] == b"B" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def unfolded(text: str) -> list[str]:
    """The lines of a calendar, put together again where they were folded."""
    return re.split(r"\r\n|[\n\r]", re.sub(r"(?:\r\n|[\n\r])[ \t]", "", text))


def read_text(value: str) -> str:
    """A TEXT value as people read it: without its escapes, without HTML, without controls."""
    plain = re.sub(r"\\([\\;,:nN\"])", lambda m: "\n" if m[1] in "nN" else m[1], value[:LONGEST_TEXT])
    if _HTML.search(plain):
        plain = without_html(plain)
    lines = (" ".join(line.split()) for line in clean_text(plain).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def without_html(text: str) -> str:
    """What a browser would show of it as lines of text. Pages still escape it, like any text."""
    shown: list[str] = []
    unshown = ""
    for piece in re.split(r"(<[^<>]*>)", text):
        tag = re.match(r"<(/?)\s*([A-Za-z][A-Za-z0-9]*)", piece)
        if tag is None:
            if not unshown and not piece.startswith("<!"):
                shown.append(piece)
            continue
        name = tag[2].lower()
        if name in _UNSHOWN:
            unshown = "" if tag[1] else name
        elif name in _BREAKS and not unshown:
            shown.append("\n- " if name == "li" and not tag[1] else "\n")
    return html.unescape("".join(shown)).replace("\xa0", " ")
