"""How long a session, a sign-in and a link last, and who needs a second step."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from outreach.errors import Conflict

ADMINISTRATOR = "administrator"

SIGN_IN_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
CODE_DIGITS = 6
ENROLMENT_LASTS = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=12)
IDLE = timedelta(hours=8)
IDLE_WITH_PERSONAL_DATA = timedelta(minutes=30)
FOLLOW_LASTS = timedelta(days=730)
OUTCOME_LASTS = timedelta(days=60)
LEAVING_LASTS = timedelta(days=14)  # after the end of the event, and so of its invitation
FEWEST_ADMINISTRATORS = 2
LONGEST_NAME = 100
TOTP_STEP = 30  # seconds, RFC 6238's default, which every authenticator app knows
TOTP_DRIFT = 1  # steps that a telephone's clock may be off, either way

SHORT_IDLE_ROLES = frozenset({ADMINISTRATOR, "recruitment_officer"})
SECOND_STEP_ROLES = frozenset({ADMINISTRATOR, "coordinator", "recruitment_officer"})


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


def plain_email(email: str) -> str:
    """One spelling for all spellings of a mailbox: small letters, no dots and no plus tag before the @.

    It is only compared, never written to: somewhere two people may share it.
    """
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{'gmail.com' if domain == 'googlemail.com' else domain}"


def first_name(name: str) -> str:
    """The name by which others are told of somebody; people are not asked for its parts, so it is the first of them."""
    return name.split(maxsplit=1)[0] if name.split() else ""


def name_from_address(email: str) -> str:
    """A name for somebody who signed in before anybody named them: 'jo.o-neil2@' becomes 'Jo O-Neil'."""
    words = re.split(r"[._+]", email.rpartition("@")[0])
    named = " ".join(word.strip("0123456789").title() for word in words if word.strip("0123456789"))
    return named[:LONGEST_NAME] or "No name yet"


def clean_code(typed: str) -> str:
    """The digits of a code as people copy it: '123 456' and '123-456' are the same code."""
    return "".join(char for char in typed if char in "0123456789")


def steps_to_try(at: datetime) -> range:
    """The numbers of the time steps whose code is taken at an instant."""
    step = int(at.timestamp()) // TOTP_STEP
    return range(step - TOTP_DRIFT, step + TOTP_DRIFT + 1)


def is_verified_address(claims: Mapping[str, object]) -> bool:
    """Whether the provider vouches for the e-mail address.

    Microsoft Entra ID says so in a claim of its own, `xms_edov`, in any of these spellings.
    """
    return claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true", "True")


def subject_of(claims: Mapping[str, object]) -> str:
    """Who this is at the provider: Entra's object and tenant where given, as its `sub` differs between apps."""
    person, tenant = claims.get("oid"), claims.get("tid")
    if isinstance(person, str) and person and isinstance(tenant, str) and tenant:
        return f"{tenant}:{person}"
    return str(claims.get("sub") or "")


def check_role_change(*, own: bool, before: Collection[str], after: Collection[str], other_administrators: int) -> None:
    """Refuse changing one's own roles, and leaving fewer than two administrators. Raises Conflict."""
    if own and set(before) != set(after):
        raise Conflict("You cannot change your own roles: ask another administrator.")
    loses = ADMINISTRATOR in before and ADMINISTRATOR not in after
    if loses and other_administrators < FEWEST_ADMINISTRATORS:
        raise Conflict("There must always be at least two administrators: make somebody else one first.", "roles")


def check_disabling(*, own: bool, roles: Collection[str], other_administrators: int) -> None:
    """Refuse disabling oneself, and leaving fewer than two administrators. Raises Conflict."""
    if own:
        raise Conflict("You cannot disable your own account: ask another administrator.")
    if ADMINISTRATOR in roles and other_administrators < FEWEST_ADMINISTRATORS:
        raise Conflict("There must always be at least two administrators: make somebody else one first.")
