"""Facts that events tell the features above, in the same transaction (see outreach/web/facts.py)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EventChanged:
    """Something that a calendar shows has changed: the stored calendar text must follow."""

    event_id: int


@dataclass(frozen=True)
class AmbassadorAnswered:
    """An ambassador said yes or no, can no longer come, or did not answer: `coming` is whether they come now."""

    event_id: int
    assignment_id: int
    coming: bool


@dataclass(frozen=True)
class EventMoved:
    """The time or the place changed; `before` is the old one in words, `how` what is different: 'has another host'.

    `kept`: it is only shorter, and whoever had said yes still comes.
    """

    event_id: int
    before: str
    how: str
    words: str
    kept: bool = False


@dataclass(frozen=True)
class EventCancelled:
    """The event is off. `by_requester` when it was they who gave it up, so that it is not ours to regret."""

    event_id: int
    words: str
    by_requester: bool
