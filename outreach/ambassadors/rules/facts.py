"""What the register tells the features above, in the same transaction (see outreach/web/facts.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AddressChanged:
    """Somebody has another address now, and the links that were sent to the old one have ended."""

    ambassador_id: int


@dataclass(frozen=True)
class AmbassadorChanged:
    """Ambassadors are called otherwise, or have another job: others are told of them by these words."""

    ambassador_ids: tuple[int, ...]


@dataclass(frozen=True)
class AmbassadorStopped:
    """Somebody gives no visits for now, or any more: `words` say why, as in 'has left'."""

    ambassador_id: int
    words: str


@dataclass(frozen=True)
class DaysAwayAdded:
    """Somebody cannot come on these days, the last one included; they may be booked on one of them."""

    ambassador_id: int
    first_day: date
    last_day: date
