"""What is kept of institutions and their contacts."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "institution",
        "know who hosts visits",
        "public task",
        columns(key="id kind_id", fact="name listed_at created_at version"),
    ),
    Keeping(
        "site",
        "know where a visit is",
        "public task",
        columns(key="id institution_id district_id", fact="name address town postcode version"),
    ),
    Keeping(
        "contact",
        "arrange visits",
        "public task",
        columns(
            key="id institution_id verified_by_id verified_how_id",
            personal="name email phone job_title",
            fact="created_at last_used_at verified_at",
        ),
        (
            Rule(
                "last_used_at",
                730,
                End.BLANK,
                columns=("name", "email", "phone", "job_title"),
                values={"email": "'erased-' || id || '@erased.example'", "name": "'Former contact'"},
            ),
        ),
        about="contacts at institutions",
        owner="id",
    ),
]
