"""How versions of the terms follow each other: drafted, published once, and never changed after that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum

from outreach.errors import Conflict
from outreach.referrals.rules.checking import check_terms
from outreach.referrals.rules.terms import Terms


class VersionStatus(Enum):
    DRAFT = "draft"
    PUBLISHED = "published"


STEPS: dict[tuple[VersionStatus, str], VersionStatus] = {
    (VersionStatus.DRAFT, "edit"): VersionStatus.DRAFT,
    (VersionStatus.DRAFT, "publish"): VersionStatus.PUBLISHED,
}


def check_dates(effective_from: date, today: date, published: Iterable[tuple[int, date]]) -> None:
    """Refuse a day that would change what is already promised. `published` are the numbers and days of the others.

    Raises Conflict beside `effective_from`: the past cannot be given other terms, and a version may not
    begin inside or before the time of one that is published.
    """
    if effective_from <= today:
        raise Conflict("The day the terms take effect must be after today", "effective_from")
    for number, begins in published:
        if begins == effective_from:
            raise Conflict(f"Version {number} takes effect on that day: choose a later one", "effective_from")
        if begins > effective_from:
            raise Conflict(
                f"Version {number} takes effect on {begins.day} {begins:%B %Y}, and terms may not overlap: "
                "choose a later day",
                "effective_from",
            )


def check_publishable(terms: Terms) -> None:
    """Raises Conflict with the first problem of the terms, its field where in them it lies."""
    for problem in check_terms(terms):
        raise Conflict(problem.words, problem.path)


def check_publisher(drafted_by: int | None, publisher: int | None) -> None:
    """One drafts and another publishes."""
    if publisher is None or publisher == drafted_by:
        raise Conflict("You drafted this version, so somebody else must publish it")
