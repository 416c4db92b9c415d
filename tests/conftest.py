"""The fixtures of every test. What they are made of is in tests/kit/.

`database`      the migrated database, as new; a test that asks for it, or for anything below, runs on both,
                unless it is marked `@pytest.mark.one_database`
`app`           the application on it; `@pytest.mark.config(name=value)` changes settings
`make_app`      a fresh application with other settings, on the same database
`client`        Flask's own test client
`smtp_server`   what the application's mails arrive at
`live_server`   the application served on the loopback address
`open_page`     one more person's browser on it; `page` is the first
`clean_page`    fails the test unless the page passes the accessibility audit
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

pytest.register_assert_rewrite("tests.kit", "tests.makers", "tests.pages")

from config import Config
from outreach.db import begin_writing, db
from tests.kit import browser as browsers
from tests.kit import clocks, databases, smtp

ROOT = Path(__file__).resolve().parents[1]
WIDE, NARROW = 1280, 360
# Templates as Jinja compiled them, kept from run to run; a changed template is compiled again.
COMPILED = ROOT / ".work" / f"templates-{version('jinja2')}"

SETTINGS = Config(
    database_url="sqlite://",
    secret_key="a-secret-key-for-tests-only-0123456789",
    hash_key="a-hash-key-for-tests-only-9876543210",
    base_url="http://localhost",
    mail_from="outreach@county.example",
    council_email_domains=("county.example",),
    embedded_worker=False,
)


def create(config: Config) -> Flask:
    """Make an application; only then is all of it imported, so that the tests of rules stay quick."""
    from outreach.app import create_app

    app = create_app(config)
    COMPILED.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    return app


def migrate(url: str) -> None:
    """Bring the database at an address to the newest migration, and load the county file into it."""
    from outreach.ambassadors.actions import load_requirements
    from outreach.districts.actions import load_reference
    from outreach.districts.rules import read_county
    from outreach.institutions.actions import load_institutions
    from outreach.referrals.actions.scheme import load_default_scheme

    app = create(replace(SETTINGS, database_url=url))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        county = read_county(SETTINGS.county_file.read_text(encoding="utf-8"))
        begin_writing(db.session())
        load_reference(county)
        load_institutions(county)
        load_requirements(county)
        load_default_scheme(SETTINGS.scheme_file.read_text(encoding="utf-8"))
        db.session.commit()
    close(app)


def close(app: Flask) -> None:
    """Let go of the application's connections."""
    app.extensions["feeds"].close()
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def pytest_configure(config: pytest.Config) -> None:
    clocks.begin()
    expect.set_options(timeout=20_000)  # a machine that others share may take its time
    config.addinivalue_line("markers", "config(**settings): fields of Config for this test's `app` and `live_server`")
    config.addinivalue_line("markers", "one_database: of how pages are drawn, of words and of refused forms; on SQLite")


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("one_database"):
        for name in {"database", "built"}.intersection(metafunc.fixturenames):
            metafunc.definition.add_marker(pytest.mark.parametrize(name, ["sqlite"], indirect=True))


@pytest.fixture(autouse=True)
def _clock_as_it_was() -> Iterator[None]:
    """Whoever moves the clock moves it for one test."""
    yield
    clocks.back()


# Databases


@pytest.fixture(scope="session")
def _sqlite() -> Iterator[databases.Database]:
    with databases.sqlite(migrate) as database:
        yield database


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[databases.Database]:
    with databases.postgresql(migrate) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> databases.Database:
    """The migrated database, put back to new. `.name`, `.url`, `.another()`, `.empty()`."""
    database: databases.Database = request.getfixturevalue(f"_{request.param}")
    database.reset()
    return database


@pytest.fixture
def database_url(database: databases.Database) -> str:
    return database.url


# The application


class _Apps:
    """Applications by their settings: making one compiles every template, so tests share them."""

    def __init__(self) -> None:
        self._made: dict[Config, Flask] = {}

    def get(self, config: Config) -> Flask:
        if config not in self._made:
            self._made[config] = create(config)
        app = self._made[config]
        # What the last test left in memory goes, as its rows went.
        touches = app.extensions["touches"]
        type(touches).__init__(touches)
        return app


@pytest.fixture(scope="session")
def _apps() -> _Apps:
    return _Apps()


@pytest.fixture(scope="session")
def _smtp() -> Iterator[smtp.SmtpServer]:
    with smtp.smtp_server() as server:
        yield server


@pytest.fixture
def smtp_server(_smtp: smtp.SmtpServer) -> smtp.SmtpServer:
    """The mail server that every test application is set to; nothing has arrived yet."""
    _smtp.clear()
    return _smtp


@pytest.fixture
def settings(request: pytest.FixtureRequest, database: databases.Database, smtp_server: smtp.SmtpServer) -> Config:
    """The configuration of this test."""
    changed: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("config"))):
        changed |= mark.kwargs
    base = replace(SETTINGS, database_url=database.url, smtp_url=smtp_server.url)
    return replace(base, **changed)


@pytest.fixture
def app(settings: Config, _apps: _Apps) -> Iterator[Flask]:
    """The application, shared with other tests of the same settings: change nothing on it but rows."""
    app = _apps.get(settings)
    yield app
    close(app)


@pytest.fixture
def make_app(settings: Config) -> Iterator[Callable[..., Flask]]:
    """`make_app(name=value, …)` makes an application of one's own, with other settings."""
    with ExitStack() as stack:

        def make(**changed: Any) -> Flask:
            app = create(replace(settings, **changed))
            stack.callback(close, app)
            return app

        yield make


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


# The browser


@dataclass(frozen=True)
class LiveServer:
    """The application, answering at a loopback address."""

    url: str
    app: Flask


@pytest.fixture(scope="session")
def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def live_server(settings: Config, _apps: _Apps, _port: int) -> Iterator[LiveServer]:
    url = f"http://127.0.0.1:{_port}"
    app = _apps.get(replace(settings, base_url=url, bind=urlsplit(url).netloc))
    server: BaseWSGIServer = make_server("127.0.0.1", _port, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.block_on_close = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield LiveServer(url, app)
    server.shutdown()
    thread.join()
    server.server_close()
    close(app)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with browsers.launched() as browser:
        yield browser


class _Complaints:
    """What a page said to its console; a status of 4xx is not a complaint, the test asks for those."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        refused = "Failed to load resource: the server responded with a status of 4"
        if message.type == "error" and not message.text.startswith(refused):
            self.found.append(message.text)


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """`open_page(width=1280, **options)` opens a browser of its own: no cookie is shared with another's.

    Paths are relative to the live server. A script's error or a breach of the CSP fails the test.
    """
    complaints = _Complaints()
    with ExitStack() as stack:

        def make(width: int = WIDE, **options: Any) -> Page:
            height = 740 if width < WIDE // 2 else 900
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": height},
                locale="en-GB",
                timezone_id="Europe/London",
                reduced_motion="reduce",
                **options,
            )
            stack.callback(context.close)
            context.set_default_timeout(10_000)
            page = context.new_page()
            complaints.watch(page)
            return page

        yield make
    assert complaints.found == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """One person's browser on the live server."""
    return open_page()


@pytest.fixture(scope="session")
def _audited() -> set[str]:
    """The shapes of the pages that passed the audit: it takes seconds, and finds the same in pages of one shape."""
    return set()


@pytest.fixture
def clean_page(_audited: set[str]) -> Callable[[Page], None]:
    """`clean_page(page)` fails unless the page passes the audit, at a desk's width and at a telephone's.

    It also fails when the page must be scrolled sideways at 360 (WCAG 1.4.10).
    """

    def check(page: Page) -> None:
        before = page.viewport_size
        shape = ""
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            shape = shape or browsers.shape(page)
            if shape not in _audited:
                found = [str(violation) for violation in browsers.axe(page)]
                assert found == [], f"{page.url} at {width} pixels"
            wider = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{page.url} is {wider} pixels too wide at {width}"
        _audited.add(shape)
        if before:
            page.set_viewport_size(before)

    return check
