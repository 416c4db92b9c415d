"""The states of an ambassador, who is ready, and how well a district is covered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from outreach.errors import Conflict


class AmbassadorStatus(Enum):
    INTERESTED = "interested"
    AWAITING_MANAGER = "awaiting_manager"
    IN_TRAINING = "in_training"
    ACTIVE = "active"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    LEFT = "left"


class AmbassadorStep(Enum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    LEAVE = "leave"


_S, _T = AmbassadorStatus, AmbassadorStep
STEPS: dict[tuple[AmbassadorStatus, AmbassadorStep], AmbassadorStatus] = {
    (_S.IN_TRAINING, _T.START): _S.ACTIVE,
    (_S.ACTIVE, _T.PAUSE): _S.PAUSED,
    (_S.PAUSED, _T.RESUME): _S.ACTIVE,
    (_S.ACTIVE, _T.SUSPEND): _S.SUSPENDED,
    (_S.PAUSED, _T.SUSPEND): _S.SUSPENDED,
    (_S.IN_TRAINING, _T.SUSPEND): _S.SUSPENDED,
    (_S.SUSPENDED, _T.REINSTATE): _S.ACTIVE,
    (_S.INTERESTED, _T.LEAVE): _S.LEFT,
    (_S.AWAITING_MANAGER, _T.LEAVE): _S.LEFT,
    (_S.IN_TRAINING, _T.LEAVE): _S.LEFT,
    (_S.ACTIVE, _T.LEAVE): _S.LEFT,
    (_S.PAUSED, _T.LEAVE): _S.LEFT,
    (_S.SUSPENDED, _T.LEAVE): _S.LEFT,
}

# Days after leaving until an ambassador's name and addresses are blanked; see privacy.py.
KEPT_AFTER_LEAVING = 365

STATUS_WORDS = {status: status.value.replace("_", " ").capitalize() for status in AmbassadorStatus}

STOPPED = frozenset({AmbassadorStatus.PAUSED, AmbassadorStatus.SUSPENDED, AmbassadorStatus.LEFT})
# The states that somebody can be registered in, as the answers to: can they be invited to visits now?
REGISTER_AS = {
    AmbassadorStatus.ACTIVE: "Yes, they are ready: register them as active",
    AmbassadorStatus.IN_TRAINING: "Not yet, they are in training",
}


@dataclass(frozen=True)
class StepWords:
    """A step as people read it: its button, the question (of somebody named) that confirms it, and what was done."""

    button: str
    heading: str
    done: str
    consequences: tuple[str, ...] = ()


_WITHDRAWN = (
    "Any visits they are still to give go back to the work list, and the private links sent to them stop working."
)

STEP_WORDS: dict[AmbassadorStep, StepWords] = {
    _T.START: StepWords("Training is complete", "Make {} active", "is active and can be invited to visits"),
    _T.PAUSE: StepWords("Pause", "Pause {}", "is paused", (_WITHDRAWN, "We email them that they are paused.")),
    _T.RESUME: StepWords("Resume", "Resume {}", "is active again and can be invited to visits"),
    _T.SUSPEND: StepWords(
        "Suspend",
        "Suspend {}",
        "is suspended",
        (_WITHDRAWN, "We do not email them about being suspended: tell them yourself first."),
    ),
    _T.REINSTATE: StepWords("Reinstate", "Reinstate {}", "is active again and can be invited to visits"),
    _T.LEAVE: StepWords(
        "Record that they are leaving",
        "Record that {} is leaving",
        "has left",
        (
            _WITHDRAWN,
            f"Their name and contact details are erased after {KEPT_AFTER_LEAVING} days.",
            "This cannot be undone. If they come back, register them again.",
            "We email them to say so.",
        ),
    ),
}

# What the audit calls an act, as the history of an ambassador says it.
ACTS = {
    "ambassador.register": "Registered",
    "ambassador.edit": "Details changed",
    "ambassador.correct_address": "Email address corrected",
    "ambassador.start": "Made active",
    "ambassador.pause": "Paused",
    "ambassador.resume": "Resumed",
    "ambassador.suspend": "Suspended",
    "ambassador.reinstate": "Reinstated",
    "ambassador.leave": "Left",
}


def needs_confirming(step: AmbassadorStep) -> bool:
    """Whether a step takes something away from somebody, so that it is asked about on a page of its own."""
    return bool(STEP_WORDS[step].consequences)


def next_status(status: AmbassadorStatus, step: AmbassadorStep) -> AmbassadorStatus:
    """The state after a step. Raises Conflict where the step does not fit."""
    found = STEPS.get((status, step))
    if found is None:
        raise Conflict(f"This ambassador is {status.value.replace('_', ' ')}, so this cannot be done now.")
    return found


def steps_from(status: AmbassadorStatus) -> list[AmbassadorStep]:
    """What can be done from a state, in the order of the table."""
    return [step for (before, step) in STEPS if before is status]


def is_ready(status: AmbassadorStatus) -> bool:
    """Whether somebody may be invited. Readiness items join the register with the promise board; until then, active."""
    return status is AmbassadorStatus.ACTIVE


class Cover(Enum):
    """How well a district is covered. Never shown by colour alone."""

    COVERED = "covered"
    NEIGHBOUR = "covered by a neighbour"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Person:
    """What coverage needs to know of one ambassador."""

    home_district_id: int
    travels_to: frozenset[int]
    council_employed: bool
    ready: bool


@dataclass(frozen=True)
class DistrictCover:
    """The tile of one district: ready people who live there, how many are council-employed, ready neighbours."""

    district_id: int
    ready: int
    council_employed: int
    neighbours: int
    cover: Cover


def cover_of(district_id: int, people: Iterable[Person]) -> DistrictCover:
    """A district is covered by a ready council employee whose home it is; by a neighbour who travels there; or not."""
    ready = council = neighbours = 0
    for person in people:
        if not person.ready:
            continue
        if person.home_district_id == district_id:
            ready += 1
            council += person.council_employed
        elif district_id in person.travels_to and person.council_employed:
            neighbours += 1
    cover = Cover.COVERED if council else Cover.NEIGHBOUR if neighbours else Cover.NOBODY
    return DistrictCover(district_id, ready, council, neighbours, cover)


def say_cover(cover: DistrictCover) -> str:
    """A district's cover in words, which is what a tile says besides its number."""
    if cover.cover is Cover.COVERED:
        return f"{cover.council_employed} council-employed"
    missing = "No council-employed ambassador yet" if cover.ready else "No ambassador yet"
    return f"{missing}: covered by a neighbour" if cover.cover is Cover.NEIGHBOUR else missing


def first_name(name: str) -> str:
    """The name that a host is given; people are not asked for its parts, so it is the first of them."""
    return name.split(maxsplit=1)[0] if name.split() else ""


# Facts, told to the features above in the same transaction (see outreach/web/facts.py).


@dataclass(frozen=True)
class AmbassadorChanged:
    """An ambassador is called otherwise, or has another job: others are told of them by these words."""

    ambassador_id: int


@dataclass(frozen=True)
class AddressChanged:
    """Somebody has another address now, and the links that were sent to the old one have ended."""

    ambassador_id: int


@dataclass(frozen=True)
class AmbassadorStopped:
    """Somebody gives no visits for now, or any more: `words` say why, as in 'has left'."""

    ambassador_id: int
    words: str
