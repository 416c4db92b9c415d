"""Finding ambassadors, what makes them ready, and what is known of whole districts."""

from __future__ import annotations

from outreach.ambassadors.queries.readiness import (
    done_by,
    find_agreement,
    find_ready_ids,
    holds,
    list_items,
    list_requirements,
    needed_of,
    readiness_today,
    ready_on,
)
from outreach.ambassadors.queries.register import (
    find_employer,
    get_ambassador,
    list_at_home_in,
    list_employers,
    list_history,
    list_people,
    list_travelling_to,
    select_ambassadors,
)

__all__ = [
    "done_by",
    "find_agreement",
    "find_employer",
    "find_ready_ids",
    "get_ambassador",
    "holds",
    "list_at_home_in",
    "list_employers",
    "list_history",
    "list_items",
    "list_people",
    "list_requirements",
    "list_travelling_to",
    "needed_of",
    "readiness_today",
    "ready_on",
    "select_ambassadors",
]
