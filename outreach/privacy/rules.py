"""How a term of keeping reads in the privacy notice."""

from __future__ import annotations

# What starts the count of a term, by the column that holds it. A test looks for every column that a rule names.
SINCE = {
    "at": "it was written",
    "built_at": "it was made",
    "closed_at": "it is closed",
    "expires_on": "it has expired",
    "asked_at": "it was asked",
    "last_day": "the last of these days",
    "thanked_at": "it was written",
    "made_at": "it was made",
    "contact_checked_at": "it was last checked",
    "named_at": "they were named",
    "ended_at": "it ended",
    "day": "that day",
    "changed_at": "it was last changed",
    "created_at": "it was written",
    "disabled_at": "the account is closed",
    "ends_at": "it ended",
    "expires_at": "it expires",
    "given_on": "it was given",
    "last_seen_at": "it was last used",
    "last_used_at": "they last arranged a visit",
    "received_at": "it came",
    "recorded_at": "it was recorded",
    "last_at": "we last wrote to them",
    "refused_at": "they asked us not to write again",
    "status_since": "they leave",
    "unconfirmed_since": "somebody entered it and did not confirm their email address",
    "written_at": "it was written",
}


def say_term(days: int) -> str:
    """'2 years', '30 days', '24 hours', 'At once'."""
    if days == 0:
        return "At once"
    if days == 1:
        return "24 hours"
    if days % 365 == 0:
        years = days // 365
        return f"{years} year{'' if years == 1 else 's'}"
    return f"{days} days"


def say_end(days: int, clock: str, *, deleted: bool) -> str:
    """'Deleted 30 days after it was written', or what is personal in it is removed then and the figures stay."""
    act = "Deleted" if deleted else "Names and words are removed"
    when = f"as soon as {SINCE[clock]}" if days == 0 else f"{say_term(days)} after {SINCE[clock]}"
    return f"{act} {when}"
