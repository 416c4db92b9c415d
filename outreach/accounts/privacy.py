"""What accounts keep."""

from __future__ import annotations

from outreach.accounts.rules import LEAVING_LASTS
from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "account",
        "let council people sign in, and know who did what",
        "public task",
        columns(
            key="id",
            personal="email name issuer subject",
            fact="created_at disabled_at totp_last_step",
            secret="totp_secret",
        ),
        (
            Rule(
                "disabled_at",
                90,
                End.BLANK,
                columns=("email", "name", "issuer", "subject", "totp_secret"),
                values={"email": "'erased-' || id || '@erased.example'", "name": "'Former account'"},
            ),
        ),
        about="council people who sign in",
        owner="id",
    ),
    Keeping(
        "account_role",
        "decide what an account may do",
        "public task",
        columns(key="id account_id", fact="role"),
        owner="account_id",
    ),
    Keeping(
        "session",
        "keep somebody signed in, and let them see and end it",
        "public task",
        columns(
            key="id account_id",
            secret="digest",
            fact="started_at last_seen_at ended_at second_step_at council_sign_in",
            personal="device",
        ),
        (Rule("last_seen_at", 1, End.DELETE),),
        about="council people who sign in",
        owner="account_id",
    ),
    Keeping(
        "sign_in",
        "sign somebody in by mail",
        "public task",
        columns(
            key="id",
            personal="email next_path",
            secret="digest browser_digest code_digest",
            fact="created_at expires_at used_at",
        ),
        (Rule("expires_at", 1, End.DELETE),),
        about="council people who sign in",
    ),
    Keeping(
        "link_token",
        "let somebody open their own page from a mail without a password",
        "public task",
        columns(
            key="id subject_id holder_id",
            secret="digest",
            fact="purpose holder_kind created_at expires_at revoked_at",
        ),
        (
            Rule("expires_at", 1, End.DELETE, where="purpose <> 'invitation'"),
            Rule("expires_at", LEAVING_LASTS.days + 1, End.DELETE, where="purpose = 'invitation'"),
        ),
        about="people we write to",
        owner="holder_id",
    ),
]
