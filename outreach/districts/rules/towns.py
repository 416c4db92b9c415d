"""How far it is from one town to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping

LONGEST_TRAVEL = 300  # minutes: what the table holds, and longer than any county is wide
LONGEST_TOWN = 100


def minutes_between(minutes: Mapping[tuple[str, str], int], one: str, other: str) -> int | None:
    """How long it takes by the county's table, whatever the capitals; None where the table does not say."""
    here, there = one.strip().casefold(), other.strip().casefold()
    if here == there:
        return 0 if here else None
    return minutes.get((here, there))
