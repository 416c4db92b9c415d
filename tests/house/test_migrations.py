"""Migrations: from nothing to what the models say and back, several at once, and whole or not at all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, NullPool, create_engine, inspect, text

from outreach.audit.models import POSTGRESQL as POSTGRESQL_AUDIT
from outreach.audit.models import SQLITE as SQLITE_AUDIT
from outreach.db import Base, prepare_engine
from outreach.events.models import CLASH, SQLITE_CLASH
from tests.conftest import SETTINGS, close, create
from tests.kit import databases
from tests.kit.storms import environment, start_outreach

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "migrations"
AT_ONCE = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> databases.Database:
    database: databases.Database = request.getfixturevalue(f"_{request.param}")
    return database


@pytest.fixture
def empty(kind: databases.Database) -> str:
    """The address of a database with nothing in it."""
    return kind.empty()


@pytest.fixture
def app(empty: str) -> Iterator[Flask]:
    app = create(replace(SETTINGS, database_url=empty))
    yield app
    close(app)


def engine_of(url: str) -> Engine:
    engine = create_engine(url, poolclass=NullPool)
    prepare_engine(engine)
    return engine


def migrate(app: Flask, folder: Path = MIGRATIONS) -> None:
    with app.app_context():
        upgrade(directory=str(folder))


def schema(url: str) -> dict[str, str]:
    """Everything that stands in a database, by name: tables, indexes, triggers, constraints and functions as SQL."""
    engine = engine_of(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        else:
            rows = connection.execute(text(POSTGRESQL_SHAPE))
        found = {str(name): tidy(str(sql)) for name, sql in rows if "alembic_version" not in str(name)}
    engine.dispose()
    return found


POSTGRESQL_SHAPE = """
SELECT 'column ' || table_name || '.' || column_name,
       data_type || ' ' || coalesce(character_maximum_length::text, '') || ' ' || is_nullable || ' ' ||
       coalesce(numeric_precision::text, '') || ' ' || coalesce(numeric_scale::text, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function ' || proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def tidy(sql: str) -> str:
    """One spelling of a statement. SQLite keeps the order in which a table's parts were written, so they are sorted."""
    sql = re.sub(r"\s+", " ", sql.replace('"', "")).strip()
    head, bracket, inside = sql.partition("(")
    if not head.upper().startswith("CREATE TABLE"):
        return sql
    return head + bracket + ", ".join(sorted(re.split(r", (?![^(]*\))", inside.rstrip().removesuffix(")").rstrip())))


def test_migrating_from_nothing_gives_what_the_models_say(kind: databases.Database, empty: str, app: Flask) -> None:
    migrate(app)
    other = kind.empty()
    engine = engine_of(other)
    Base.metadata.create_all(engine)
    engine.dispose()
    assert schema(empty) == schema(other)
    with engine_of(empty).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_rules_that_stand_in_the_database_are_there(kind: databases.Database, empty: str, app: Flask) -> None:
    migrate(app)
    found = schema(empty)
    if kind.name == "sqlite":
        triggers = {name.split()[1] for name in found if name.startswith("trigger ")}
        wanted = {re.findall(r"CREATE TRIGGER (\w+)", sql)[0] for sql in (*SQLITE_AUDIT, *SQLITE_CLASH)}
        assert wanted <= triggers
    else:
        assert f"constraint assignment {CLASH}" in found
        assert found[f"constraint assignment {CLASH}"].startswith("EXCLUDE USING gist")
        assert "trigger audit_entry_guard" in found
        assert len(POSTGRESQL_AUDIT) == 2


def test_the_way_back_leaves_nothing(empty: str, app: Flask) -> None:
    migrate(app)
    with app.app_context():
        downgrade(directory=str(MIGRATIONS), revision="base")
    assert schema(empty) == {}
    migrate(app)
    assert "event" in inspect(engine_of(empty)).get_table_names()


def test_several_upgrades_at_once_all_succeed(empty: str) -> None:
    started = [start_outreach(environment(empty, ""), "db", "upgrade") for _ in range(AT_ONCE)]
    for one in started:
        one.join(100)
    assert [one.exitcode for one in started] == [0] * AT_ONCE
    assert "event" in inspect(engine_of(empty)).get_table_names()


HALF_WAY = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", {head!r}, None, None


def upgrade() -> None:
    op.create_table("half_way", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("DELETE FROM preferred_time")
    op.execute("UPDATE term SET label = 'lost'")
    with op.batch_alter_table("employer") as batch:
        batch.add_column(sa.Column("half", sa.Integer))
    op.execute("SELECT no_such_column FROM term")


def downgrade() -> None:
    op.drop_table("half_way")
"""


def test_a_migration_that_fails_half_way_changes_nothing(kind: databases.Database, tmp_path: Path) -> None:
    url = kind.another()
    before = schema(url)
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = max(path.stem.split("_")[0] for path in (folder / "versions").glob("[0-9]*.py"))
    (folder / "versions" / "9999_half_way.py").write_text(HALF_WAY.format(head=head))
    app = create(replace(SETTINGS, database_url=url))
    with pytest.raises(Exception, match="no_such_column"):
        migrate(app, folder)
    close(app)
    assert schema(url) == before
    with engine_of(url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM term WHERE label = 'lost'")).scalar_one() == 0
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == head


def test_there_is_one_head_and_both_directions_are_written() -> None:
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    sources = [path.read_text() for path in files]
    heads = {re.findall(r'^revision(?:: str)? = "(\w+)"', source, re.MULTILINE)[0] for source in sources}
    parents = {name for source in sources for name in re.findall(r'^down_revision.* = "(\w+)"', source, re.MULTILINE)}
    assert len(heads - parents) == 1
    assert all("def downgrade()" in source for source in sources)
