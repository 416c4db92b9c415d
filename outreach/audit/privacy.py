"""What the audit keeps, and the page kit's own small tables."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "audit_entry",
        "show who did what, when something is questioned",
        "legal duty",
        columns(key="id actor_id subject_id", fact="at actor_kind action subject_kind details"),
        (Rule("at", 730, End.DELETE),),
        about="people who use the service",
    ),
    Keeping("audit_release", "let retention delete old audit entries", "legal duty", columns(key="id", fact="before")),
    Keeping(
        "submission",
        "answer a form that is sent twice with the same result",
        "public task",
        columns(key="id digest", fact="location created_at"),
        (Rule("created_at", 1, End.DELETE),),
    ),
    Keeping(
        "rate_hit",
        "slow down abuse; network addresses are held only as keyed digests",
        "public task",
        columns(key="id key", fact="window count ends_at"),
        (Rule("ends_at", 1, End.DELETE),),
    ),
    Keeping(
        "draft",
        "keep answers while somebody fills in a request, and a file of ambassadors while it is checked",
        "public task",
        columns(key="id", secret="digest", fact="journey expires_at", words="answers"),
        (Rule("expires_at", 0, End.DELETE),),
        about="people who are asking for a visit or to join, and ambassadors in a file that is being imported",
    ),
]
