"""What needs the coordinator, and what an ambassador has given. Pure."""

from outreach.reports.rules.work import (
    OUTCOME_LATE,
    SOON,
    Group,
    Item,
    is_overdue,
    is_soon,
    read_reference,
    say_missing,
    say_problem,
)

__all__ = [
    "OUTCOME_LATE",
    "SOON",
    "Group",
    "Item",
    "is_overdue",
    "is_soon",
    "read_reference",
    "say_missing",
    "say_problem",
]
