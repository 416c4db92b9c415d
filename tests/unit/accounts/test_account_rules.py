"""How long sessions last, who needs a second step, who may be changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outreach.accounts import rules
from outreach.errors import Conflict

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("roles", "idle"),
    [
        ([], 480),
        (["viewer"], 480),
        (["coordinator"], 480),
        (["administrator"], 30),
        (["recruitment_officer"], 30),
        (["coordinator", "administrator"], 30),
    ],
)
def test_idle_limit_of_roles(roles: list[str], idle: int) -> None:
    last = START + 60 * MINUTE
    assert rules.session_is_live(roles, START, last, None, last + (idle - 1) * MINUTE)
    assert not rules.session_is_live(roles, START, last, None, last + idle * MINUTE)


def test_session_ends_after_twelve_hours_however_busy() -> None:
    at = START + timedelta(hours=12)
    assert rules.session_is_live([], START, at - MINUTE, None, at - MINUTE)
    assert not rules.session_is_live([], START, at, None, at)


def test_ended_session_is_over_at_once() -> None:
    assert not rules.session_is_live([], START, START, START, START)


@pytest.mark.parametrize("role", ["administrator", "coordinator", "recruitment_officer"])
def test_second_step_is_for_mailed_links_of_powerful_roles(role: str) -> None:
    assert rules.needs_second_step([role], council_sign_in=False, demo=False)
    assert not rules.needs_second_step([role], council_sign_in=True, demo=False)
    assert not rules.needs_second_step([role], council_sign_in=False, demo=True)


@pytest.mark.parametrize("roles", [[], ["viewer"]])
def test_second_step_is_not_asked_of_others(roles: list[str]) -> None:
    assert not rules.needs_second_step(roles, council_sign_in=False, demo=False)


@pytest.mark.parametrize(
    ("email", "council"),
    [
        ("jo@county.example", True),
        ("jo@COUNTY.example", True),
        ("jo@sub.county.example", False),
        ("jo@county.example.evil.example", False),
        ("jo@evilcounty.example", False),
        ("county.example@evil.example", False),
        ('"a@county.example"@evil.example', False),
        ("county.example", False),
        ("", False),
    ],
)
def test_council_address_is_exactly_at_the_domain(email: str, council: bool) -> None:
    found = rules.is_council_address(email, ("county.example",)) if "@" in email else False
    assert found is council


@pytest.mark.parametrize(
    ("own", "before", "after", "others", "refused"),
    [
        (False, [], ["administrator"], 0, False),
        (False, ["administrator"], ["administrator", "viewer"], 0, False),
        (False, ["administrator"], [], 2, False),
        (False, ["administrator"], [], 1, True),
        (False, ["administrator"], ["coordinator"], 0, True),
        (False, ["coordinator"], [], 0, False),
        (True, ["administrator"], ["administrator"], 5, False),
        (True, ["administrator"], ["administrator", "coordinator"], 5, True),
        (True, ["administrator"], [], 5, True),
    ],
)
def test_role_changes(own: bool, before: list[str], after: list[str], others: int, refused: bool) -> None:
    def change() -> None:
        rules.check_role_change(own=own, before=before, after=after, other_administrators=others)

    if refused:
        with pytest.raises(Conflict):
            change()
    else:
        change()


@pytest.mark.parametrize(
    ("own", "roles", "others", "refused"),
    [
        (False, [], 0, False),
        (False, ["administrator"], 2, False),
        (False, ["administrator"], 1, True),
        (True, [], 5, True),
        (True, ["administrator"], 5, True),
    ],
)
def test_disabling(own: bool, roles: list[str], others: int, refused: bool) -> None:
    def disable() -> None:
        rules.check_disabling(own=own, roles=roles, other_administrators=others)

    if refused:
        with pytest.raises(Conflict):
            disable()
    else:
        disable()


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("jo.bloggs@county.example", "Jo Bloggs"),
        ("jo.o-neil2@county.example", "Jo O-Neil"),
        ("JBLOGGS@county.example", "Jbloggs"),
        ("12345@county.example", "No name yet"),
        ("a" * 300 + "@county.example", "A" + "a" * 99),
    ],
)
def test_name_from_address(email: str, name: str) -> None:
    assert rules.name_from_address(email) == name


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("123456", "123456"), ("123 456", "123456"), (" 123-456 ", "123456"), ("١٢٣٤٥٦", ""), ("", ""), ("abc", "")],
)
def test_clean_code_keeps_ascii_digits(typed: str, digits: str) -> None:
    assert rules.clean_code(typed) == digits


def test_steps_to_try_are_the_present_one_and_its_neighbours() -> None:
    assert list(rules.steps_to_try(datetime(1970, 1, 1, 0, 1, 59, tzinfo=UTC))) == [2, 3, 4]


@pytest.mark.parametrize(
    ("claims", "verified"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": "true"}, False),
        ({"email_verified": 1}, False),
        ({"email_verified": False}, False),
        ({}, False),
        ({"xms_edov": True}, True),
        ({"xms_edov": "1"}, True),
        ({"xms_edov": 0}, False),
        ({"xms_edov": "false"}, False),
    ],
)
def test_verified_address(claims: dict[str, object], verified: bool) -> None:
    assert rules.is_verified_address(claims) is verified


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        ({"sub": "s", "oid": "o", "tid": "t"}, "t:o"),
        ({"sub": "s", "oid": "o"}, "s"),
        ({"sub": "s", "tid": "t"}, "s"),
        ({"sub": "s", "oid": "", "tid": "t"}, "s"),
        ({"sub": "s", "oid": ["o"], "tid": "t"}, "s"),
        ({}, ""),
        ({"sub": None}, ""),
    ],
)
def test_subject_of(claims: dict[str, object], subject: str) -> None:
    assert rules.subject_of(claims) == subject
