"""docs/referral-cases.md is the table of worked cases, and there are enough of them."""

from __future__ import annotations

from tests.unit.referrals.cases import CASES, PAGE, page


def test_the_page_of_worked_cases_is_the_cases() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.unit.referrals.cases"
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)
