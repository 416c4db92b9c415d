"""Counting the statements that an application sends to its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from outreach.db import db

AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def count_queries(app: Flask) -> Iterator[list[str]]:
    """The statements sent within, as a list that grows; those around a transaction do not count."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool) -> None:
        if not statement.lstrip().upper().startswith(AROUND):
            seen.append(statement)

    with app.app_context():
        engines = (db.engine, app.extensions["feeds"].reading_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
