"""Who thanks an ambassador, and in how many words. Pure."""

from __future__ import annotations

from enum import Enum

from outreach.errors import Conflict


class ThanksFrom(Enum):
    COORDINATOR = "coordinator"
    HOST = "host"


LONGEST_THANKS = 600


def check_words(words: str) -> None:
    """Refuse thanks without words, and an essay. Raises Conflict."""
    if not words.strip():
        raise Conflict("Enter your thanks", "words")
    if len(words) > LONGEST_THANKS:
        raise Conflict(f"Your thanks must be {LONGEST_THANKS} characters or fewer", "words")
