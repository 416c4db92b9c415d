"""The states of a reward, what each act moves, and the file for payroll."""

from __future__ import annotations

import csv
import io
import itertools
import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Conflict
from outreach.referrals.rules.ledger import (
    STEPS,
    Act,
    balance,
    check_approver,
    check_giver,
    movement,
    next_act,
    payroll_difference,
)
from outreach.referrals.rules.payroll import Line, digest_of, write_file
from outreach.sheets import as_bytes, safe_cell

ALL_STEPS = ("propose", "approve", "refuse", "pay", "hand over", "reverse")


@pytest.mark.parametrize(("now", "step"), list(itertools.product([None, *Act], ALL_STEPS)))
def test_every_state_and_step(now: Act | None, step: str) -> None:
    if (now, step) in STEPS:
        assert next_act(now, step) is STEPS[now, step]
    else:
        with pytest.raises(Conflict, match="Open the page again"):
            next_act(now, step)


def test_the_balance_of_any_life_of_a_reward_is_what_stands() -> None:
    """Whatever is done to a reward, what is owed and given in the end follows from its last state alone."""
    ends = set()
    for seed in range(300):
        dice, state, moved = random.Random(seed), None, []
        for _ in range(dice.randrange(1, 12)):
            step = dice.choice([step for (now, step) in STEPS if now is state])
            after = next_act(state, step)
            moved.append(movement(state, after, 25_000))
            state = after
        found = balance(moved)
        assert state is not None
        ends.add(state)
        assert found.owed == (25_000 if state is Act.APPROVED else 0)
        assert found.given == (25_000 if state in (Act.PAID, Act.HANDED_OVER) else 0)
        assert found.spent == found.owed + found.given
    assert ends == set(Act)


def test_payroll_is_told_what_it_was_not_told() -> None:
    assert payroll_difference(Act.APPROVED, 100, 0) == 100
    assert payroll_difference(Act.PAID, 100, 100) == 0
    assert payroll_difference(Act.REVERSED, 100, 100) == -100
    assert payroll_difference(Act.REVERSED, 100, 0) == 0
    assert payroll_difference(Act.PROPOSED, 100, 0) == 0


def test_nobody_decides_on_their_own_reward_nor_twice() -> None:
    check_approver(2, 1)
    check_giver(3, 1, 2)
    for refused in (lambda: check_approver(1, 1), lambda: check_approver(None, 1)):
        with pytest.raises(Conflict, match="your own referral"):
            refused()
    with pytest.raises(Conflict, match="your own referral"):
        check_giver(1, 1, 2)
    with pytest.raises(Conflict, match="You approved this reward"):
        check_giver(2, 1, 2)


def line(pence: int = 25_000, **more: object) -> Line:
    values = {
        "reference": "RW-2345-6789",
        "name": "Ada",
        "email": "ada@county.example",
        "milestone": "Your friend starts",
        "taxable": True,
        "decided_on": date(2026, 11, 22),
    }
    return Line(pence=pence, **(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        *("=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|calc", "%0A", '=HYPERLINK("http://x")', " =1"),
        # LibreOffice drops some of these before it looks for a formula.
        *("\x00=1", "\ufeff=1", "\u200b=1", "\u200f-1", "\u00a0+1", "\x1f\u2060@A1", "\uff1d1", "\ufeff \x00=1"),
    ],
)
def test_no_cell_begins_a_formula(name: str) -> None:
    content = write_file(date(2026, 11, 1), [line(name=name), line(-10_000, milestone=name)])
    for row in csv.reader(io.StringIO(content)):
        assert len(row) == 8
        assert not any(begins_formula(cell) for cell in row)


@given(st.text(max_size=40))
def test_no_text_begins_a_formula(text: str) -> None:
    [_, row, _] = csv.reader(io.StringIO(write_file(date(2026, 11, 1), [line(name=text, email=text)])))
    assert not any(begins_formula(cell) for cell in row)


def begins_formula(cell: str) -> bool:
    """Whether a spreadsheet could: as it stands, or once it has dropped what cannot be seen."""
    seen = "".join(sign for sign in cell if unicodedata.category(sign)[0] not in "CZ")
    signs = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    return cell.startswith((*signs, "\t", "\r", "\n")) or seen.startswith(signs)


def test_totals_and_digest() -> None:
    lines = [line(25_000), line(30_050), line(-25_000)]
    content = write_file(date(2026, 11, 1), lines)
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[-1][:6] == ["Total of November 2026", "3 lines", "", "", "550.50", "250.00"]
    assert digest_of(content) != digest_of(write_file(date(2026, 11, 1), lines[:2]))
    assert as_bytes(content).startswith(b"\xef\xbb\xbf")
    assert write_file(date(2026, 11, 1), reversed(lines)).count("\r\n") == 5


def test_names_in_any_script_are_kept() -> None:
    for name in ("Zoë 🙂", "عمر", "x" * 10_000, 'Comma, "quote"'):
        rows = list(csv.reader(io.StringIO(write_file(date(2026, 11, 1), [line(name=name)]))))
        assert rows[1][1] == name
    assert safe_cell("two\r\nlines") == "two lines"
