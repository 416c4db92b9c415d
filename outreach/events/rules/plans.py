"""The states of a plan of a term."""

from __future__ import annotations

from enum import Enum


class PlanStatus(Enum):
    QUEUED = "queued"
    RUNNING = "running"
    PROPOSED = "proposed"
    FAILED = "failed"
    STOPPED = "stopped"
    APPLYING = "applying"
    APPLIED = "applied"


class PlanMethod(Enum):
    """What is known of how good a proposal is."""

    OPTIMAL = "optimal"
    BOUNDED = "bounded"  # within the stated gap of the best possible
    GREEDY = "greedy"  # the quick fallback: nothing is proven


class PlaceStatus(Enum):
    """What a plan has for one place of an opening."""

    PROPOSED = "proposed"
    UNFILLED = "unfilled"
    LEFT_OUT = "left_out"  # the coordinator took it out of what is applied
    ASKED = "asked"
    SKIPPED = "skipped"  # when it was applied they were no longer free or ready
