"""A page as a test reads it: its words, its links, its tables, its forms and its errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from werkzeug.test import TestResponse

from tests.pages.reading import read_html

HIDDEN_CLASSES = {"app-honeypot"}
NOT_SHOWN = {"script", "style", "head", "template"}


def classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def words(element: Element) -> str:
    """The visible words of an element, single-spaced; visually hidden words count, for people hear them."""
    return " ".join("".join(_pieces(element)).split())


# Elements that end a line: their words do not run into the next ones.
_BLOCKS = {"p", "li", "dt", "dd", "div", "td", "th", "tr", "h1", "h2", "h3", "br", "option", "label", "legend"}
_BLOCKS |= {"caption", "ul", "ol", "dl", "table", "form", "button", "main", "header", "footer", "nav", "section"}


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in NOT_SHOWN or HIDDEN_CLASSES & classes(element):
        return
    yield element.text or ""
    for child in element:
        space = " " if child.tag in _BLOCKS else ""
        yield space
        yield from _pieces(child)
        yield space
        yield child.tail or ""


class PageView:
    """One answer. What is asked for and is not there fails the test in words that say so."""

    def __init__(self, response: TestResponse, path: str) -> None:
        self.response = response
        self.path = path
        self.status = response.status_code
        self.is_html = response.mimetype == "text/html"
        self.root, self.html_errors = read_html(response.get_data(as_text=True) if self.is_html else "")
        self.elements = [e for e in self.root.iter() if isinstance(e.tag, str)]

    def all(self, *tags: str, having: Callable[[Element], bool] | None = None) -> list[Element]:
        found = [e for e in self.elements if e.tag in tags] if tags else self.elements
        return list(filter(having, found)) if having else list(found)

    def one(self, *tags: str, having: Callable[[Element], bool] | None = None, called: str = "") -> Element:
        found = self.all(*tags, having=having)
        assert len(found) == 1, f"{self.path}: {len(found)} of {called or tags} on the page, not one\n{self.text}"
        return found[0]

    @cached_property
    def text(self) -> str:
        """All the words of the body."""
        body = self.root.find("body")
        return "" if body is None else words(body)

    @property
    def main(self) -> str:
        """The words of the page itself, without header and footer."""
        return words(self.one("main"))

    @property
    def title(self) -> str:
        return words_of_title(self.root)

    @property
    def h1(self) -> str:
        return words(self.one("h1"))

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by field; what concerns the whole form is under ''."""
        beside = {
            e.get("id", "").removesuffix("-error"): words(e).removeprefix("Error:").strip()
            for e in self.all(having=lambda e: "govuk-error-message" in classes(e))
        }
        summary = self.all("ul", having=lambda e: "govuk-error-summary__list" in classes(e))
        whole = [words(item) for items in summary for item in items if item.find("a") is None]
        return beside | ({"": "; ".join(whole)} if whole else {})

    @property
    def banner(self) -> str:
        """What the notification banners say."""
        return " ".join(words(e) for e in self.all(having=lambda e: "govuk-notification-banner__content" in classes(e)))

    def has(self, text: str) -> bool:
        return text in self.text

    def links(self) -> dict[str, str]:
        return {words(a): a.get("href", "") for a in self.all("a")}

    def link(self, text: str) -> str:
        """The address of the link with these words, all of them or their beginning."""
        found = {a.get("href", "") for a in self.all("a") if words(a) == text}
        found = found or {a.get("href", "") for a in self.all("a") if words(a).startswith(text)}
        assert len(found) == 1, f"{self.path}: {len(found)} links say {text!r}: {sorted(self.links())}"
        return found.pop()

    def buttons(self) -> list[str]:
        return [words(b) for b in self.all("button") if b.get("type") != "button"]

    def table(self, caption: str) -> list[dict[str, str]]:
        """The rows of the table whose caption begins so, each a dict by column heading."""
        tables = [t for t in self.all("table") if words(next(t.iter("caption"))).startswith(caption)]
        assert len(tables) == 1, f"{self.path}: {len(tables)} tables are captioned {caption!r}"
        rows = list(tables[0].iter("tr"))
        headings = [words(cell) for cell in rows[0]]
        return [dict(zip(headings, (words(cell) for cell in row), strict=True)) for row in rows[1:]]

    def summary(self) -> dict[str, str]:
        """Every description list on the page: 'Check your answers', facts of an event."""
        found: dict[str, str] = {}
        for row in self.all(having=lambda e: e.tag == "div" and e.find("dt") is not None):
            term, value = row.find("dt"), row.find("dd")
            if term is not None and value is not None:
                found[words(term)] = words(value)
        return found

    def forms(self) -> list[Element]:
        return self.all("form")

    def form(self, button: str | int = 0) -> Element:
        """The form with this button, or the form of this number on the page."""
        if isinstance(button, int):
            # Number 0 is the page's own form when there is one beside the filters and the buttons.
            found = [f for f in self.forms() if f.get("method") == "post"]
            assert len(found) > button, f"{self.path}: there is no form {button}\n{self.text}"
            return found[button]
        exact = [f for f in self.forms() if any(words(b) == button for b in f.iter("button"))]
        found = exact or [f for f in self.forms() if any(words(b).startswith(button) for b in f.iter("button"))]
        assert len(found) == 1, f"{self.path}: {len(found)} forms have a button {button!r}: {self.buttons()}"
        return found[0]


def words_of_title(root: Element) -> str:
    title = next(root.iter("title"), None)
    return "" if title is None else " ".join((title.text or "").split())


def answers(form: Element) -> dict[str, list[str]]:
    """What a browser would send for a form as it stands, by name."""
    sent: dict[str, list[str]] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or element.tag not in ("input", "select", "textarea"):
            continue
        values = _values(element)
        sent.setdefault(name, []).extend(values)
    return sent


def _values(element: Element) -> list[str]:
    if element.tag == "textarea":
        return [re.sub("\n", "\r\n", element.text or "")]
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [o for o in options if "selected" in o.attrib] or options[:1]
        return [o.get("value", o.text or "") for o in chosen]
    kind = element.get("type", "text")
    if kind in ("radio", "checkbox"):
        return [element.get("value", "on")] if "checked" in element.attrib else []
    return [] if kind in ("submit", "button", "file", "image") else [element.get("value", "")]


def choices(form: Element, name: str) -> dict[str, str]:
    """The answers offered for a name, by their words: a test may choose as people do."""
    labels = {label.get("for"): words(label) for label in form.iter("label")}
    offered: dict[str, Any] = {}
    for element in form.iter():
        if element.get("name") != name:
            continue
        if element.tag == "select":
            offered |= {words(o): o.get("value", "") for o in element.iter("option")}
        elif element.get("type") in ("radio", "checkbox"):
            offered[labels.get(element.get("id"), "")] = element.get("value", "on")
    return offered
