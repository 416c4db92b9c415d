"""Small marks that a GET may leave (a session was used), kept in memory and written once a minute.

A GET changes no business row and takes no write lock. Losing a minute of marks in a crash costs nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import Engine, Executable

from outreach.db import db

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 60.0

Mark = Callable[[], Executable]


class Touches:
    """Marks waiting to be written, the newest of each key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: dict[tuple[str, Any], Executable] = {}
        self._flushed = float("-inf")

    def add(self, kind: str, key: object, statement: Executable) -> None:
        with self._lock:
            self._marks[kind, key] = statement

    def is_waiting(self, kind: str, key: object) -> bool:
        return (kind, key) in self._marks

    def is_due(self) -> bool:
        return bool(self._marks) and time.monotonic() - self._flushed >= FLUSH_SECONDS

    def due(self) -> list[Executable]:
        """Take the marks if it is time, else nothing."""
        with self._lock:
            if not self.is_due():
                return []
            marks = list(self._marks.values())
            self._marks.clear()
            self._flushed = time.monotonic()
            return marks


def init_touches(app: Flask) -> None:
    touches = Touches()
    app.extensions["touches"] = touches

    @app.teardown_request
    def _flush(_error: BaseException | None) -> None:
        if touches.is_due():
            db.session.rollback()  # the request's own transaction must be over before another takes the lock
            write_due(touches, db.engine)


def write_due(touches: Touches, engine: Engine) -> None:
    """Write the marks if it is time. They are not worth a failed request: what goes wrong is logged."""
    statements = touches.due()
    if not statements:
        return
    try:
        with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
            for statement in statements:
                connection.execute(statement)
    except Exception:
        log.exception("touches were not written")


def touch(kind: str, key: object, statement: Executable) -> None:
    """Have `statement` run within a minute; a newer one of the same kind and key replaces it."""
    touches: Touches = current_app.extensions["touches"]
    touches.add(kind, key, statement)


def is_waiting(kind: str, key: object) -> bool:
    """Whether a mark of this kind and key waits to be written already, so that a busy reader need not make another."""
    touches: Touches = current_app.extensions["touches"]
    return touches.is_waiting(kind, key)
