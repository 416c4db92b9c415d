"""Keeping the register: records, states, and the checklist that makes somebody ready."""

from __future__ import annotations

from outreach.ambassadors.actions.agreements import (
    ManagerAnswer,
    answer_agreement,
    ask_manager,
    correct_manager_address,
    record_agreement,
)
from outreach.ambassadors.actions.checklist import record_item, take_back_item
from outreach.ambassadors.actions.joining import (
    Application,
    apply_to_join,
    confirm_application,
    delete_application,
)
from outreach.ambassadors.actions.mailing import own_link, recipient
from outreach.ambassadors.actions.readiness import (
    add_items,
    load_requirements,
)
from outreach.ambassadors.actions.register import (
    AmbassadorDetails,
    correct_address,
    edit_ambassador,
    guard,
    load_employer,
    register_ambassador,
)
from outreach.ambassadors.actions.states import resume_after_pause, take_step

__all__ = [
    "AmbassadorDetails",
    "Application",
    "ManagerAnswer",
    "add_items",
    "answer_agreement",
    "apply_to_join",
    "ask_manager",
    "confirm_application",
    "correct_address",
    "correct_manager_address",
    "delete_application",
    "edit_ambassador",
    "guard",
    "load_employer",
    "load_requirements",
    "own_link",
    "recipient",
    "record_agreement",
    "record_item",
    "register_ambassador",
    "resume_after_pause",
    "take_back_item",
    "take_step",
]
