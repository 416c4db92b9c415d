"""How migrations run: in one transaction, one at a time, without SQLite's silent cascades.

A batch rebuild on SQLite drops the parent table, and with foreign keys on that would delete its
children: they are off during the migration and checked after it. Several processes may start at once:
SQLite's write lock, and an advisory lock on PostgreSQL, let one migrate and the others find it done.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import text

from outreach.db import Base, UTCDateTime

ADVISORY_LOCK = 4711


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own types as the plain ones that they are in the database."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as raw:
        lite = engine.dialect.name == "sqlite"
        if lite:
            raw.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        connection = raw.execution_options(sqlite_begin="IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            if not lite:
                connection.execute(text(f"select pg_advisory_xact_lock({ADVISORY_LOCK})"))
            context.run_migrations()
        if lite:
            driver = connection.connection.driver_connection
            broken = driver.execute("PRAGMA foreign_key_check").fetchall()
            driver.execute("PRAGMA foreign_keys=ON")
            if broken:
                raise SystemExit(f"The migration left rows that point nowhere: {broken[:5]}")


run()
