"""What the register keeps."""

from __future__ import annotations

from outreach.ambassadors.rules import EMPLOYER_CONTACT_KEPT, KEPT_AFTER_LEAVING, UNCONFIRMED_KEPT
from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "employer",
        "know who ambassadors work for, what hosts are told of its checks, and whom to ring there",
        "public task",
        columns(
            key="id", personal="contact_name contact_phone", fact="name is_council assurance contact_checked_at version"
        ),
        (Rule("contact_checked_at", EMPLOYER_CONTACT_KEPT, End.BLANK, columns=("contact_name", "contact_phone")),),
        about="people whom the coordinator rings at an employer",
    ),
    Keeping(
        "ambassador",
        "match visits with somebody who can give them",
        "the employer's task and the ambassador's agreement",
        columns(
            key="id employer_id role_family_id home_district_id leaving_reason_id",
            personal="name email phone job_title",
            words="notes story",
            fact="base_town status registered_at status_since version notice_days visits_a_month paused_until "
            "unconfirmed_since",
        ),
        (
            Rule("unconfirmed_since", UNCONFIRMED_KEPT, End.DELETE),
            Rule(
                "status_since",
                KEPT_AFTER_LEAVING,
                End.BLANK,
                where="status = 'left'",
                columns=("name", "email", "phone", "job_title", "notes", "story"),
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
    Keeping(
        "requirement",
        "know what makes an ambassador ready",
        "public task",
        columns(key="id code", fact="label words kind required months_valid position offered"),
    ),
    Keeping(
        "readiness_item",
        "know who is ready to be sent, and remind them before something expires",
        "the employer's task and the ambassador's agreement",
        columns(key="id ambassador_id requirement_id recorded_by_id", fact="done_on expires_on recorded_at"),
        (Rule("expires_on", 365, End.DELETE),),
        owner="ambassador_id",
    ),
    Keeping(
        "manager_agreement",
        "have the time that the role takes agreed by a line manager",
        "the employer's task and the ambassador's agreement",
        columns(
            key="id ambassador_id",
            personal="manager_name manager_email",
            words="words",
            fact="status hours_a_month backfill asked_at answered_at",
        ),
        (
            Rule(
                "asked_at",
                KEPT_AFTER_LEAVING,
                End.DELETE,
                # Who never answered has agreed to nothing that would have to be kept.
                where="status IN ('asked', 'not_now', 'ended')",
            ),
        ),
        about="line managers of ambassadors",
        owner="ambassador_id",
    ),
    Keeping(
        "weekly_free",
        "ask ambassadors for times at which they can come",
        "the ambassador's agreement",
        columns(key="ambassador_id", fact="weekday part"),
        owner="ambassador_id",
    ),
    Keeping(
        "away",
        "not ask ambassadors while they are away",
        "the ambassador's agreement",
        columns(key="id ambassador_id", fact="first_day last_day"),
        (Rule("last_day", 395, End.DELETE),),
        owner="ambassador_id",
    ),
    Keeping(
        "thanks",
        "thank ambassadors, and let them show it at their appraisal",
        "the employer's task and the ambassador's agreement",
        columns(key="id reference ambassador_id event_id", personal="signed", words="words", fact="source thanked_at"),
        (Rule("thanked_at", 1095, End.DELETE),),
        about="people who thank an ambassador",
        owner="ambassador_id",
    ),
    Keeping(
        "unmet_demand",
        "know what nobody offers in a district",
        "public task",
        columns(
            key="id district_id activity_id audience_id role_family_id language_id",
            fact="times first_told_at last_told_at closed_at",
        ),
    ),
    Keeping(
        "board_note",
        "tell the coordinator what has changed since the last digest",
        "public task",
        columns(key="id", fact="week cells made_at"),
        (Rule("made_at", 365, End.DELETE),),
    ),
]
