"""Ending what has been kept for its time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from outreach import clock
from outreach.audit.actions import record
from outreach.audit.models import AuditEntry, AuditRelease
from outreach.db import db
from outreach.privacy.queries import blanks_of, list_keepings, select_overdue, table_of
from outreach.retention import End, Keeping, Rule
from outreach.web.door import SYSTEM

BATCH = 500


@dataclass
class County:
    """Whose keeping it is, as the subject of the audit entry: the county has one row."""

    __tablename__ = "county"
    id: int = 1


def run_retention(*, dry_run: bool = False, batch: int = BATCH) -> dict[str, int]:
    """Delete or blank what is over its term, at most `batch` rows a rule. Returns how many rows of which table.

    Running it again changes only what became due since, or what the last batch left; nothing is blanked twice.
    Writes one audit entry with the counts, when data of people were among them. A dry run counts all and
    changes nothing.
    """
    changed: dict[str, int] = {}
    about_people: dict[str, int] = {}
    for keeping in list_keepings():
        for rule in keeping.rules:
            rows = _count(keeping, rule) if dry_run else _end(keeping, rule, batch)
            if rows:
                changed[keeping.table] = changed.get(keeping.table, 0) + rows
                if keeping.about:
                    about_people[keeping.table] = changed[keeping.table]
    if about_people and not dry_run:
        record(SYSTEM, "retention.run", County(), **about_people)
    return changed


def apply_retention() -> int:
    """The worker's job: one batch of each rule. Returns how many rows changed."""
    return sum(run_retention().values())


def _count(keeping: Keeping, rule: Rule) -> int:
    overdue = select_overdue(keeping, rule, 2**31).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(overdue)) or 0


def _end(keeping: Keeping, rule: Rule, batch: int) -> int:
    table = table_of(keeping)
    (key,) = table.primary_key.columns
    keys: list[object] = list(db.session.scalars(select_overdue(keeping, rule, batch).with_for_update()))
    if not keys or rule.end is End.STAY:
        return 0
    if rule.end is End.DELETE:
        if keeping.table == AuditEntry.__tablename__:
            return _release(keys)
        db.session.execute(delete(table).where(key.in_(keys)))
        return len(keys)
    values = dict(blanks_of(keeping, rule))
    if "version" in table.columns:
        # A form that was opened before must not write the old words back.
        values["version"] = table.columns["version"] + 1
    db.session.execute(update(table).where(key.in_(keys)).values(values))
    db.session.expire_all()
    return len(keys)


def _release(keys: list[object]) -> int:
    """Delete audit entries through their named exception, which stands only within this transaction."""
    release = AuditRelease(before=clock.now())
    db.session.add(release)
    db.session.flush()
    db.session.execute(delete(AuditEntry).where(AuditEntry.id.in_(keys)))
    db.session.delete(release)
    db.session.flush()
    return len(keys)
