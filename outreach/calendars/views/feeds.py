"""The public feeds. They are fetched all day by programs, so they are answered before Flask sees the request.

Each process keeps the feeds as it last sent them. A request reads one row, the version of the public's texts; only
when that has changed, or London's day, are the kept texts joined again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response, current_app, request
from sqlalchemy import Connection, NullPool, create_engine
from werkzeug.exceptions import SecurityError
from werkzeug.wsgi import get_host

from outreach import clock
from outreach.calendars.actions.health import mark_fetched
from outreach.calendars.queries.versions import (
    KINDS,
    PublicFeed,
    Version,
    read_public_feeds,
    read_public_texts,
    select_version,
)
from outreach.calendars.rules import View
from outreach.calendars.rules.clients import family_of
from outreach.calendars.views import bp
from outreach.calendars.views.serving import (
    CALENDAR,
    Answer,
    Body,
    marks_of,
    may_read,
    no_such_calendar,
    not_allowed,
    trouble,
)
from outreach.db import db
from outreach.ical import assemble
from outreach.web.door import EVERYONE, allow
from outreach.web.headers import house_headers
from outreach.web.touches import Touches, write_due

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["CALENDAR", "FeedServer", "init_feeds"]

PREFIX, ENDING = "/calendars/", ".ics"
VERSION = select_version(View.PUBLIC)
MOST_HOSTS = 100

access = structlog.get_logger("access")
log = structlog.get_logger(__name__)


@dataclass
class Edition:
    """The feeds at one version and on one day: what there are, and the bodies that somebody has asked for."""

    version: Version | None
    day: date
    feeds: dict[str, PublicFeed]
    bodies: dict[str, Body] = field(default_factory=dict)


class FeedServer:
    """Answers for the public feeds, and hands every other request on."""

    def __init__(self, app: Flask, base_url: str) -> None:
        self.app = app
        self.inner = app.wsgi_app
        self.touches: Touches = app.extensions["touches"]
        self.headers = house_headers(base_url)
        self.hosts: list[str] = app.config["TRUSTED_HOSTS"]
        self.known_hosts: set[str] = set()
        self.lock = threading.Lock()
        self.edition: Edition | None = None
        with app.app_context():
            self.engine = db.engine
        # Each statement is its own transaction here, so that reading one row is one statement and not three.
        self.reading_engine = create_engine(
            self.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool, hide_parameters=True
        )
        self.idle: list[Connection] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name = name_of(environ.get("PATH_INFO", ""))
        if name is None or not self._is_asked_by_name(environ):
            return self.inner(environ, start_response)
        began = time.perf_counter()
        answer = self.answer(name, environ)
        took = round((time.perf_counter() - began) * 1000, 1)
        endpoint = "calendars.kind_feed" if name.startswith(KINDS) else "calendars.feed"
        access.info(
            "request", endpoint=endpoint, method=environ["REQUEST_METHOD"], status=int(answer.status[:3]), ms=took
        )
        start_response(answer.status, answer.headers)
        data = b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.data
        return ThenFlush([data], self) if self.touches.is_due() else [data]

    def answer(self, name: str, environ: WSGIEnvironment) -> Answer:
        """What to say to a request for a feed."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return may_read(self.headers) if method == "OPTIONS" else not_allowed(self.headers)
        try:
            body = self._find_body(name)
        except Exception:
            log.exception("a public feed failed")
            return trouble(self.headers)
        if body is None:
            return no_such_calendar(self.headers)
        self._mark(name, environ.get("HTTP_USER_AGENT"))
        return body.answer(environ)

    def _is_asked_by_name(self, environ: WSGIEnvironment) -> bool:
        """Whether we are asked under a name of ours. If not, Flask refuses, as it does for every page."""
        host = environ.get("HTTP_HOST", "")
        if host in self.known_hosts:
            return True
        try:
            get_host(environ, self.hosts)
        except SecurityError:
            return False
        if len(self.known_hosts) < MOST_HOSTS:
            self.known_hosts.add(host)
        return True

    def _find_body(self, name: str) -> Body | None:
        """A feed as it is now; None if there is none of this name. Reads one row, unless something has changed."""
        day = clock.today()
        connection = self._take_connection()
        try:
            found = connection.execute(VERSION).first()
            version = None if found is None else (found[0], found[1])
            edition = self.edition
            if edition is None or edition.version != version or edition.day != day:
                edition = self._open_edition(connection, version, day)
            body = edition.bodies.get(name)
            if body is None and name in edition.feeds:
                body = self._make_body(connection, edition, name)
        except BaseException:
            connection.close()
            self._let_go()  # if the database was restarted, none of them is any good
            raise
        self.idle.append(connection)
        return body

    def _take_connection(self) -> Connection:
        """One that no other thread uses; there come to be as many as have asked at once."""
        try:
            return self.idle.pop()
        except IndexError:
            return self.reading_engine.connect()

    def close(self) -> None:
        """Let go of the connections, and forget what was sent."""
        self.edition = None
        self._let_go()

    def _let_go(self) -> None:
        while self.idle:
            self.idle.pop().close()

    def _open_edition(self, connection: Connection, version: Version | None, day: date) -> Edition:
        """The version was read before the texts: they may be newer than it says, and never older."""
        edition = Edition(version, day, read_public_feeds(connection))
        with self.lock:
            # What has no version yet cannot be told from what comes after it, so it is not kept.
            if version is not None:
                self.edition = edition
        return edition

    def _make_body(self, connection: Connection, edition: Edition, name: str) -> Body:
        """Join the kept texts. One thread does, and the others that ask meanwhile take what it made."""
        with self.lock:
            body = edition.bodies.get(name)
            if body is None:
                feed = edition.feeds[name]
                plain = assemble(feed.about, read_public_texts(connection, feed, edition.day))
                since = clock.start_of(edition.day)
                changed_at = max(edition.version[1], since) if edition.version else since
                headers = {"Cache-Control": "public, max-age=300", **self.headers}
                body = edition.bodies[name] = Body(plain, changed_at, marks_of(edition.day), headers)
        return body

    def _mark(self, name: str, user_agent: str | None) -> None:
        """Have it noted by which family of program the feed was fetched; mostly such a note is waiting already."""
        if not self.touches.is_waiting("feed", (name, family_of(user_agent))):
            with self.app.app_context():
                mark_fetched(name, user_agent)


class ThenFlush(list[bytes]):
    """A body after which the marks that wait are written: the server closes it once everything is sent."""

    def __init__(self, chunks: Iterable[bytes], server: FeedServer) -> None:
        super().__init__(chunks)
        self.server = server

    def close(self) -> None:
        write_due(self.server.touches, self.server.engine)


def init_feeds(app: Flask, base_url: str) -> None:
    """Stand before everything that the application has around it so far."""
    server = FeedServer(app, base_url)
    app.extensions["feeds"] = server
    app.wsgi_app = server  # type: ignore[method-assign]


def name_of(path: str) -> str | None:
    """The feed that an address is of: 'county', a district's slug, 'kinds/talk'; None for any other address."""
    if not (path.startswith(PREFIX) and path.endswith(ENDING)):
        return None
    name = path[len(PREFIX) : -len(ENDING)]
    return name if "/" not in name.removeprefix(KINDS) else None


# The addresses, for url_for and the list of routes. What is asked of them is answered by the server above.


@bp.route("/calendars/<slug>.ics")
@allow(EVERYONE)
def feed(slug: str) -> Response:
    """A district's feed, or the county's."""
    return _behind_flask(slug)


@bp.route("/calendars/kinds/<code>.ics")
@allow(EVERYONE)
def kind_feed(code: str) -> Response:
    """The feed of one kind of event."""
    return _behind_flask(KINDS + code)


def _behind_flask(name: str) -> Response:
    server: FeedServer = current_app.extensions["feeds"]
    answer: Any = server.answer(name, request.environ)
    return Response(answer.data, answer.status, answer.headers)
