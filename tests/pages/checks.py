"""What must be true of every page, whatever it is about."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from tests.pages.view import PageView, classes, words

# The hash of the one inline script, that of GOV.UK Frontend's template; the policy names the same.
TEMPLATE_SCRIPT = "GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw="
LABELLED = {"input", "select", "textarea"}
WITHOUT_LABEL = {"hidden", "submit", "button", "image"}
# Without a class these are drawn in the browser's own letters.
CLASSED = {"p", "a", "h1", "h2", "h3", "h4", "ul", "ol", "table", "dl"}
# Words of the program that must not reach people.
LEFTOVERS = re.compile(r"\{\{|\{%|%\}|\}\}|<[A-Z]\w+[.:] |Markup\(|datetime\.|object at 0x|Decimal\(|\bUndefined\b")
NONE = re.compile(r"(^|[/=])None($|[/&])")
# People's own text, which keeps the quotes they typed.
TYPED = {"app-typed", "app-quoted"}


def problems(page: PageView, typed: Iterable[str] = ()) -> list[str]:
    """Everything that is wrong with a page, as sentences. `typed` are texts of people's, quotes and all."""
    found = [f"HTML: {code} at line {where[0]} {data or ''}" for where, code, data in page.html_errors]
    for check in (_headings, _ids, _labels, _inline, _words_of_the_program, _tables, _forms, _classes, _headers):
        found += check(page)
    found += _quotes(page, typed)
    return found


def _headings(page: PageView) -> list[str]:
    headings = page.all("h1")
    if len(headings) != 1:
        return [f"there are {len(headings)} h1"]
    failed = bool(page.all(having=lambda e: {"govuk-error-summary", "govuk-error-message"} & classes(e) != set()))
    expected = ("Error: " if failed else "") + words(headings[0])
    found = [] if page.title.startswith(expected) else [f"the title {page.title!r} does not start with {expected!r}"]
    if len(page.all("main")) != 1:
        found.append("there is not one main: a page fills the block `page`, never `main`")
    return found


def _ids(page: PageView) -> list[str]:
    ids = Counter(e.get("id") for e in page.all(having=lambda e: "id" in e.attrib))
    found = [f"id {name!r} is used {n} times" for name, n in ids.items() if n > 1 or not name]
    for e in page.all():
        targets = [e.get("href", "")[1:]] if e.tag == "a" and e.get("href", "").startswith("#") else []
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            targets += e.get(attribute, "").split()
        found += [f"<{e.tag}> points at #{target}, which is not on the page" for target in targets if target not in ids]
    return found


def _labels(page: PageView) -> list[str]:
    named = {label.get("for") for label in page.all("label") if words(label)}
    wrapped = {id(e) for label in page.all("label") for e in label.iter()}
    return [
        f"{e.get('name')!r} has no label"
        for e in page.all(*LABELLED)
        if e.get("type") not in WITHOUT_LABEL
        and not (e.get("id") in named or id(e) in wrapped or e.get("aria-label") or e.get("aria-labelledby"))
        and e.get("name") != "company_fax"
    ]


def _inline(page: PageView) -> list[str]:
    found = [f"<{e.tag}> has the attribute {a}" for e in page.all() for a in e.attrib if a == "style" or a[:2] == "on"]
    found += ["there is a <style>" for _ in page.all("style")]
    for script in page.all("script", having=lambda e: "src" not in e.attrib):
        digest = b64encode(hashlib.sha256((script.text or "").encode()).digest()).decode()
        if digest != TEMPLATE_SCRIPT:
            found.append(f"an inline script is not the template's: {(script.text or '')[:60]!r}")
    return found


def _words_of_the_program(page: PageView) -> list[str]:
    found = [f"unfinished words: {match[0]!r}" for match in LEFTOVERS.finditer(page.text)]
    for e in page.all():
        if (e.text or "").strip() == "None" or (e.tail or "").strip() == "None":
            found.append(f"<{e.tag}> shows None")
        found += [f"{a}={v!r} of <{e.tag}>" for a, v in e.attrib.items() if "None" in v and NONE.search(v)]
        found += [f"<{e.tag}> has an empty {a}" for a in ("href", "action", "src") if e.get(a) == ""]
    return found


def _tables(page: PageView) -> list[str]:
    found = ["a table has no caption" for t in page.all("table") if next(t.iter("caption"), None) is None]
    return found + [f"the heading {words(th)!r} has no scope" for th in page.all("th") if "scope" not in th.attrib]


def _forms(page: PageView) -> list[str]:
    found = []
    for form in page.forms():
        action = form.get("action", "")
        if not re.match(r"/(?![/\\])|\?", action):
            found.append(f"a form goes to {action!r}")
        names = {e.get("name") for e in form.iter("input")}
        if form.get("method") == "post" and not {"csrf_token", "once"} <= names:
            found.append(f"the form to {action} lacks form_keys()")
        if "novalidate" not in form.attrib:
            found.append(f"the form to {action} lacks novalidate")
        found += [f"{e.get('name')!r} is marked required" for e in form.iter() if "required" in e.attrib]
    return found


def _classes(page: PageView) -> list[str]:
    inside = [e for main in page.all("main") for e in main.iter()]
    # The error summary is the component's own, links and all.
    own = {id(e) for box in inside if "govuk-error-summary" in classes(box) for e in box.iter()}
    bare = [e for e in inside if e.tag in CLASSED and not e.get("class") and id(e) not in own]
    return [f"<{e.tag}> without a class: {words(e)[:40]!r}" for e in bare]


def _headers(page: PageView) -> list[str]:
    headers = page.response.headers
    found = [] if TEMPLATE_SCRIPT in headers.get("Content-Security-Policy", "") else ["no Content-Security-Policy"]
    if "no-store" not in headers.get("Cache-Control", ""):
        found.append(f"Cache-Control is {headers.get('Cache-Control')!r}")
    return found


def _quotes(page: PageView, typed: Iterable[str]) -> list[str]:
    shown = _shown_by_us(page.one("body"))
    for text in sorted(typed, key=len, reverse=True):
        shown = shown.replace(" ".join(text.split()), "")
    found = re.finditer("['\"]", shown)
    return [f"a straight quote in {shown[max(0, at.start() - 25) : at.end() + 25]!r}" for at in found]


def _shown_by_us(body: Element) -> str:
    """The page's words without what people wrote and without what stands in boxes."""

    def pieces(element: Element) -> Iterable[str]:
        if element.tag not in ("script", "textarea", "code") and not TYPED & classes(element):
            yield element.text or ""
            for child in element:
                yield from pieces(child)
                yield child.tail or ""

    return " ".join("".join(pieces(body)).split())
