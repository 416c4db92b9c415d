"""What the referral scheme keeps."""

from outreach.referrals.models.candidate import Candidate, CandidateNote, Household, StageEntry
from outreach.referrals.models.eligibility import Eligibility, RewardClaim
from outreach.referrals.models.ledger import LedgerEntry, PayrollFile, PayrollLine, Reward
from outreach.referrals.models.referral import Asked, EventCode, PendingFriend, ReferLink, Referral, Refusal
from outreach.referrals.models.scheme import SchemeVersion
from outreach.referrals.models.vacancy import Vacancy

__all__ = [
    "Asked",
    "Candidate",
    "CandidateNote",
    "Eligibility",
    "EventCode",
    "Household",
    "LedgerEntry",
    "PayrollFile",
    "PayrollLine",
    "PendingFriend",
    "ReferLink",
    "Referral",
    "Refusal",
    "Reward",
    "RewardClaim",
    "SchemeVersion",
    "StageEntry",
    "Vacancy",
]
