"""What the benchmark of feeds serves beside the site, and the programs that fetch.

`python -m tests.bench.feeds hello|naive|static PORT [FILE]` serves one of those that the site is measured against, by
the gunicorn that `outreach serve` runs, with the same settings.
"""

from __future__ import annotations

import multiprocessing
import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from flask import Flask, Response
from gunicorn.app.base import BaseApplication

CHUNK = 1 << 18


# What the site is measured against


def hello() -> Flask:
    app = Flask("hello")

    @app.get("/")
    def say() -> str:
        return "hello"

    return app


def naive(database_url: str) -> Flask:
    """The usual way: read the events, build a calendar with icalendar, send it."""
    from icalendar import Calendar, Event
    from sqlalchemy import create_engine, text

    app, engine = Flask("naive"), create_engine(database_url)
    rows = text(
        "SELECT uid_public, title, public_words, place, sequence, reference, starts_at, ends_at, created_at, "
        "changed_at FROM event WHERE published_at IS NOT NULL AND ends_at > :since ORDER BY starts_at, id"
    )

    @app.get("/calendars/county.ics")
    def feed() -> Response:
        from datetime import datetime, timedelta
        from zoneinfo import ZoneInfo

        london, since = ZoneInfo("Europe/London"), datetime.now(UTC) - timedelta(days=60)
        calendar = Calendar()
        calendar.add("prodid", "-//naive//EN")
        calendar.add("version", "2.0")
        with engine.connect() as connection:
            for row in connection.execute(rows, {"since": since.replace(tzinfo=None)}):
                starts, ends, created, changed = (
                    datetime.fromisoformat(str(moment)).replace(tzinfo=UTC) for moment in row[6:]
                )
                event = Event()
                event.add("uid", row.uid_public)
                event.add("sequence", row.sequence)
                event.add("dtstamp", changed)
                event.add("created", created)
                event.add("last-modified", changed)
                event.add("dtstart", starts.astimezone(london))
                event.add("dtend", ends.astimezone(london))
                event.add("summary", row.title)
                event.add("description", row.public_words)
                event.add("location", row.place)
                event.add("url", f"http://localhost/events/{row.reference}")
                event.add("categories", ["Talk", "Worcester"])
                event.add("status", "CONFIRMED")
                calendar.add_component(event)
        return Response(calendar.to_ical(), content_type="text/calendar; charset=utf-8")

    return app


def static(file: Path) -> Any:
    """A stock server of static files: WhiteNoise, which keeps what it has found at the start."""
    from whitenoise import WhiteNoise

    def nothing(_environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("404 NOT FOUND", [])
        return []

    return WhiteNoise(nothing, root=str(file.parent), mimetypes={".ics": "text/calendar"})


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn as `outreach serve` sets it up."""

    def __init__(self, make: Callable[[], Any], options: dict[str, Any]) -> None:
        self.make, self.options = make, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.make()


def serve(kind: str, port: int, more: list[str], workers: int, threads: int) -> None:
    makers: dict[str, Callable[[], Any]] = {
        "hello": hello,
        "naive": lambda: naive(more[0]),
        "static": lambda: static(Path(more[0])),
    }
    bind = f"127.0.0.1:{port}"
    options = {"bind": bind, "workers": workers, "threads": threads, "worker_class": "gthread"}
    Server(makers[kind], options | {"errorlog": "-", "loglevel": "warning", "control_socket_disable": True}).run()


# The programs that fetch: processes of their own, each with one connection that it keeps, and no parsing to speak of


@dataclass(frozen=True)
class Speed:
    """What came of fetching for a while."""

    requests: int
    seconds: float
    octets: int

    @property
    def a_second(self) -> float:
        return self.requests / self.seconds


def _fetch(port: int, request: bytes, status: bytes, seconds: float, gate: Any, results: Any) -> None:
    """Send a request, read its answer, and again until the time is over."""
    buffer = bytearray(CHUNK)
    view = memoryview(buffer)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        gate.wait()
        count, octets, begun = 0, 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            connection.sendall(request)
            got = connection.recv_into(view)
            ended = buffer.find(b"\r\n\r\n", 0, got)
            head = bytes(view[:ended])
            if ended < 0 or not head.startswith(b"HTTP/1.1 " + status):
                raise AssertionError(f"not the answer that was expected: {head[:200]!r}")
            length = head.lower().find(b"content-length:")
            left = 0 if status == b"304" else int(head[length + 15 :].split(b"\r\n", 1)[0]) - (got - ended - 4)
            octets += got
            while left > 0:
                got = connection.recv_into(view)
                if not got:
                    raise AssertionError("the answer ended too early")
                left -= got
                octets += got
            count += 1
        results.put((count, octets, time.perf_counter() - begun))


def fetch(
    port: int,
    path: str,
    headers: dict[str, str] | None = None,
    *,
    status: int = 200,
    seconds: float = 3.0,
    clients: int = 4,
) -> Speed:
    """How often a path is answered in a second, with so many programs fetching at once."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    context = multiprocessing.get_context("fork")
    gate, results = context.Barrier(clients), context.Queue()
    arguments = (port, request, str(status).encode(), seconds, gate, results)
    fetchers = [context.Process(target=_fetch, args=arguments) for _ in range(clients)]
    for one in fetchers:
        one.start()
    found = [results.get(timeout=seconds + 120) for _ in fetchers]
    for one in fetchers:
        one.join()
    return Speed(sum(one[0] for one in found), max(one[2] for one in found), sum(one[1] for one in found))


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), sys.argv[5:], int(sys.argv[3]), int(sys.argv[4]))
