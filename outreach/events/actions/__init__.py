"""Everything that can be done to events and assignments."""

from outreach.events.actions.assignments import (
    accept_invitation,
    decline_invitation,
    invite_ambassadors,
    note_perhaps,
    withdraw_assignment,
)
from outreach.events.actions.changing import Host, check_move, check_site, move_event, rehost_event
from outreach.events.actions.choosing import ask_all_the_same, ask_from_shortlist
from outreach.events.actions.events import (
    EventEdit,
    cancel_event,
    edit_event,
    plan_event,
    publish_event,
    unpublish_event,
)
from outreach.events.actions.hosting import tell_host_who_is_coming, tell_hosts_once_verified
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
from outreach.events.actions.leaving import watch_departures
from outreach.events.actions.offers import offer_to_come
from outreach.events.actions.openings import add_opening, change_opening, check_removable, remove_opening
from outreach.events.actions.orders import start_order, stop_order
from outreach.events.actions.planning import (
    apply_plan,
    ask_for_plan,
    leave_out,
    pin_place,
    plan_again,
    stop_plan,
)
from outreach.events.actions.stopping import remind_of_expiry, stop_ambassador
from outreach.events.actions.turns import follow_answer, move_orders_on
from outreach.events.actions.weighing import change_weights, reset_weights

__all__ = [
    "EventEdit",
    "Host",
    "accept_invitation",
    "add_opening",
    "apply_plan",
    "ask_all_the_same",
    "ask_for_plan",
    "ask_from_shortlist",
    "cancel_event",
    "change_opening",
    "change_weights",
    "check_move",
    "check_removable",
    "check_site",
    "decline_invitation",
    "edit_event",
    "follow_ambassador",
    "follow_answer",
    "follow_contact",
    "follow_corrected_address",
    "follow_days_away",
    "follow_new_address",
    "follow_new_names",
    "follow_stopped_ambassador",
    "invite_ambassadors",
    "lapse_invitations",
    "leave_out",
    "move_event",
    "move_orders_on",
    "note_perhaps",
    "offer_to_come",
    "pin_place",
    "plan_again",
    "plan_event",
    "publish_event",
    "rehost_event",
    "remind_ambassadors",
    "remind_of_expiry",
    "remind_silent_ambassadors",
    "remove_opening",
    "reset_weights",
    "start_order",
    "stop_ambassador",
    "stop_order",
    "stop_plan",
    "tell_host_who_is_coming",
    "tell_hosts_once_verified",
    "unpublish_event",
    "watch_departures",
    "withdraw_assignment",
]
