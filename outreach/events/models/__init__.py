"""The rows of events: events and their openings, assignments and how they came about, plans of a term."""

from outreach.events.models.assignments import (
    CLASH,
    POSTGRESQL_CLASH,
    SQLITE_CLASH,
    Assignment,
    Choice,
    InvitationOrder,
    OtherDate,
    StandIn,
    Weight,
)
from outreach.events.models.events import Arrangements, Event, ImportedEntry, Opening
from outreach.events.models.plans import Plan, PlanPlace

__all__ = [
    "CLASH",
    "POSTGRESQL_CLASH",
    "SQLITE_CLASH",
    "Arrangements",
    "Assignment",
    "Choice",
    "Event",
    "ImportedEntry",
    "InvitationOrder",
    "Opening",
    "OtherDate",
    "Plan",
    "PlanPlace",
    "StandIn",
    "Weight",
]
