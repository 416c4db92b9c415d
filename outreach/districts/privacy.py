"""Reference data names no person."""

from __future__ import annotations

from outreach.retention import Keeping, columns

KEEPS = [
    Keeping(
        "county",
        "say whose service this is",
        "public task",
        columns(
            key="id",
            fact="name council service scheme strap_line contact_email contact_phone commitment "
            "answer_within_working_days",
        ),
    ),
    Keeping(
        "district",
        "organise the work by district",
        "public task",
        columns(key="id slug ons_code", fact="name towns row column"),
    ),
    Keeping(
        "term",
        "the words people choose from",
        "public task",
        columns(key="id", fact="vocabulary code label position under_18 under_16 offered"),
    ),
    Keeping(
        "travel_time",
        "know how long ambassadors travel between the county's towns",
        "public task",
        columns(fact="from_town to_town minutes"),
    ),
    Keeping(
        "school_term",
        "plan visits by school terms",
        "public task",
        columns(key="id", fact="name first_day last_day"),
    ),
]
