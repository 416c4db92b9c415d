"""HTML read quickly: html5lib, which is strict and slow, is asked once for every shape of page.

The shape of a page is its tags with the names of their attributes, and where there are words between them. Pages
of one shape are read alike and have the same errors, so what html5lib made of the first one holds for the others:
either this module's own reading was the same, element for element, or html5lib reads every page of that shape.
"""

from __future__ import annotations

import re
from html import unescape
from xml.etree.ElementTree import Element, SubElement

import html5lib

Error = tuple[tuple[int, int], str, dict[str, object]]
SVG = "{http://www.w3.org/2000/svg}"
XMLNS = "{http://www.w3.org/2000/xmlns/}xmlns"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What stands inside is text, whatever it looks like; in the last two `&amp;` still is `&`.
RAW = {"script", "style", "textarea", "title"}
ESCAPED = {"textarea", "title"}
TOKEN = re.compile(
    r"""<(/?)([A-Za-z][A-Za-z0-9]*)((?:[ \n\t]+[^ \n\t"'>/=<]+(?:=(?:"[^"]*"|'[^']*'))?)*)[ \n\t]*(/?)>"""
)
ATTRIBUTE = re.compile(r"""([^ \n\t"'>/=<]+)(?:=(?:"([^"]*)"|'([^']*)'))?""")
DOCTYPE = re.compile(r"\s*<!DOCTYPE html>\s*", re.IGNORECASE)
# Characters and escapes that HTML treats in ways of their own: such a page is html5lib's.
ODD = re.compile(
    r"[^\n\t -~\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]"
    r"|&(?!(?:amp|lt|gt|quot|nbsp|ndash|mdash|hellip|#3[49]);)"
)


class Unread(Exception):
    """This module cannot tell what the page is; html5lib can."""


# By shape: whether html5lib found no error in the first such page, and read it as this module did.
_alike: dict[tuple[str, ...], bool] = {}


def read_html(source: str) -> tuple[Element, list[Error]]:
    """The page as html5lib reads it, and the errors in it."""
    try:
        root, shape = _read_quickly(source)
    except Unread:
        return _read_strictly(source)
    if _alike.get(shape):
        return root, []
    strict, errors = _read_strictly(source)
    _alike.setdefault(shape, not errors and _same(root, strict))
    return strict, errors


def _read_strictly(source: str) -> tuple[Element, list[Error]]:
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root: Element = parser.parse(source)
    return root, parser.errors


def _read_quickly(source: str) -> tuple[Element, tuple[str, ...]]:
    """The tree and its shape; raises Unread unless every element is closed, in order and by its own tag."""
    start = DOCTYPE.match(source)
    if start is None or ODD.search(source):
        raise Unread
    top = Element("")
    open_elements, last, shape = [top], None, []
    position, length = start.end(), len(source)
    while position < length:
        found = TOKEN.match(source, position)
        if found is None:
            end = source.find("<", position)
            end = length if end < 0 else end
            if end == position:
                raise Unread
            text = source[position:end]
            shape.append(" " if text.isspace() else "text")
            if last is None:
                open_elements[-1].text = unescape(text)
            else:
                last.tail = unescape(text)
            position = end
            continue
        position = found.end()
        closing, name, attributes, alone = found.groups()
        foreign = name == "svg" or open_elements[-1].tag.startswith(SVG)
        tag = SVG + name if foreign else name.lower()
        if closing:
            if open_elements[-1].tag != tag or len(open_elements) == 1:
                raise Unread
            last = open_elements.pop()
            shape.append("/")
            continue
        last = SubElement(open_elements[-1], tag)
        shape.append(tag)
        shape += _set(last, attributes)
        if alone:
            shape.append("alone")
        if tag in RAW:
            last.text, position = _raw(source, tag, position)
            shape.append("text" if last.text else "")
        elif tag not in VOID and not (alone and foreign):
            open_elements.append(last)
            last = None
    if len(open_elements) > 1 or len(top) != 1:
        raise Unread
    return top[0], tuple(shape)


def _set(element: Element, attributes: str) -> list[str]:
    """Give an element its attributes; their names."""
    found = [
        (XMLNS if key == "xmlns" else key, double or single) for key, double, single in ATTRIBUTE.findall(attributes)
    ]
    element.attrib.update((key, unescape(value)) for key, value in found)
    if len(element.attrib) < len(found):
        raise Unread
    return [f"={key}" for key, _ in found]


def _raw(source: str, tag: str, position: int) -> tuple[str, int]:
    """The text of an element that holds nothing else, and where it ends."""
    end = source.find(f"</{tag}>", position)
    if end < 0 or source.find("<!--", position, end) >= 0:
        raise Unread
    text = source[position:end]
    if tag in ESCAPED:
        text = unescape(text)
    return text.removeprefix("\n") if tag == "textarea" else text, end + len(tag) + 3


def _same(one: Element, other: Element) -> bool:
    """Whether two trees are equal; html5lib moves the white space around head and body, and so may we."""
    return (
        one.tag == other.tag
        and dict(one.attrib) == dict(other.attrib)
        and _text(one.text, one.tag) == _text(other.text, other.tag)
        and _text(one.tail) == _text(other.tail)
        and len(one) == len(other)
        and all(_same(*pair) for pair in zip(one, other, strict=True))
    )


def _text(text: str | None, tag: str = "") -> str:
    text = text or ""
    return "" if text.isspace() and tag not in RAW else text
