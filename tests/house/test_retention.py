"""Every column is classified, and everything personal ends: a new column without a class stops the build."""

from __future__ import annotations

import pytest
from sqlalchemy import Date, Table, text
from sqlalchemy.dialects import sqlite

from outreach.app import KEEPS
from outreach.db import Base, UTCDateTime
from outreach.privacy.queries import blanks_of, select_overdue, table_of
from outreach.privacy.rules import SINCE
from outreach.retention import End, Keeping, Kind, Rule

TABLES = {table.name: table for table in Base.metadata.sorted_tables}
PEOPLES = {Kind.PERSONAL, Kind.WORDS, Kind.SECRET}
LONGEST_DAYS = 7 * 366
RULES = [(keeping, rule) for keeping in KEEPS for rule in keeping.rules]


def name_of(value: object) -> str:
    return value.table if isinstance(value, Keeping) else value.clock if isinstance(value, Rule) else str(value)


def test_every_table_is_declared_once() -> None:
    declared = [keeping.table for keeping in KEEPS]
    assert sorted(declared) == sorted(TABLES)


@pytest.mark.parametrize("keeping", KEEPS, ids=name_of)
def test_every_column_has_a_class_and_every_class_a_column(keeping: Keeping) -> None:
    assert set(keeping.columns) == {column.name for column in TABLES[keeping.table].columns}


@pytest.mark.parametrize("keeping", KEEPS, ids=name_of)
def test_what_is_personal_ends(keeping: Keeping) -> None:
    personal = {name for name, kind in keeping.columns.items() if kind in PEOPLES}
    ended = {name for rule in keeping.rules if rule.end is End.BLANK for name in rule.columns}
    if not any(rule.end is End.DELETE for rule in keeping.rules):
        assert personal <= ended, f"{keeping.table} keeps {sorted(personal - ended)} for ever"


@pytest.mark.parametrize("keeping", KEEPS, ids=name_of)
def test_what_is_kept_of_people_says_why_and_whose(keeping: Keeping) -> None:
    assert keeping.purpose
    assert keeping.basis
    personal = {name for name, kind in keeping.columns.items() if kind is Kind.PERSONAL}
    assert keeping.about or not personal, f"{keeping.table} is not in the privacy notice"
    assert not keeping.owner or keeping.owner in keeping.columns


@pytest.mark.parametrize(("keeping", "rule"), RULES, ids=name_of)
def test_a_rule_can_be_carried_out(keeping: Keeping, rule: Rule) -> None:
    table = table_of(keeping)
    assert rule.clock in SINCE, "the privacy notice has no words for this column"
    assert isinstance(table.columns[rule.clock].type, Date | UTCDateTime)
    assert 0 <= rule.days <= LONGEST_DAYS
    assert set(rule.columns) <= set(keeping.columns)
    assert set(rule.values) <= set(rule.columns)
    assert bool(rule.columns) is (rule.end is End.BLANK)
    assert len(table.primary_key.columns) == 1
    for name in rule.columns:
        assert blanks_of(keeping, rule)[name] is not None
    assert str(select_overdue(keeping, rule, 10).compile(dialect=sqlite.dialect()))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("keeping", "rule"), RULES, ids=name_of)
def test_a_blank_fits_its_column(keeping: Keeping, rule: Rule) -> None:
    """A unique column must not be blanked to the same text in every row."""
    table = table_of(keeping)
    for name in rule.columns:
        if is_unique(table, name):
            blank = rule.values.get(name, "")
            assert table.columns[name].nullable or "id" in blank, f"{table.name}.{name} is unique"


def is_unique(table: Table, name: str) -> bool:
    return bool(table.columns[name].unique) or any(index.unique and name in index.columns for index in table.indexes)


def test_no_rule_names_sql_that_reaches_beyond_its_table() -> None:
    for keeping, rule in RULES:
        words = str(text(" ".join((rule.where, *rule.values.values())))).lower()
        assert "select" not in words, f"{keeping.table}: {words}"
