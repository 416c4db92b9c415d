"""What is kept of events and assignments."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "event",
        "plan visits and publish the calendar",
        "public task",
        columns(
            key="id reference activity_id district_id institution_id site_id contact_id visit_request_id "
            "audience_id cancel_reason_id uid_public uid_staff",
            fact="title status online place starts_at ends_at needed audience_size is_key published_at unpublished_at "
            "cancelled_at sequence created_at changed_at version",
            personal="supervisor",
            words="notes public_words",
        ),
        (Rule("ends_at", 730, End.BLANK, columns=("supervisor", "notes", "public_words")),),
        about="contacts at institutions",
    ),
    Keeping(
        "assignment",
        "know who goes to an event, and the hours it took",
        "the employer's task and the ambassador's agreement",
        columns(
            key="id event_id ambassador_id assigned_by_id reason_id",
            fact="starts_at ends_at status invited_at answer_by answered_at hours mailed_sequence created_at version",
            personal="mailed_to",
            words="words",
        ),
        (
            Rule("ends_at", 30, End.BLANK, columns=("mailed_to",)),
            Rule("ends_at", 730, End.BLANK, columns=("words",)),
        ),
        about="ambassadors",
        owner="ambassador_id",
    ),
    Keeping(
        "imported_entry",
        "know an entry of a college's calendar again when its next file comes",
        "public task",
        columns(key="id institution_id digest event_id", fact="title place starts_at ends_at", words="words"),
        (Rule("ends_at", 730, End.DELETE),),
        about="contacts at institutions",
    ),
]
