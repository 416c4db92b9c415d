"""How long a session, a sign-in and a link last, and who needs a second step."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from outreach.errors import Conflict

SIGN_IN_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
SESSION_LASTS = timedelta(hours=12)
IDLE = timedelta(hours=8)
IDLE_WITH_PERSONAL_DATA = timedelta(minutes=30)
FOLLOW_LASTS = timedelta(days=730)
OUTCOME_LASTS = timedelta(days=60)
FEWEST_ADMINISTRATORS = 2

SHORT_IDLE_ROLES = frozenset({"administrator", "recruitment_officer"})
SECOND_STEP_ROLES = frozenset({"administrator", "coordinator", "recruitment_officer"})


def idle_after(roles: Collection[str]) -> timedelta:
    """How long a session may lie idle: 30 minutes where whole lists of people can be seen, else 8 hours."""
    return IDLE_WITH_PERSONAL_DATA if SHORT_IDLE_ROLES.intersection(roles) else IDLE


def session_is_live(
    roles: Collection[str], started: datetime, last_seen: datetime, ended: datetime | None, at: datetime
) -> bool:
    """Whether a session still counts: not ended, younger than 12 hours, not idle too long."""
    return ended is None and at < started + SESSION_LASTS and at < last_seen + idle_after(roles)


def needs_second_step(roles: Collection[str], *, council_sign_in: bool, demo: bool) -> bool:
    """Whether an e-mailed link alone is not enough. The council's own sign-in brings its second factor."""
    return not demo and not council_sign_in and bool(SECOND_STEP_ROLES.intersection(roles))


def is_council_address(email: str, domains: Collection[str]) -> bool:
    """Whether the address is exactly at one of the council's domains."""
    return email.rpartition("@")[2].lower() in domains


def check_role_change(
    *, own: bool, before: Collection[str], after: Collection[str], other_administrators: int
) -> None:
    """Refuse changing one's own roles, and leaving fewer than two administrators. Raises Conflict."""
    if own and set(before) != set(after):
        raise Conflict("You cannot change your own roles: ask another administrator.", "roles")
    loses = "administrator" in before and "administrator" not in after
    if loses and other_administrators < FEWEST_ADMINISTRATORS:
        raise Conflict("There must always be at least two administrators: make somebody else one first.", "roles")
