"""The rules of consent: how contacts compare, when a mail may go, what a referrer sees when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts.rules import first_name, plain_email
from outreach.errors import Conflict
from outreach.referrals.rules.consent import (
    MOST_PENDING,
    STEPS,
    ReferralState,
    check_pending,
    may_write,
    plain_phone,
    shown_state,
    step,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "spelling",
    [
        "jo.smith@county.example",
        "JoSmith@County.Example",
        " j.o.s.m.i.t.h@county.example ",
        "josmith+friends@county.example",
        "jo.smith+a+b.c@county.example",
    ],
)
def test_one_mailbox_has_one_spelling(spelling: str) -> None:
    assert plain_email(spelling) == "josmith@county.example"


@pytest.mark.parametrize("other", ["jo.smyth@county.example", "josmith@county.other", "josmith@sub.county.example"])
def test_other_mailboxes_stay_others(other: str) -> None:
    assert plain_email(other) != "josmith@county.example"


def test_dots_of_the_domain_count() -> None:
    assert plain_email("jo@a.bc.example") != plain_email("jo@ab.c.example")
    assert plain_email("jo@googlemail.com") == plain_email("j.o+x@gmail.com")


@given(st.from_regex(r"[a-z][a-z0-9]{0,12}", fullmatch=True), st.from_regex(r"[a-z0-9.]{0,8}", fullmatch=True))
def test_dots_and_tags_never_matter(local: str, tag: str) -> None:
    dotted = ".".join(local)
    assert plain_email(f"{dotted}+{tag}@a.example") == plain_email(f"{local}@a.example") == f"{local}@a.example"


@given(st.text(max_size=80))
def test_any_text_can_be_compared(text: str) -> None:
    assert plain_email(plain_email(text)) == plain_email(text) or "@" not in text or text.count("@") > 1
    plain_phone(text)


@pytest.mark.parametrize(
    "spelling", ["07700 900982", "+44 7700 900 982", "+44 (0) 7700 900982", "0044 7700 900982", "07700-900-982 ext 3"]
)
def test_one_number_has_one_spelling(spelling: str) -> None:
    assert plain_phone(spelling) == "7700900982"


@pytest.mark.parametrize(
    ("mails", "since", "may"),
    [(0, None, True), (1, 23, False), (1, 24, True), (2, 24, True), (3, 24, False), (3, 1000, False), (2, 1, False)],
)
def test_one_mail_a_day_and_three_in_all(mails: int, since: int | None, may: bool) -> None:
    last = None if since is None else NOW - timedelta(hours=since)
    assert may_write(mails, last, NOW) is may


def test_so_many_may_wait() -> None:
    check_pending(MOST_PENDING - 1)
    with pytest.raises(Conflict, match="You can have 5 friends waiting"):
        check_pending(MOST_PENDING)


@pytest.mark.parametrize(("state", "act"), list(product(ReferralState, ("agree", "end", "reopen", "dance"))))
def test_every_step_from_every_state(state: ReferralState, act: str) -> None:
    if (state, act) in STEPS:
        assert step(state, act) is STEPS[state, act]
    else:
        with pytest.raises(Conflict):
            step(state, act)


def test_the_table_of_steps_is_what_was_agreed() -> None:
    assert {(state.value, act, to.value) for (state, act), to in STEPS.items()} == {
        ("waiting", "agree", "agreed"),
        ("waiting", "end", "closed"),
        ("agreed", "end", "closed"),
        ("closed", "reopen", "agreed"),
    }


@pytest.mark.parametrize(
    ("state", "shown_in", "agreed", "seen"),
    [
        (ReferralState.WAITING, None, False, "waiting"),
        (ReferralState.CLOSED, 1, False, "waiting"),
        (ReferralState.CLOSED, 0, False, "closed"),
        (ReferralState.CLOSED, -1, False, "closed"),
        (ReferralState.AGREED, None, True, "recruitment"),
        (ReferralState.CLOSED, 1, True, "recruitment"),
        (ReferralState.CLOSED, -1, True, "closed"),
    ],
)
def test_a_closing_shows_only_after_its_delay(
    state: ReferralState, shown_in: int | None, agreed: bool, seen: str
) -> None:
    at = None if shown_in is None else NOW + timedelta(minutes=shown_in)
    assert shown_state(state, at, agreed, NOW) == seen


@pytest.mark.parametrize(("name", "first"), [("Jo Referrer", "Jo"), ("Jo", "Jo"), ("", ""), ("  Ada  L ", "Ada")])
def test_first_names(name: str, first: str) -> None:
    assert first_name(name) == first
