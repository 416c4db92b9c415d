"""The kit's own promises: a test that the kit runs wrongly proves nothing."""

from __future__ import annotations

import shutil
import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser
from sqlalchemy import NullPool, create_engine, text

from tests.kit import browser as browsers
from tests.kit import databases, smtp

SCHEMA = (
    "CREATE TABLE parent (id integer PRIMARY KEY, name text UNIQUE)",
    "CREATE TABLE child (id integer PRIMARY KEY, parent_id integer REFERENCES parent (id) ON DELETE CASCADE)",
    "INSERT INTO parent VALUES (1, 'made by a migration')",
)


def migrate(url: str) -> None:
    run(url, *SCHEMA)


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        rows = [tuple(row) for row in results[-1]] if results[-1].returns_rows else []
    engine.dispose()
    return rows


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def small(request: pytest.FixtureRequest) -> Iterator[databases.Database]:
    with getattr(databases, request.param)(migrate) as database:
        yield database


def test_reset_takes_back_rows_and_keeps_what_migrations_made(small: databases.Database) -> None:
    run(small.url, "INSERT INTO parent VALUES (2, 'b')", "INSERT INTO child VALUES (1, 2)", "DELETE FROM parent")
    small.reset()
    assert run(small.url, "SELECT * FROM parent") == [(1, "made by a migration")]
    assert run(small.url, "SELECT * FROM child") == []


def test_reset_repairs_a_changed_schema(small: databases.Database) -> None:
    run(small.url, "DROP TABLE child")
    small.reset()
    assert run(small.url, "SELECT * FROM child") == []


def test_another_database_is_migrated_and_an_empty_one_is_not(small: databases.Database) -> None:
    assert run(small.another(), "SELECT id FROM parent") == [(1,)]
    empty = small.empty()
    migrate(empty)
    assert run(empty, "SELECT id FROM parent") == [(1,)]


def test_reset_does_not_wait_for_a_forgotten_transaction(small: databases.Database) -> None:
    engine = create_engine(small.url, poolclass=NullPool)
    forgotten = engine.connect()
    forgotten.execute(text("INSERT INTO child VALUES (7, 1)"))
    small.reset()
    assert run(small.url, "SELECT * FROM child") == []
    forgotten.invalidate()
    forgotten.close()
    engine.dispose()


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = databases.make_folder()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_postgresql_of_the_wheel_starts_where_none_is_installed(folder: Path) -> None:
    programs = databases.wheel_programs(databases.choose_runner(), folder)
    assert programs is not None
    with databases.postgresql_server(programs) as server:
        address = server.set(drivername="postgresql").render_as_string()
        with psycopg.connect(address) as connection:
            assert connection.info.server_version >= 150000


def test_no_postgresql_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(databases, "installed_programs", lambda: None)
    monkeypatch.setattr(databases, "wheel_programs", lambda *_: None)
    with pytest.raises(RuntimeError, match="No PostgreSQL server was found"), databases.postgresql_server():
        pass


def test_smtp_server_refuses_and_answers_as_told() -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Visit ✓", "a@county.example", "b@college.example"
    message.set_content("Hello – there")
    with smtp.smtp_server() as server:
        host, port = server.url.removeprefix("smtp://").split(":")
        server.answer_next("451 try later")
        with smtplib.SMTP(host, int(port)) as connection:
            with pytest.raises(smtplib.SMTPDataError):
                connection.send_message(message)
            connection.send_message(message)
            server.refuse("b@college.example")
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                connection.send_message(message)
        assert [mail.subject for mail in server.to("B@college.example")] == ["Visit ✓"]
        assert "Hello – there" in server.messages[0].text
        assert server.attempts == 2


def test_axe_finds_a_small_target_and_a_missing_name(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("""<!doctype html><html lang="en"><title>t</title><main><h1>t</h1><p><input>
        <button style="width:9px;height:9px;padding:0;border:0" aria-label="a"></button><button aria-label="b"
        style="width:9px;height:9px;padding:0;border:0"></button></main>""")
    rules = {violation.rule for violation in browsers.axe(page)}
    page.close()
    assert {"label", "target-size"} <= rules


def test_shape_of_a_page_is_all_that_the_audit_looks_at(browser: Browser) -> None:
    page = browser.new_page()

    def shape(inside: str) -> str:
        page.set_content(f'<!doctype html><html lang="en"><title>t</title><main>{inside}</main>')
        return browsers.shape(page)

    first = shape('<label for="a">Name</label><input id="a" value="1"><a href="/b" class="c">here</a>')
    assert first == shape('<label for="d">Town</label><input id="d" value="2"><a href="/e" class="c">there</a>')
    others = {
        shape('<label for="x">Name</label><input id="a" value="1"><a href="/b" class="c">here</a>'),
        shape('<label for="a">Name</label><input id="a" value="1"><a href="/b" class="d">here</a>'),
        shape('<label for="a">Name</label><input id="a" value="1"><a href="/b" class="c"></a>'),
        shape('<label for="a">Name</label><input id="a" value="1"><p><a href="/b" class="c">here</a></p>'),
        shape('<label for="a">Name</label><input id="a" value="1"><a href="/b" class="c" hidden>here</a>'),
    }
    page.close()
    assert len(others - {first}) == 5


def test_no_browser_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "find", lambda: None)
    with pytest.raises(RuntimeError, match="make browser"), browsers.launched():
        pass


@pytest.fixture
def without_apt_and_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], Path | None]:
    monkeypatch.setattr(browsers, "NAMES", ())
    monkeypatch.setattr(browsers, "RECORD", tmp_path / "chromium.path")
    monkeypatch.delenv("CHROMIUM", raising=False)
    return browsers.find


def test_a_recorded_browser_is_found_and_a_lost_one_is_not(
    without_apt_and_browser: Callable[[], Path | None], tmp_path: Path
) -> None:
    assert without_apt_and_browser() is None
    (tmp_path / "chromium.path").write_text(f"{tmp_path / 'chromium'}\n")
    assert without_apt_and_browser() is None
    (tmp_path / "chromium").touch()
    assert without_apt_and_browser() == tmp_path / "chromium"
