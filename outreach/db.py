"""The data layer: one typed Base, one engine set up for honest transactions, one way to meet a race.

SQLite runs in WAL mode with full synchronisation and foreign keys; a request that may write begins
IMMEDIATE, because a deferred transaction that turns into a write loses either updates or requests.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from typing import Any, ClassVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, String, Text, event, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from outreach.errors import Conflict

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant. Refuses a naive one; SQLite, which keeps no zone, is given and returns UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table."""

    registry: ClassVar[registry] = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            str: String(200),
            dict[str, Any]: JSON(),
            list[str]: JSON(),
            list[dict[str, Any]]: JSON(),
        },
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'id', '?')}>"


Words = Text
"""The column type for text that people write at length."""


def enum_of(members: type[PythonEnum]) -> Enum:
    """A column of an enum's values. No CHECK: Alembic would not see a new member, and then refuse it."""
    return Enum(
        members,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda kind: [member.value for member in kind],
    )


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True, "expire_on_commit": False})


def init_db(app: Flask) -> None:
    """Attach the database to the application and set its engine up."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def prepare_engine(engine: Engine) -> None:
    """Make SQLite transactional; PostgreSQL is so already."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")


def begin_writing(session: Session) -> None:
    """Take SQLite's write lock now, before anything is read that the write will rest on."""
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})


@contextmanager
def refusing(conflicts: dict[str, Conflict]) -> Iterator[None]:
    """Run a change in a savepoint and turn a broken constraint into its Conflict.

    `conflicts` maps the name of a constraint, or for SQLite a part of its message, to the refusal.
    An unlisted IntegrityError is a defect and passes on.
    """
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except IntegrityError as error:
        text = str(error.orig)
        for name, conflict in conflicts.items():
            if name in text:
                raise conflict from error
        raise


def add_or_refuse(row: Base, conflicts: dict[str, Conflict]) -> None:
    """Insert a row, or raise the Conflict of the constraint that it breaks."""
    with refusing(conflicts):
        db.session.add(row)


def lock_row(row: Base, version: str | None = None) -> None:
    """Reload a row under a lock, so that what is decided now rests on what is there now.

    With `version`, the one a form was opened on, raises Conflict if the row has changed since.
    """
    # Locked by its key alone: a reload repeats the joins that the row was first loaded with, and
    # PostgreSQL locks nothing on the far side of an outer join.
    key = inspect(type(row)).primary_key
    here = [column == value for column, value in zip(key, inspect(row).identity or (), strict=True)]
    db.session.execute(select(*key).where(*here).with_for_update())
    db.session.refresh(row)
    if version is not None and version != str(getattr(row, "version", "")):
        raise Conflict(
            "Somebody else has changed this since you opened it. "
            "Open the page again to see how it stands, then make your change."
        )
