"""What a public search may say of people. Pure.

Who has agreed to be shown stands in the results with first name, role, story and what they offer. Of everybody else
the search says how many work in which district and role family, and nothing more: no name, role, language or card of
their own. A language can tell where somebody comes from, so one that only people who are not shown speak is offered
without a count, without their role family, and only together with a district.
"""

from __future__ import annotations

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame"})


def shown_name(name: str) -> str:
    """The first name of somebody who agreed to be shown; people are not asked for the parts of their name."""
    words = [word for word in name.split() if word.lower().rstrip(".") not in TITLES]
    return words[0] if words else "An ambassador"
