"""How features declare what they keep: every column has a class, every personal row an end.

Pure declarations. The engine that acts on them is in `outreach.privacy`; the privacy notice and the
data inventory are rendered from the same declarations, so they cannot drift from what happens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What a column holds."""

    KEY = "key"  # identifiers and references to other rows
    FACT = "fact"  # states, times, counts and codes that describe no person by themselves
    PERSONAL = "personal"  # names, addresses, numbers
    WORDS = "words"  # free text, in which a person may be named
    SECRET = "secret"  # digests and keys that let somebody in


class End(Enum):
    """What happens to a row when its time is over."""

    DELETE = "delete"
    BLANK = "blank"  # personal and free-text columns are emptied, figures stay
    STAY = "stay"  # nothing personal in it, or its parent's end is its own


@dataclass(frozen=True)
class Rule:
    """When rows of a table end.

    `clock` names the column that starts the count, `days` the length. `where` is an SQL condition over
    the table's own columns that narrows the rule. `values` gives what a blanked column becomes (an
    empty text otherwise; NULL where the column allows it).
    """

    clock: str
    days: int
    end: End
    where: str = ""
    columns: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Keeping:
    """What one table keeps, why, and until when."""

    table: str
    purpose: str
    basis: str
    columns: dict[str, Kind]
    rules: tuple[Rule, ...] = ()
    about: str = ""  # whose data it is, in words for the privacy notice
    owner: str = ""  # column that points at the person, for subject access


def columns(*, key: str = "", fact: str = "", personal: str = "", words: str = "", secret: str = "") -> dict[str, Kind]:
    """Classify columns by space-separated names."""
    kinds = ((Kind.KEY, key), (Kind.FACT, fact), (Kind.PERSONAL, personal), (Kind.WORDS, words), (Kind.SECRET, secret))
    return {name: kind for kind, names in kinds for name in names.split()}
