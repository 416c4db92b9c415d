"""People who edit events through the pages of a served site: as many as are told to, each in a thread."""

from __future__ import annotations

import html
import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

TAG = re.compile(r"<(?:input|textarea|select|option)\b[^>]*>")
TEXTAREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)
SELECT = re.compile(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
SELECTED = re.compile(r'<option value="([^"]*)"[^>]*\bselected')


@dataclass
class Count:
    """What became of the writes. `waits` are seconds from sending a form to its answer."""

    answers: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.waits) or [0.0]
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def accepted(self) -> int:
        return self.answers["accepted"]

    @property
    def faults(self) -> int:
        return self.answers["fault"]

    @property
    def a_second(self) -> float:
        return self.accepted / self.seconds if self.seconds else 0.0


class Visitor:
    """One browser with one connection, signed in as the demonstration's coordinator."""

    def __init__(self, host: str, port: int) -> None:
        self.connection = http.client.HTTPConnection(host, port, timeout=60)
        self.cookies: dict[str, str] = {}
        page = self.get("/demo")
        keys = {name: value for name, value in fields_of(page).items() if name in ("csrf_token", "once")}
        assert self.post("/demo/be/coordinator", keys) == 303

    def get(self, path: str) -> str:
        status, text = self._ask("GET", path)
        assert status == 200, f"{path} answered {status}"
        return text

    def post(self, path: str, sent: dict[str, str]) -> int:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(sent), headers)[0]

    def _ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body, {"Cookie": cookies, **(headers or {})})
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server closes a connection that it kept for long; a POST that was not begun may be sent again.
            self.connection.close()
            self.connection.request(method, path, body, {"Cookie": cookies, **(headers or {})})
            answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()

    def add_one(self, path: str, count: Count) -> None:
        """Open an event's edit page, add one to the size of its audience, and send the form."""
        sent = fields_of(self.get(path))
        sent["audience_size"] = str(int(sent["audience_size"]) + 1)
        begun = time.perf_counter()
        status = self.post(path, sent)
        count.waits.append(time.perf_counter() - begun)
        count.answers["accepted" if status == 303 else "refused" if status in (409, 422) else "fault"] += 1


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send for the page's forms, taken together."""
    found: dict[str, str] = {}
    for tag in TAG.findall(page):
        attributes = dict(ATTRIBUTE.findall(tag.split(" ", 1)[1] if " " in tag else ""))
        name = attributes.get("name", "")
        if not name or not tag.startswith("<input"):
            continue
        if attributes.get("type") in ("radio", "checkbox") and "checked" not in attributes:
            continue
        found[name] = html.unescape(attributes.get("value", ""))
    found |= {name: html.unescape(text) for name, text in TEXTAREA.findall(page)}
    for name, options in SELECT.findall(page):
        chosen = SELECTED.search(options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def edit_together(host: str, port: int, paths: list[str], writes: int) -> Count:
    """A visitor for each path, all at once, until so many forms were sent between them."""
    visitors = [Visitor(host, port) for _ in paths]
    left = iter(range(writes))
    lock, count = threading.Lock(), Count()
    failed: list[BaseException] = []

    def go_on() -> bool:
        with lock:
            return next(left, None) is not None and not failed

    def visit(visitor: Visitor, path: str) -> None:
        own = Count()
        try:
            while go_on():
                visitor.add_one(path, own)
        except BaseException as error:  # noqa: BLE001 told to the test below
            failed.append(error)
        with lock:
            count.answers.update(own.answers)
            count.waits += own.waits

    threads = [threading.Thread(target=visit, args=pair) for pair in zip(visitors, paths, strict=True)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count.seconds = time.perf_counter() - begun
    for visitor in visitors:
        visitor.connection.close()
    if failed:
        raise failed[0]
    return count
