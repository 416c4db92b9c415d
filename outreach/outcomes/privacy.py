"""What is kept of outcomes and ratings: figures for ever, words for a time."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "outcome",
        "report what events achieve",
        "public task",
        columns(key="id event_id recorded_by_id", fact="took_place recorded_at recorded_by_kind version", words="note"),
        (Rule("recorded_at", 730, End.BLANK, columns=("note",)),),
        about="ambassadors",
    ),
    Keeping(
        "reach",
        "report how many people were reached",
        "public task",
        columns(key="id outcome_id audience_id", fact="people"),
    ),
    Keeping(
        "rating",
        "learn how visits are received",
        "public task",
        columns(key="id event_id", fact="score ask_again given_on", words="words"),
        (Rule("given_on", 365, End.BLANK, columns=("words",)),),
        about="contacts at institutions",
    ),
]
