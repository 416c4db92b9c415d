"""The control of a race: our own acts without what guards them, to show that the race would be lost.

PostgreSQL loses the rule against clashes, every lock on rows and every comparison of a row's version, and then lets two
through. SQLite loses the triggers and the write lock that is taken before anything is read. There a transaction still
has its snapshot: whoever writes on what they have read, and was overtaken, is broken off as locked. So all that can be
seen on SQLite is that fault of ours (500), and never two winners.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from outreach.db import db
from outreach.events.models import CLASH, SQLITE_CLASH
from outreach.web import transaction

_LOCK = re.compile(r"\s+FOR (NO KEY )?UPDATE\b.*", re.DOTALL)  # it ends the statement
_VERSION = re.compile(r" AND \w+\.version = %\(\w+\)s(::\w+)?")


@contextmanager
def unguarded(app: Flask) -> Iterator[set[str]]:
    """Take the guards off for a while; gives what the database complains of meanwhile.

    Its rule stays away until the next test makes the database new.
    """
    faults: set[str] = set()

    def note(context: ExceptionContext) -> None:
        faults.add(str(context.original_exception))

    with app.app_context():
        engine = db.engine
    patch = pytest.MonkeyPatch()
    patch.setattr(transaction, "begin_writing", lambda session: None)
    dropped = [f"ALTER TABLE assignment DROP CONSTRAINT {CLASH}"]
    if engine.dialect.name == "sqlite":
        dropped = [f"DROP TRIGGER {statement.split()[2]}" for statement in SQLITE_CLASH]
    with engine.begin() as connection:
        for statement in dropped:
            connection.exec_driver_sql(statement)
    event.listen(engine, "before_cursor_execute", _without_locks, retval=True)
    event.listen(engine, "handle_error", note)
    try:
        yield faults
    finally:
        event.remove(engine, "handle_error", note)
        event.remove(engine, "before_cursor_execute", _without_locks)
        patch.undo()


def _without_locks(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    return _VERSION.sub("", _LOCK.sub("", statement)), parameters
