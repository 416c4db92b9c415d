"""What is kept of referrers, of friends who agreed, and, for two weeks, of friends who were asked."""

from __future__ import annotations

from outreach.referrals.rules.consent import REFUSAL_DAYS
from outreach.retention import End, Keeping, Rule, columns

FRIEND = "friends who were referred"
REFERRER = "people who refer a friend"

KEEPS = [
    Keeping(
        "refer_link",
        "give each referrer a link of their own",
        "public task",
        columns(key="id account_id code", fact="made_at"),
        about=REFERRER,
        owner="account_id",
    ),
    Keeping(
        "event_code",
        "let people who heard a talk ask about work, and know at which event it was",
        "public task",
        columns(key="id event_id code made_by_id", fact="days_after made_at"),
        about="council staff who recruit",
        owner="made_by_id",
    ),
    Keeping(
        "vacancy",
        "tell referrers and friends what roles are open",
        "public task",
        columns(key="id district_id", fact="role hours link closes_on changed_at version"),
    ),
    Keeping(
        "referral",
        "know who referred first, and under which terms",
        "public task",
        columns(
            key="id reference referrer_id event_id scheme_version_id duplicate_of_id",
            fact="way state made_at stated_at ends_at agreed_at closed_at closed_shown_at",
        ),
        (
            Rule("closed_at", 60, End.DELETE, where="agreed_at IS NULL"),
            Rule("closed_at", 1095, End.DELETE, where="agreed_at IS NOT NULL"),
        ),
        about=REFERRER,
        owner="referrer_id",
    ),
    Keeping(
        "pending_friend",
        "ask a friend once whether they agree",
        "public task",
        columns(
            key="referral_id district_id",
            fact="post hours new_to_care progress_shown mailed_at mails created_at",
            personal="name email phone",
            secret="contact_hash",
        ),
        (Rule("created_at", 14, End.DELETE),),
        about=FRIEND,
        owner="referral_id",
    ),
    Keeping(
        "asked",
        "write to an address that has not agreed only so often; only a keyed hash of it is held",
        "public task",
        columns(fact="mails last_at", secret="contact_hash"),
        (Rule("last_at", 30, End.DELETE),),
        about=FRIEND,
    ),
    Keeping(
        "refusal",
        "never write again to somebody who asked us not to; only a keyed hash of their address is held",
        "legal duty",
        columns(key="id", fact="refused_at", secret="contact_hash"),
        (Rule("refused_at", REFUSAL_DAYS, End.DELETE),),
        about=FRIEND,
    ),
    Keeping(
        "candidate",
        "help a friend who agreed through their application",
        "steps before a contract",
        columns(
            key="id referral_id district_id outcome_id",
            fact="post hours new_to_care progress_shown notice agreed_at stage stage_since late_after "
            "closed_at closed_on version",
            personal="name email phone",
            secret="contact_hash phone_hash",
        ),
        (
            Rule("closed_at", 365, End.BLANK, columns=("name", "email", "phone")),
            Rule("closed_at", 730, End.BLANK, columns=("contact_hash", "phone_hash")),
        ),
        about=FRIEND,
        owner="referral_id",
    ),
    Keeping(
        "stage_entry",
        "know when each stage was reached, and who said so",
        "steps before a contract",
        columns(key="id referral_id supersedes_id recorded_by_id", fact="stage reached_on recorded_at", words="reason"),
        (Rule("recorded_at", 365, End.BLANK, columns=("reason",)),),
        about=FRIEND,
        owner="referral_id",
    ),
    Keeping(
        "candidate_note",
        "remember what was said on the way to a job",
        "steps before a contract",
        columns(key="id candidate_id written_by_id", fact="written_at", words="words"),
        (Rule("written_at", 365, End.DELETE),),
        about=FRIEND,
        owner="candidate_id",
    ),
    Keeping(
        "household",
        "keep officers away from applications of their family and household",
        "public task",
        columns(key="id referral_id account_id", fact="declared_at"),
        about="council staff who recruit",
        owner="account_id",
    ),
    Keeping(
        "scheme_version",
        "know the terms under which each referral was made",
        "public task",
        columns(
            key="id drafted_by_id published_by_id",
            fact="number name terms effective_from status created_at published_at version",
        ),
    ),
    Keeping(
        "eligibility",
        "know whether the scheme's terms allow a reward",
        "public task",
        columns(
            key="referral_id checked_by_id",
            fact="employment role notice_on referrer_left_on friend_left_on in_process appointed "
            "appointed_hours new_to_care checked_at version",
        ),
        about=REFERRER,
        owner="referral_id",
    ),
    Keeping(
        "reward_claim",
        "know which rewards were claimed in time",
        "contract",
        columns(key="id referral_id", fact="milestone claimed_on"),
        about=REFERRER,
        owner="referral_id",
    ),
    Keeping(
        "reward",
        "give each reward once, also when the friend's details are gone",
        "contract",
        columns(
            key="id reference referral_id scheme_version_id referrer_id",
            fact="milestone kind pence words due_on state recall_since created_at version",
            secret="candidate_hash",
        ),
        (
            Rule(
                "created_at",
                730,
                End.BLANK,
                columns=("candidate_hash",),
                where="substr(candidate_hash, 1, 9) <> 'replaced-'",
                values={"candidate_hash": "'erased-' || id"},
            ),
        ),
        about=REFERRER,
        owner="referrer_id",
    ),
    Keeping(
        "ledger_entry",
        "show who approved and who gave each reward",
        "contract",
        columns(key="id reward_id by_id", fact="step act reason owed_pence given_pence at"),
    ),
    Keeping(
        "payroll_file",
        "tell payroll what to pay, and be able to show what was told",
        "contract",
        columns(key="id built_by_id", fact="month sha256 total_pence built_at", personal="content"),
        (Rule("built_at", 365, End.BLANK, columns=("content",)),),
        about=REFERRER,
    ),
    Keeping(
        "payroll_line",
        "never tell payroll of a reward twice",
        "contract",
        columns(key="id file_id reward_id entry_id", fact="pence"),
    ),
]
