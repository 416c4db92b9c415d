"""The states of an ambassador, the steps between them and the words for both."""

from __future__ import annotations

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
    ASK_MANAGER = "ask_manager"
    AGREE = "agree"
    NOT_NOW = "not_now"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    LEAVE = "leave"


_S, _T = AmbassadorStatus, AmbassadorStep
STEPS: dict[tuple[AmbassadorStatus, AmbassadorStep], AmbassadorStatus] = {
    (_S.INTERESTED, _T.ASK_MANAGER): _S.AWAITING_MANAGER,
    (_S.AWAITING_MANAGER, _T.ASK_MANAGER): _S.AWAITING_MANAGER,
    (_S.AWAITING_MANAGER, _T.AGREE): _S.IN_TRAINING,
    (_S.AWAITING_MANAGER, _T.NOT_NOW): _S.INTERESTED,
    (_S.IN_TRAINING, _T.NOT_NOW): _S.INTERESTED,
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
EMPLOYER_CONTACT_KEPT = 1095  # days after the contact at an employer was last looked over
KEPT_AFTER_LEAVING = 365

STATUS_WORDS = {status: status.value.replace("_", " ").capitalize() for status in AmbassadorStatus}

STOPPED = frozenset({AmbassadorStatus.PAUSED, AmbassadorStatus.SUSPENDED, AmbassadorStatus.LEFT})
# The states that somebody can be registered in, as the answers to: can they be invited to visits now?
REGISTER_AS = {
    AmbassadorStatus.ACTIVE: "Yes, everything on the checklist is done: register them as active",
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

# What the coordinator does; the other steps are taken by the applicant and their line manager.
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
    "ambassador.import": "Came in from a file",
    "ambassador.import_change": "Details changed by a file",
    "ambassador.edit": "Details changed",
    "ambassador.correct_address": "Email address corrected",
    "ambassador.apply": "Asked to join",
    "ambassador.confirm": "Confirmed that they want to join",
    "ambassador.ask_manager": "Their line manager was asked",
    "ambassador.record_agreement": "Their line manager’s agreement was recorded",
    "ambassador.correct_manager_address": "Their line manager’s email address was corrected",
    "ambassador.record_item": "An item of the checklist was recorded",
    "ambassador.take_back_item": "An item of the checklist was taken back",
    "ambassador.agree": "Their line manager agreed",
    "ambassador.not_now": "Their line manager said not now",
    "ambassador.edit_own": "Their own page changed",
    "ambassador.set_pattern": "Weekly availability changed",
    "ambassador.add_away": "Days away added",
    "ambassador.remove_away": "Days away removed",
    "ambassador.agree_to_be_shown": "Agreed to be shown to everybody",
    "ambassador.stop_being_shown": "Took back being shown to everybody",
    "ambassador.thank": "Thanked",
    "ambassador.start": "Made active",
    "ambassador.pause": "Paused",
    "ambassador.resume": "Resumed",
    "ambassador.suspend": "Suspended",
    "ambassador.reinstate": "Reinstated",
    "ambassador.leave": "Left",
}


def needs_confirming(step: AmbassadorStep) -> bool:
    """Whether a step takes something away from somebody, so that it is asked about on a page of its own."""
    return step in STEP_WORDS and bool(STEP_WORDS[step].consequences)


def next_status(status: AmbassadorStatus, step: AmbassadorStep) -> AmbassadorStatus:
    """The state after a step. Raises Conflict where the step does not fit."""
    found = STEPS.get((status, step))
    if found is None:
        raise Conflict(f"This ambassador is {status.value.replace('_', ' ')}, so this cannot be done now.")
    return found


def steps_from(status: AmbassadorStatus) -> list[AmbassadorStep]:
    """What the coordinator can do from a state, in the order of the table."""
    return [step for (before, step) in STEPS if before is status and step in STEP_WORDS]
