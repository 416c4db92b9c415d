"""Reading the versions of the scheme."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from outreach.db import db
from outreach.errors import NotFound
from outreach.referrals.models import SchemeVersion
from outreach.referrals.rules.versions import VersionStatus


def find_version_in_force(day: date) -> SchemeVersion | None:
    """The published version whose terms bind a referral made on this day."""
    return db.session.scalar(
        select(SchemeVersion)
        .where(SchemeVersion.status == VersionStatus.PUBLISHED, SchemeVersion.effective_from <= day)
        .order_by(SchemeVersion.effective_from.desc(), SchemeVersion.id)
        .limit(1)
    )


def get_version_in_force(day: date) -> SchemeVersion:
    """Raises NotFound when no scheme was in force yet: nobody can refer."""
    version = find_version_in_force(day)
    if version is None:
        raise NotFound
    return version


def get_version(number: int) -> SchemeVersion:
    version = db.session.scalar(select(SchemeVersion).where(SchemeVersion.number == number))
    if version is None:
        raise NotFound
    return version


def list_published() -> list[SchemeVersion]:
    """Published versions, the newest first."""
    return list(
        db.session.scalars(
            select(SchemeVersion)
            .where(SchemeVersion.status == VersionStatus.PUBLISHED)
            .order_by(SchemeVersion.effective_from.desc(), SchemeVersion.id)
        )
    )


def list_drafts() -> list[SchemeVersion]:
    """Drafts, in the order of the day they would take effect."""
    return list(
        db.session.scalars(
            select(SchemeVersion)
            .where(SchemeVersion.status == VersionStatus.DRAFT)
            .order_by(SchemeVersion.effective_from, SchemeVersion.id)
        )
    )


def find_newest_number() -> int:
    """The highest number given to a version; 0 before the first."""
    return db.session.scalar(select(func.max(SchemeVersion.number))) or 0
