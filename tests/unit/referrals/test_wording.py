"""A milestone in the words of recruitment, to whom the friend is nobody's friend."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from outreach.referrals.rules.terms import read_terms
from outreach.referrals.rules.wording import say_due

FILE = Path(__file__).parents[3] / "outreach" / "data" / "scheme.toml"
TERMS = read_terms(tomllib.loads(FILE.read_text(encoding="utf-8"))["terms"])


@pytest.mark.parametrize(
    ("stage", "months", "words"),
    [
        (TERMS.start_stage, 0, "reward for the start"),
        (TERMS.start_stage, 1, "reward for 1 month after the start"),
        (TERMS.start_stage, 6, "reward for 6 months after the start"),
        ("offered", 0, "reward for “Offered”"),
        ("offered", 2, "reward for 2 months after “Offered”"),
        ("gone from the terms", 0, "reward for “gone from the terms”"),
    ],
)
def test_a_due_date_says_what_for(stage: str, months: int, words: str) -> None:
    assert say_due(TERMS, replace(TERMS.milestones[0], stage=stage, months=months)) == words
