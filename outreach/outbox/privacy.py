"""What the outbox keeps."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "mail",
        "deliver mails, and show whether they arrived",
        "public task",
        columns(
            key="id message_id recipient_id about_id once thread",
            fact="message recipient_kind about_kind status attempts calendar_method created_at due_at sent_at",
            personal="recipient",
            words="subject body calendar error",  # a server that refuses an address repeats it
        ),
        (Rule("created_at", 30, End.BLANK, columns=("recipient", "subject", "body", "calendar", "error")),),
        about="people we write to",
        owner="recipient_id",
    ),
    Keeping(
        "job_run",
        "run each background job once, and show when it last ran",
        "public task",
        columns(key="name", fact="started_at finished_at failures changed"),
    ),
]
