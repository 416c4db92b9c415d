"""What is kept of mails that came to us: their words only while somebody may have to read them."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "reply",
        "read answers to invitations from calendars, and leave to a coordinator what cannot be read",
        "the employer's task and the ambassador's agreement",
        columns(
            key="id digest event_id assignment_id done_by_id",
            fact="received_at status reason answer stamp done_at version",
            personal="sender",
            words="detail subject text",
        ),
        (
            Rule("received_at", 90, End.DELETE, where="status IN ('done', 'dropped')"),
            Rule("received_at", 180, End.DELETE, where="status = 'waiting'"),
            # No words and no address are in these. An event is planned two years ahead at most.
            Rule("received_at", 730, End.DELETE),
        ),
        about="people who write to us",
    ),
]
