"""How somebody came to be asked, what an order of invitations goes through, and what becomes of a stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from outreach.errors import Conflict


class ChoiceWay(Enum):
    """By which act somebody was asked to an event, or came to be on it."""

    SHORTLIST = "shortlist"
    ORDER = "order"  # in an order, once those before them had not said yes
    PLANNER = "planner"
    OFFERED = "offered"  # they offered themselves
    STAND_IN = "stand_in"  # a colleague who cannot come named them
    NOW = "now"  # found on the day, when somebody dropped out
    BY_HAND = "by_hand"  # from a list of names: in place of somebody who stopped, or to log what has been


CHOICE_WORDS = {
    ChoiceWay.SHORTLIST: "chosen from the shortlist",
    ChoiceWay.ORDER: "asked in the order that was set",
    ChoiceWay.PLANNER: "proposed by the plan of the term",
    ChoiceWay.OFFERED: "offered to come",
    ChoiceWay.STAND_IN: "named as a stand-in",
    ChoiceWay.NOW: "found on the day",
    ChoiceWay.BY_HAND: "put on it by name",
}


NAMED_BY = "named_by"  # the code of the line that is kept of a stand-in: the assignment of who named them


class OrderStatus(Enum):
    """An order of invitations: it runs until it is stopped, or has nothing more to do."""

    RUNNING = "running"
    STOPPED = "stopped"  # by the coordinator
    ENDED = "ended"  # everybody in it was asked, or the event began


class StandInStatus(Enum):
    NAMED = "named"
    ASKED = "asked"
    REFUSED = "refused"


@dataclass(frozen=True)
class Chosen:
    """What spoke for somebody when they were chosen: kept with the assignment, as it was.

    `position` of `out_of` is their place on the list; `override` is the coordinator's reason for asking somebody
    whom the list ruled out.
    """

    position: int | None = None
    out_of: int | None = None
    score: int | None = None
    reasons: tuple[Mapping[str, Any], ...] = ()
    override: str = ""

    def columns(self) -> dict[str, Any]:
        """As a row of `choice` has it."""
        return {
            "position": self.position,
            "out_of": self.out_of,
            "score": self.score,
            "reasons": [dict(one) for one in self.reasons],
            "override": self.override,
        }


MORE_THAN_PLACES = "Ask more people than there are places"


def check_places(asked: int, left: int) -> None:
    """Refuse to ask more people at once than there are free places, unless it is meant. Raises Conflict."""
    if asked <= left:
        return
    people = "1 person" if asked == 1 else f"{asked} people"
    places = {0: "no place is", 1: "1 place is"}.get(left, f"{left} places are")
    fewer = "Tick fewer, ask" if left else "Ask"
    raise Conflict(
        f"You ticked {people} and {places} free. {fewer} them in order until filled, or tick “{MORE_THAN_PLACES}”.",
        "more",
    )
