"""Rewards: proposed by the verdict, approved by one person, given by another. Every act is a further entry."""

from __future__ import annotations

from sqlalchemy import select

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, lock_row
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.referrals.actions.stages import may_handle
from outreach.referrals.models import LedgerEntry, Referral, Reward
from outreach.referrals.queries.verdicts import Case, get_case, list_open_cases
from outreach.referrals.rules import ledger as rules
from outreach.referrals.rules.ledger import Act, Reason
from outreach.referrals.rules.stages import CandidateClosed, CandidateReopened, StageCorrected, StageReached
from outreach.referrals.rules.terms import RewardKind
from outreach.referrals.rules.verdict import Due, Verdict
from outreach.web.door import SYSTEM, Actor, ActorKind, Role
from outreach.web.keys import new_reference

BATCH = 200
LOST = Conflict("Somebody else has just decided on this reward. Open the page again to see how it stands.")
PROPOSED_ALREADY = Conflict("This reward has been proposed already.")


def propose_rewards() -> int:
    """The worker's job: propose what has fallen due and flag what is not due after all; returns the rewards changed."""
    changed, after = 0, 0
    while cases := list_open_cases(BATCH, after):
        paid: set[int | None] = set()
        for case in cases:
            # What was just proposed counts against the caps of the same referrer.
            found = _review(get_case(case.referral) if case.referral.referrer_id in paid else case)
            if found:
                paid.add(case.referral.referrer_id)
            changed += found
        after = cases[-1].referral.id
    return changed


def follow_candidate(fact: StageReached | StageCorrected | CandidateClosed | CandidateReopened) -> None:
    """What happened to a candidate may make a reward due, or no longer due."""
    review_referral(fact.referral_id)


def review_referral(referral_id: int) -> int:
    """Propose and flag the rewards of one referral; returns how many were changed.

    Nobody is rewarded for a friend who came by the code of an event.
    """
    referral = db.session.get(Referral, referral_id)
    if referral is None or referral.referrer_id is None:
        return 0
    db.session.flush()
    return _review(get_case(referral))


def approve_reward(actor: Actor, reward: Reward, *, version: str) -> None:
    """One officer agrees that the reward is due. Never for their own referral or their household's."""
    _may_decide(actor, reward, version)
    rules.check_approver(actor.id, reward.referrer_id)
    if reward.recall_since is not None:
        raise Conflict("The verdict is now that this is not due. Open the page again to see why.")
    enter(actor, reward, "approve")


def refuse_reward(actor: Actor, reward: Reward, *, reason: Reason, version: str) -> None:
    """An officer decides against a proposed reward."""
    _may_decide(actor, reward, version)
    enter(actor, reward, "refuse", reason)


def hand_over_reward(actor: Actor, reward: Reward, *, version: str) -> None:
    """Somebody other than who approved it says that a reward which payroll does not pay has been handed over."""
    _may_decide(actor, reward, version)
    if kind_of(reward).payroll:
        raise Conflict("Payroll pays this reward, so it is marked as paid with its payroll file")
    give(actor, reward, "hand over")


def reverse_reward(actor: Actor, reward: Reward, *, reason: Reason, version: str) -> None:
    """Take a reward back: a further entry that undoes what stands. Payroll is told in its next file."""
    _may_decide(actor, reward, version)
    enter(actor, reward, "reverse", reason)
    reward.recall_since = None


def propose_again(actor: Actor, reward: Reward, *, version: str) -> None:
    """Undo a refusal or reversal that was a mistake: the reward is proposed once more, for two people to decide."""
    _may_decide(actor, reward, version)
    if _is_replaced(reward):
        raise Conflict("A later referral of the same friend has a reward in the place of this one.")
    enter(actor, reward, "propose")


def give(actor: Actor, reward: Reward, step: str) -> None:
    """Enter that a reward was given, by somebody who neither earned nor approved it. The reward must be locked."""
    approved = _last(reward, Act.APPROVED)
    rules.check_giver(actor.id, reward.referrer_id, approved.by_id if approved else None)
    enter(actor, reward, step)


def enter(actor: Actor, reward: Reward, step: str, reason: Reason | None = None) -> LedgerEntry:
    """Add the next entry of a reward. Two at once take the same number, and the database refuses one."""
    entries = _entries(reward)
    before = entries[-1].act if entries else None
    act = rules.next_act(before, step)
    moved = rules.movement(before, act, reward.pence)
    entry = LedgerEntry(
        reward_id=reward.id,
        step=len(entries) + 1,
        act=act,
        reason=reason,
        owed_pence=moved.owed,
        given_pence=moved.given,
        by_id=actor.id if actor.kind is ActorKind.ACCOUNT else None,
        at=clock.now(),
    )
    add_or_refuse(entry, {"uq_ledger_entry_reward_id_step": LOST, "ledger_entry.reward_id": LOST})
    reward.state = act
    record(
        actor, f"reward.{step.replace(' ', '_')}", reward, pence=reward.pence, reason=reason.value if reason else None
    )
    return entry


def kind_of(reward: Reward) -> RewardKind:
    """What sort of reward it is, by the terms under which it was earned."""
    kind = reward.scheme_version.read().kind(reward.kind)
    if kind is None:
        raise NotFound
    return kind


def _review(case: Case) -> int:
    changed = 0
    today = clock.today()
    for milestone in case.terms.milestones:
        found = case.verdict(milestone.code, today)
        reward = case.rewards.get(milestone.code)
        if reward is None:
            if found.state is Due.DUE and _propose(case, found):
                changed += 1
                case = get_case(case.referral)
        elif reward.referral_id == case.referral.id:
            changed += _flag(reward, found)
        elif found.state is Due.DUE and _make_room(reward, case) and _propose(case, found):
            changed += 1
            case = get_case(case.referral)
    return changed


def _make_room(older: Reward, case: Case) -> bool:
    """What was refused or taken back under an older referral does not keep a newer one from its reward.

    The older reward keeps its entries and its sum, and gives up the friend's hash, which only one reward holds.
    """
    if older.referral_id is not None and older.referral_id > case.referral.id:
        return False
    db.session.refresh(older, with_for_update=True)
    if older.state not in rules.OPEN_AGAIN:
        return False
    older.candidate_hash = f"{rules.REPLACED}{older.id}"
    db.session.flush()
    return True


def _is_replaced(reward: Reward) -> bool:
    return reward.candidate_hash.startswith(rules.REPLACED)


def _propose(case: Case, found: Verdict) -> bool:
    candidate, referrer_id = case.candidate, case.referral.referrer_id
    if candidate is None or candidate.contact_hash is None or found.on is None or referrer_id is None:
        return False
    reward = Reward(
        reference=new_reference("RW"),
        candidate_hash=candidate.contact_hash,
        milestone=found.milestone,
        referral_id=case.referral.id,
        scheme_version_id=case.referral.scheme_version_id,
        referrer_id=referrer_id,
        kind=found.kind,
        pence=found.pence,
        words=found.words,
        due_on=found.on,
        state=Act.PROPOSED,
        created_at=clock.now(),
    )
    again = {"uq_reward_candidate_hash_milestone": PROPOSED_ALREADY, "reward.candidate_hash": PROPOSED_ALREADY}
    try:
        add_or_refuse(reward, again)
    except Conflict:
        return False  # another worker, or an officer who recorded a stage, was first
    enter(SYSTEM, reward, "propose")
    return True


def _flag(reward: Reward, found: Verdict) -> bool:
    """Withdraw a proposal that is not due after all; flag what people have decided on, for people to take back."""
    due = found.state is Due.DUE
    if reward.state is Act.PROPOSED and not due:
        enter(SYSTEM, reward, "reverse", Reason.RECORD_CORRECTED)
        return True
    if reward.state is Act.REVERSED and due and _last_by_system(reward) and not _is_replaced(reward):
        enter(SYSTEM, reward, "propose")
        return True
    standing = reward.state in rules.PROMISED
    recall = (reward.recall_since or clock.today()) if standing and not due else None
    if recall == reward.recall_since:
        return False
    reward.recall_since = recall
    return True


def _last_by_system(reward: Reward) -> bool:
    entries = _entries(reward)
    return bool(entries) and entries[-1].by_id is None


def _entries(reward: Reward) -> list[LedgerEntry]:
    return list(
        db.session.scalars(select(LedgerEntry).where(LedgerEntry.reward_id == reward.id).order_by(LedgerEntry.step))
    )


def _last(reward: Reward, act: Act) -> LedgerEntry | None:
    return next((one for one in reversed(_entries(reward)) if one.act is act), None)


def _may_decide(actor: Actor, reward: Reward, version: str) -> None:
    """Lock the reward, and refuse anybody who may not decide on it."""
    if not actor.has(Role.RECRUITMENT_OFFICER):
        raise NotAllowed("Only a recruitment officer decides on rewards.")
    lock_row(reward, version)
    rules.check_approver(actor.id, reward.referrer_id)
    referral = db.session.get(Referral, reward.referral_id) if reward.referral_id else None
    if referral is not None:
        may_handle(actor, referral)
