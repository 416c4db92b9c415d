"""Where somebody sets out from. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def base_town_of(base_town: str | None, home_towns: Sequence[str]) -> str:
    """The town somebody works in; while they have not said, the first of their home district, if it has one."""
    return base_town or (home_towns[0] if home_towns else "")
