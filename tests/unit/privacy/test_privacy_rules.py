"""How terms read in the privacy notice."""

from __future__ import annotations

import pytest

from outreach.privacy.rules import say_end, say_term


@pytest.mark.parametrize(
    ("days", "words"), [(1, "24 hours"), (30, "30 days"), (90, "90 days"), (365, "1 year"), (730, "2 years")]
)
def test_terms_in_words(days: int, words: str) -> None:
    assert say_term(days) == words


def test_ends_in_words() -> None:
    assert say_end(30, "created_at", deleted=True) == "Deleted 30 days after it was written"
    assert say_end(365, "status_since", deleted=False) == "Names and words are removed 1 year after they leave"
    assert say_end(0, "expires_at", deleted=True) == "Deleted as soon as it expires"
