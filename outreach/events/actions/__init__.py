"""Everything that can be done to events and assignments."""

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

__all__ = [
    "EventEdit",
    "cancel_event",
    "check_move",
    "edit_event",
    "move_event",
    "plan_event",
    "publish_event",
    "unpublish_event",
]
