"""What a host agrees to before a visit with under-18s is confirmed, and what is still missing. Pure.

Decided in docs/decisions/0018-the-visit-pack.md.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from enum import Enum


class HostPoint(Enum):
    """What a host says of a visit with under-18s. All are agreed to at once, or none."""

    ADULT = "adult"
    SIGN_IN = "sign_in"
    SAFETY = "safety"
    PHOTOGRAPHS = "photographs"


HOST_POINTS = {
    HostPoint.ADULT: "A named adult of ours stays with the group throughout",
    HostPoint.SIGN_IN: "Visitors sign in with us and show their ID or badge",
    HostPoint.SAFETY: "We tell them on arrival what to do in a fire, and who gives first aid",
    HostPoint.PHOTOGRAPHS: "Nobody photographs or records the group unless we have agreed to it",
}
_ONLINE = (HostPoint.ADULT, HostPoint.PHOTOGRAPHS)

# What an ambassador keeps to wherever there are under-18s.
CODE_OF_CONDUCT = (
    "Never be alone with a pupil or student: a member of the host’s staff stays with you.",
    "Give no personal contact details, and accept none: no telephone numbers, no social media.",
    "Give nobody a lift.",
    "If somebody tells you something that worries you, promise no secrecy: tell the safeguarding lead at once.",
)
# What is the host's to say: it goes when another host takes the event over, and the first part when it is elsewhere.
OF_PLACE = ("room", "access", "parking")
HOST_SAYS = (*OF_PLACE, "contact_name", "contact_phone", "safeguarding_name", "safeguarding_phone")
STANDARD_NEEDS = "A projector or screen, if they are to show anything"
# How near a visit is when what is still missing is the coordinator's to chase.
CHASE = timedelta(days=7)


def points_of(online: bool) -> dict[HostPoint, str]:
    """The points that a host is asked to agree to: nobody signs in or leaves by a fire exit online."""
    return {one: words for one, words in HOST_POINTS.items() if one in _ONLINE or not online}


def agrees(ticked: Collection[HostPoint], online: bool) -> bool:
    return set(points_of(online)) <= set(ticked)


def say_unconfirmed(must_agree: bool, agreed: bool, safeguarding: tuple[str, str]) -> str:
    """What a host has still to do before a visit is confirmed, as a sentence; empty where there is nothing.

    `must_agree`: it has a host, and under-18s may come. `safeguarding` is the lead's name and telephone number.
    """
    if not must_agree or (agreed and all(safeguarding)):
        return ""
    if agreed:
        return "The host has not said who the safeguarding lead is, or on what number."
    named = "" if all(safeguarding) else ", or who the safeguarding lead is"
    return f"The host has not confirmed how the group is kept safe{named}."
