"""Everything that can be done to events and assignments."""

from outreach.events.actions.assignments import (
    accept_invitation,
    decline_invitation,
    invite_ambassadors,
    note_perhaps,
    withdraw_assignment,
)
from outreach.events.actions.events import (
    EventEdit,
    cancel_event,
    check_move,
    edit_event,
    move_event,
    plan_event,
    publish_event,
    unpublish_event,
)
from outreach.events.actions.jobs import (
    follow_ambassador,
    follow_contact,
    follow_corrected_address,
    follow_days_away,
    follow_new_address,
    follow_new_names,
    follow_stopped_ambassador,
    lapse_invitations,
    remind_ambassadors,
    remind_silent_ambassadors,
)
from outreach.events.actions.stopping import remind_of_expiry, stop_ambassador

__all__ = [
    "EventEdit",
    "accept_invitation",
    "cancel_event",
    "check_move",
    "decline_invitation",
    "edit_event",
    "follow_ambassador",
    "follow_contact",
    "follow_corrected_address",
    "follow_days_away",
    "follow_new_address",
    "follow_new_names",
    "follow_stopped_ambassador",
    "invite_ambassadors",
    "lapse_invitations",
    "move_event",
    "note_perhaps",
    "plan_event",
    "publish_event",
    "remind_ambassadors",
    "remind_of_expiry",
    "remind_silent_ambassadors",
    "stop_ambassador",
    "unpublish_event",
    "withdraw_assignment",
]
