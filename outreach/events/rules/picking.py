"""Why an ambassador fits an event, and why somebody cannot be picked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from outreach.ambassadors.rules.availability import Availability, free_at, is_away, parts_of
from outreach.events.rules.states import ASSIGNMENT_WORDS, AssignmentStatus, AssignmentStep, may_step


@dataclass(frozen=True)
class Candidate:
    """What the picking list needs to know of one ambassador, for one event."""

    ambassador_id: int
    ready: bool
    based_here: bool
    travels_here: bool
    offers_activity: bool
    speaks_to_audience: bool
    busy_with: str | None  # the reference and title of the event that holds them then
    status_here: AssignmentStatus | None  # their assignment on this very event
    wishes: tuple[str, ...] = ()  # what they have said that does not go with this event, in words


@dataclass(frozen=True)
class Suitability:
    """Why somebody fits, what to bear in mind, and the one reason why they cannot be picked, if there is one."""

    ambassador_id: int
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    bar: str | None

    @property
    def near(self) -> bool:
        """Whether they work in the event's district or travel to it."""
        return BASED_HERE in self.reasons or TRAVELS_HERE in self.reasons

    def rank(self, name: str) -> tuple[int, int, int, str, int]:
        """Pickable first, then those who have not said no to it, then the most reasons, then by name and id."""
        return (1 if self.bar else 0, len(self.remarks), -len(self.reasons), name.casefold(), self.ambassador_id)


BASED_HERE = "based in this district"
TRAVELS_HERE = "travels to this district"
REMARKS = {
    AssignmentStatus.DECLINED: "declined this one before",
    AssignmentStatus.LAPSED: "did not answer before",
    AssignmentStatus.WITHDRAWN: "was taken off it or could no longer come",
}


def suitability_of(candidate: Candidate) -> Suitability:
    """Explain one ambassador for one event. The bars stand in the order in which they are told."""
    reasons = []
    if candidate.based_here:
        reasons.append(BASED_HERE)
    elif candidate.travels_here:
        reasons.append(TRAVELS_HERE)
    if candidate.speaks_to_audience:
        reasons.append("speaks to this audience")
    if candidate.offers_activity:
        reasons.append("offers this kind of visit")
    bar = None
    if candidate.status_here is not None and not may_step(candidate.status_here, AssignmentStep.INVITE):
        bar = f"already {ASSIGNMENT_WORDS[candidate.status_here]}"
    elif not candidate.ready:
        bar = "not ready at present"
    elif candidate.busy_with:
        bar = f"busy then: {candidate.busy_with}"
    remark = REMARKS.get(candidate.status_here) if candidate.status_here else None
    remarks = ((remark,) if remark else ()) + candidate.wishes
    return Suitability(candidate.ambassador_id, tuple(reasons), remarks, bar)


def say_wishes(
    availability: Availability, span: tuple[datetime, datetime], today: date, limits: tuple[int | None, int | None, int]
) -> tuple[str, ...]:
    """What speaks against asking somebody to a span of London time, by what they have said; nothing bars them.

    `limits` are the days of notice they need, the most visits in a month, and the visits they have in that month.
    """
    starts, ends = span
    notice, most, held = limits
    said = []
    if any(is_away(availability.away, day) for day, _ in parts_of(starts, ends)):
        said.append("away then")
    elif not free_at(availability, starts, ends):
        said.append("does not usually come at that time")
    if notice is not None and (starts.date() - today).days < notice:
        said.append(f"asks for {notice} day{'' if notice == 1 else 's'}’ notice")
    if most is not None and held >= most:
        said.append(f"has {held} that month and wants at most {most}")
    return tuple(said)
