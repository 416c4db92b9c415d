"""What the register keeps."""

from __future__ import annotations

from outreach.ambassadors.rules import KEPT_AFTER_LEAVING
from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping("employer", "know who ambassadors work for", "public task", columns(key="id", fact="name is_council")),
    Keeping(
        "ambassador",
        "match visits with somebody who can give them",
        "the employer's task and the ambassador's agreement",
        columns(
            key="id employer_id role_family_id home_district_id leaving_reason_id",
            personal="name email phone job_title",
            words="notes",
            fact="status registered_at status_since version",
        ),
        (
            Rule(
                "status_since",
                KEPT_AFTER_LEAVING,
                End.BLANK,
                where="status = 'left'",
                columns=("name", "email", "phone", "job_title", "notes"),
                values={"email": "'erased-' || id || '@erased.example'", "name": "'Former ambassador'"},
            ),
        ),
        about="ambassadors",
        owner="id",
    ),
    Keeping(
        "ambassador_district",
        "know where an ambassador will travel",
        "the employer's task and the ambassador's agreement",
        columns(key="ambassador_id district_id"),
        owner="ambassador_id",
    ),
    Keeping(
        "ambassador_term",
        "know what an ambassador offers",
        "the employer's task and the ambassador's agreement",
        columns(key="ambassador_id term_id"),
        owner="ambassador_id",
    ),
]
