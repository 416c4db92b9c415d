"""Keeping the register: records, states, and the checklist that makes somebody ready."""

from __future__ import annotations

from outreach.ambassadors.actions.readiness import add_items, load_requirements
from outreach.ambassadors.actions.register import (
    AmbassadorDetails,
    correct_address,
    edit_ambassador,
    guard,
    load_employer,
    recipient,
    register_ambassador,
    take_step,
)

__all__ = [
    "AmbassadorDetails",
    "add_items",
    "correct_address",
    "edit_ambassador",
    "guard",
    "load_employer",
    "load_requirements",
    "recipient",
    "register_ambassador",
    "take_step",
]
