"""What is kept of visit requests."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "visit_request",
        "plan the visits that institutions ask for",
        "public task",
        columns(
            key="id reference institution_id site_id contact_id activity_id audience_id entered_by_id "
            "decline_reason_id",
            fact="status audience_size online created_at answer_by decided_at version",
            personal="supervisor",
            words="topic_notes access_notes decline_words",
        ),
        (Rule("created_at", 730, End.BLANK, columns=("supervisor", "topic_notes", "access_notes", "decline_words")),),
        about="contacts at institutions",
    ),
    Keeping(
        "preferred_time",
        "choose a date that suits",
        "public task",
        columns(key="id request_id", fact="position starts_at ends_at"),
    ),
    Keeping(
        "request_message",
        "answer changes that an institution asks for",
        "public task",
        columns(key="id request_id handled_by_id", words="words", fact="created_at handled_at"),
        (Rule("created_at", 730, End.BLANK, columns=("words",)),),
        about="contacts at institutions",
    ),
]
