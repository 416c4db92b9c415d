"""What the register decides by itself: states, readiness, availability, cover and the promise board. Pure."""

from __future__ import annotations

from outreach.ambassadors.rules.cover import Cover, DistrictCover, Person, cover_of, say_cover
from outreach.ambassadors.rules.facts import AddressChanged, AmbassadorStopped
from outreach.ambassadors.rules.readiness import (
    Agreement,
    Done,
    Needed,
    Readiness,
    RequirementKind,
    expires_on,
    readiness_of,
)
from outreach.ambassadors.rules.states import (
    ACTS,
    KEPT_AFTER_LEAVING,
    REGISTER_AS,
    STATUS_WORDS,
    STEP_WORDS,
    STEPS,
    STOPPED,
    AmbassadorStatus,
    AmbassadorStep,
    StepWords,
    needs_confirming,
    next_status,
    steps_from,
)

__all__ = [
    "ACTS",
    "KEPT_AFTER_LEAVING",
    "REGISTER_AS",
    "STATUS_WORDS",
    "STEPS",
    "STEP_WORDS",
    "STOPPED",
    "AddressChanged",
    "Agreement",
    "AmbassadorStatus",
    "AmbassadorStep",
    "AmbassadorStopped",
    "Cover",
    "DistrictCover",
    "Done",
    "Needed",
    "Person",
    "Readiness",
    "RequirementKind",
    "StepWords",
    "cover_of",
    "expires_on",
    "needs_confirming",
    "next_status",
    "readiness_of",
    "say_cover",
    "steps_from",
]
