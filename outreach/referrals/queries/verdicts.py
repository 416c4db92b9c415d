"""Gathering the facts of referrals, many at once, and putting them before the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.db import db
from outreach.districts.rules import WITHDREW
from outreach.referrals.models import Candidate, Eligibility, Referral, Reward, RewardClaim, StageEntry
from outreach.referrals.queries.candidates import list_live_entries
from outreach.referrals.queries.contacts import hash_email
from outreach.referrals.rules import verdict as rules
from outreach.referrals.rules.consent import ReferralState
from outreach.referrals.rules.facts import Facts
from outreach.referrals.rules.ledger import PROMISED
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.terms import Terms


@dataclass(frozen=True)
class Case:
    """One referral with all that its verdicts rest on."""

    referral: Referral
    candidate: Candidate | None
    terms: Terms
    facts: Facts
    claims: dict[str, date] = field(default_factory=dict)
    rewards: dict[str, Reward] = field(default_factory=dict)  # of this candidate, by milestone
    of_referrer: tuple[Reward, ...] = ()

    def verdict(self, milestone: str, on: date, terms: Terms | None = None) -> rules.Verdict:
        """The verdict on a day, under the terms of the referral or, for a what-if, under others."""
        terms = terms or self.terms
        return rules.verdict(terms, self.facts_for(milestone, on, terms), milestone, on)

    def facts_for(self, milestone: str, on: date, terms: Terms) -> Facts:
        """The facts, with the claim and with what the referrer had in the 12 months before this milestone."""
        found = terms.milestone(milestone)
        reached = self.facts.days.get(found.stage) if found else None
        due = add_months(reached, found.months) if found and reached else on
        own = self.rewards.get(milestone)
        before = [
            one
            for one in self.of_referrer
            if one is not own
            and add_months(due, -12) < one.due_on <= due
            and (own is None or (one.due_on, one.id) < (own.due_on, own.id))
        ]
        return replace(
            self.facts,
            claimed_on=self.claims.get(milestone),
            rewards_before=len(before),
            pence_before=sum(one.pence for one in before),
        )


def list_cases(referrals: Sequence[Referral]) -> list[Case]:
    """The cases of these referrals, in their order, in a fixed number of queries."""
    ids = [one.id for one in referrals]
    candidates = {
        one.referral_id: one
        for one in db.session.scalars(
            select(Candidate).where(Candidate.referral_id.in_(ids)).options(joinedload(Candidate.outcome))
        )
    }
    checks = {
        one.referral_id: one for one in db.session.scalars(select(Eligibility).where(Eligibility.referral_id.in_(ids)))
    }
    entries: dict[int, list[StageEntry]] = defaultdict(list)
    for entry in list_live_entries(ids):
        entries[entry.referral_id].append(entry)
    claims: dict[int, dict[str, date]] = defaultdict(dict)
    for claim in db.session.scalars(select(RewardClaim).where(RewardClaim.referral_id.in_(ids))):
        claims[claim.referral_id][claim.milestone] = claim.claimed_on
    hashes = {one.contact_hash for one in candidates.values() if one.contact_hash}
    rewards: dict[str, dict[str, Reward]] = defaultdict(dict)
    # By the referral too: retention forgets the hash before the referral.
    own: dict[int, dict[str, Reward]] = defaultdict(dict)
    earned = or_(Reward.candidate_hash.in_(hashes), Reward.referral_id.in_(ids))
    for reward in db.session.scalars(select(Reward).where(earned).order_by(Reward.id)):
        rewards[reward.candidate_hash][reward.milestone] = reward
        if reward.referral_id is not None:
            own[reward.referral_id][reward.milestone] = reward
    of_referrer: dict[int, list[Reward]] = defaultdict(list)
    referrers = {one.referrer_id for one in referrals if one.referrer_id is not None}
    promised = select(Reward).where(Reward.referrer_id.in_(referrers), Reward.state.in_(PROMISED)).order_by(Reward.id)
    for reward in db.session.scalars(promised):
        of_referrer[reward.referrer_id].append(reward)
    earlier = _list_earlier(hashes)
    read: dict[int, Terms] = {}
    cases = []
    for referral in referrals:
        candidate = candidates.get(referral.id)
        contact = candidate.contact_hash if candidate else None
        terms = read.setdefault(referral.scheme_version_id, referral.scheme_version.read())
        cases.append(
            Case(
                referral,
                candidate,
                terms,
                _facts(referral, candidate, checks.get(referral.id), entries[referral.id], earlier, terms.start_stage),
                claims=claims[referral.id],
                rewards=(rewards[contact] if contact else {}) | own[referral.id],
                of_referrer=tuple(of_referrer[referral.referrer_id]) if referral.referrer_id else (),
            )
        )
    return cases


def get_case(referral: Referral) -> Case:
    return list_cases([referral])[0]


def list_open_cases(most: int, after: int = 0) -> list[Case]:
    """Referrals by staff whose friend agreed, in the order of their numbers: what the daily job looks through."""
    return list_cases(
        list(
            db.session.scalars(
                select(Referral)
                .where(
                    Referral.agreed_at.is_not(None),
                    Referral.state != ReferralState.WAITING,
                    Referral.referrer_id.is_not(None),
                    Referral.id > after,
                )
                .options(joinedload(Referral.scheme_version), joinedload(Referral.referrer))
                .order_by(Referral.id)
                .limit(most)
            )
        )
    )


def _list_earlier(hashes: set[str]) -> dict[str, list[tuple[int, int | None]]]:
    """Who referred each of these contacts, and by which referral, in the order in which it was done.

    Somebody who came by an event's code was referred by nobody, so a later referral is still the first.
    """
    found: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    rows = db.session.execute(
        select(Candidate.contact_hash, Referral.id, Referral.referrer_id)
        .join(Candidate.referral)
        .where(Candidate.contact_hash.in_(hashes), Referral.referrer_id.is_not(None))
        .order_by(Referral.made_at, Referral.id)
    )
    for row in rows:
        found[str(row[0])].append((row[1], row[2]))
    return found


def _facts(
    referral: Referral,
    candidate: Candidate | None,
    checks: Eligibility | None,
    entries: list[StageEntry],
    earlier: dict[str, list[tuple[int, int | None]]],
    start: str,
) -> Facts:
    contact = candidate.contact_hash if candidate else None
    before = [one for one in earlier.get(contact or "", []) if one[0] < referral.id]
    reached = [one for one in entries if one.reached_on is not None]
    days = {one.stage: one.reached_on for one in reached if one.reached_on is not None}
    ended, gone = candidate.closed_on if candidate else None, _has_withdrawn(candidate)
    at_work = gone and start in days
    return Facts(
        referred_on=clock.local(referral.made_at).date(),
        # Somebody who refers the same friend again is still the first.
        first=referral.duplicate_of_id is None and all(who == referral.referrer_id for _, who in before),
        self_referral=candidate is not None and _is_own(referral, candidate),
        agreed_on=clock.local(candidate.agreed_at).date() if candidate else None,
        post=candidate.post if candidate else None,
        appointed=checks.appointed if checks else None,
        appointed_hours=checks.appointed_hours if checks else None,
        days=days,
        recorded={one.stage: clock.local(one.recorded_at).date() for one in reached},
        # Somebody in work who has us forget them has not left their work.
        ended_on=None if at_work else ended,
        withdrew_on=ended if at_work else None,
        new_to_care=candidate.new_to_care if candidate else False,
        new_to_care_checked=checks.new_to_care if checks else None,
        employment=checks.employment if checks else None,
        role=checks.role if checks else None,
        notice_on=checks.notice_on if checks else None,
        referrer_left_on=checks.referrer_left_on if checks else None,
        friend_left_on=checks.friend_left_on if checks else None,
        in_process=checks.in_process if checks else None,
    )


def _is_own(referral: Referral, candidate: Candidate) -> bool:
    """By the keyed hash, which outlives the address."""
    return referral.referrer is not None and candidate.contact_hash == hash_email(referral.referrer.email)


def _has_withdrawn(candidate: Candidate | None) -> bool:
    return candidate is not None and candidate.outcome is not None and candidate.outcome.code == WITHDREW
