"""Versions of the scheme's terms. The database itself refuses to change one that is published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, event, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, enum_of
from outreach.referrals.rules.terms import Terms, read_terms
from outreach.referrals.rules.versions import VersionStatus


class SchemeVersion(Base):
    """One version of the terms. A referral keeps the version that was in force when it was made."""

    __tablename__ = "scheme_version"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_at_a_time"),
        CheckConstraint(
            "published_by_id IS NULL OR drafted_by_id IS NULL OR published_by_id <> drafted_by_id", name="two_people"
        ),
        Index(
            "uq_scheme_version_effective_from",
            "effective_from",
            unique=True,
            sqlite_where=text("status = 'published'"),
            postgresql_where=text("status = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str]
    terms: Mapped[dict[str, Any]]
    effective_from: Mapped[date]
    status: Mapped[VersionStatus] = mapped_column(enum_of(VersionStatus))
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def read(self) -> Terms:
        """The terms as the rules take them."""
        return read_terms(self.terms)


FIXED = "a published version of the scheme is never changed"
SQLITE = [
    f"""CREATE TRIGGER scheme_version_no_{act.lower()} BEFORE {act} ON scheme_version
WHEN OLD.status = 'published'
BEGIN SELECT RAISE(ABORT, '{FIXED}'); END"""
    for act in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"""CREATE FUNCTION scheme_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{FIXED}';
END $$""",
    """CREATE TRIGGER scheme_version_guard BEFORE UPDATE OR DELETE ON scheme_version
FOR EACH ROW WHEN (OLD.status = 'published') EXECUTE FUNCTION scheme_version_guard()""",
]

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            SchemeVersion.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),
        )
