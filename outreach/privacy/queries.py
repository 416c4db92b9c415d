"""What the features declare that they keep, as the engine and the privacy notice read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Date, Select, Table, and_, literal_column, or_, select, text

from outreach import clock
from outreach.db import Base
from outreach.privacy.rules import say_end
from outreach.retention import End, Keeping, Kind, Rule

# What a class of column is called in the notice.
KIND_WORDS = {
    Kind.PERSONAL: "names and contact details",
    Kind.WORDS: "what was written in free text",
    Kind.FACT: "dates, states and figures",
}


def list_keepings() -> list[Keeping]:
    """Every table of every feature, in the order in which the features stand in `app.py`."""
    found: list[Keeping] = current_app.extensions["keeps"]
    return found


def table_of(keeping: Keeping) -> Table:
    return Base.metadata.tables[keeping.table]


def blanks_of(keeping: Keeping, rule: Rule) -> dict[str, ColumnElement[object]]:
    """What each column becomes when its time is over: the rule's own SQL, NULL where it may be, or an empty text."""
    columns = table_of(keeping).columns
    return {
        name: literal_column(rule.values.get(name, "NULL" if columns[name].nullable else "''")) for name in rule.columns
    }


def select_overdue(keeping: Keeping, rule: Rule, most: int) -> Select[object]:
    """The keys of the rows whose time is over and that are not blank already, lowest first."""
    table = table_of(keeping)
    (key,) = table.primary_key.columns
    since = table.columns[rule.clock]
    days = timedelta(days=rule.days)
    over = since < (clock.today() - days if isinstance(since.type, Date) else clock.now() - days)
    conditions: list[ColumnElement[bool]] = [over]
    if rule.where:
        conditions.append(text(f"({rule.where})"))  # type: ignore[arg-type]
    if rule.end is End.BLANK:
        blanks = blanks_of(keeping, rule).items()
        conditions.append(or_(*(table.columns[name].is_distinct_from(blank) for name, blank in blanks)))
    return select(key).where(and_(*conditions)).order_by(key).limit(most)


@dataclass(frozen=True)
class Line:
    """One kind of record in the privacy notice."""

    purpose: str
    basis: str
    what: str
    ends: tuple[str, ...]


def list_notice() -> dict[str, list[Line]]:
    """What is kept of people, for the privacy notice, by whose data it is."""
    notice: dict[str, list[Line]] = {}
    for keeping in list_keepings():
        if not keeping.about:
            continue
        held = [words for kind, words in KIND_WORDS.items() if kind in keeping.columns.values()]
        ends = tuple(say_end(rule.days, rule.clock, deleted=rule.end is End.DELETE) for rule in keeping.rules)
        notice.setdefault(keeping.about, []).append(Line(keeping.purpose, keeping.basis, _listed(held), ends))
    return notice


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
