"""The ledger in both databases: proposed by the verdict, decided by people, never changed, never doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DatabaseError

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.referrals.actions import ledger
from outreach.referrals.actions.eligibility import claim_reward
from outreach.referrals.actions.payroll import build_payroll_file, mark_file_paid
from outreach.referrals.actions.scheme import draft_version, publish_version
from outreach.referrals.models import (
    Candidate,
    Household,
    LedgerEntry,
    PayrollFile,
    PayrollLine,
    Referral,
    Reward,
    SchemeVersion,
)
from outreach.referrals.queries.ledger import get_balance, sum_told
from outreach.referrals.queries.scheme import get_version
from outreach.referrals.rules.ledger import Act, Movement, Reason, balance, movement
from outreach.referrals.rules.payroll import digest_of
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.rewards import check, days_ago, make_candidate, make_reward, officer_actor

ROUNDS = 10


def recomputed() -> object:
    """The balance from the acts alone, as if the sums in the entries had never been written."""
    moved: list[Movement] = []
    for reward in db.session.scalars(select(Reward).order_by(Reward.id)):
        before = None
        for entry in db.session.scalars(
            select(LedgerEntry).where(LedgerEntry.reward_id == reward.id).order_by(LedgerEntry.step)
        ):
            moved.append(movement(before, entry.act, reward.pence))
            before = entry.act
        assert reward.state is before
    return balance(moved)


def states() -> dict[str, Act]:
    return {one.milestone: one.state for one in db.session.scalars(select(Reward).order_by(Reward.id))}


def approve(reward: Reward, actor: Actor | None = None) -> Actor:
    actor = actor or officer_actor()
    ledger.approve_reward(actor, reward, version=str(reward.version))
    db.session.commit()
    return actor


# What the verdict proposes


def test_what_is_due_is_proposed_once(app: Flask) -> None:
    with app.test_request_context():
        make_candidate(started=30)
        assert ledger.propose_rewards() == 1
        assert ledger.propose_rewards() == 0
        db.session.commit()
        assert states() == {"start": Act.PROPOSED}
        reward = db.session.scalars(select(Reward)).one()
        assert (reward.pence, reward.words, reward.due_on) == (25_000, "£250", days_ago(30))


def test_nothing_is_proposed_before_somebody_has_checked(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate(checked=False)
        assert ledger.propose_rewards() == 0
        check(made.referral_id)
        assert ledger.propose_rewards() == 1


def test_the_worker_proposes_six_months_later_without_anybody(app: Flask) -> None:
    with app.test_request_context():
        check(make_candidate(started=30, new_to_care=True, checked=False).referral_id, new_to_care=True)
        ledger.propose_rewards()
        clock.set_offset(timedelta(days=160))
        try:
            assert ledger.propose_rewards() == 1
        finally:
            clock.set_offset(timedelta(0))
        assert states() == {"start": Act.PROPOSED, "six_months": Act.PROPOSED}
        assert db.session.scalar(select(Reward.pence).where(Reward.milestone == "six_months")) == 30_000


def test_the_second_referral_of_a_friend_earns_nothing_also_after_erasure(app: Flask) -> None:
    with app.test_request_context():
        first = make_candidate(started=400)
        ledger.review_referral(first.referral_id)
        paid = {one.milestone for one in db.session.scalars(select(Reward))}
        assert paid == {"start", "six_months", "year_badge"}
        # The friend and the first referral are erased; the reward keeps the keyed hash.
        db.session.execute(delete(Referral))
        db.session.commit()
        db.session.expire_all()
        assert db.session.scalars(select(Reward.referral_id)).all() == [None] * 3
        make_candidate(started=400, email="FRIEND+again@friends.example")
        assert ledger.propose_rewards() == 0
        assert len(states()) == 3


def test_two_referrers_of_one_friend(app: Flask) -> None:
    """The first referral wins, whatever the second one's candidate did."""
    with app.test_request_context():
        make_candidate(started=30, closed_at=clock.now(), closed_on=clock.today())
        make_candidate(started=20)
        assert ledger.propose_rewards() == 1
        assert len(states()) == 1


def test_a_proposal_that_is_not_due_after_all_is_withdrawn(app: Flask) -> None:
    with app.test_request_context():
        reward = make_reward(started=10)
        candidate = db.session.scalars(select(Candidate)).one()
        candidate.closed_at, candidate.closed_on = clock.now(), clock.today()
        ledger.propose_rewards()
        assert reward.state is Act.REVERSED
        candidate.closed_at = candidate.closed_on = None
        ledger.propose_rewards()
        assert reward.state is Act.PROPOSED
        assert get_balance() == recomputed()


def test_what_people_decided_is_flagged_and_left_to_people(app: Flask) -> None:
    with app.test_request_context():
        reward = make_reward(started=10)
        approve(reward)
        candidate = db.session.scalars(select(Candidate)).one()
        candidate.closed_at, candidate.closed_on = clock.now(), clock.today()
        assert ledger.propose_rewards() == 1
        assert (reward.state, reward.recall_since) == (Act.APPROVED, clock.today())
        assert ledger.propose_rewards() == 0
        ledger.reverse_reward(officer_actor(), reward, reason=Reason.FRIEND_LEFT, version=str(reward.version))
        assert (reward.state, reward.recall_since) == (Act.REVERSED, None)
        assert get_balance() == recomputed()
        assert get_balance().spent == 0


# Who decides


def test_one_approves_and_another_gives(app: Flask) -> None:
    with app.test_request_context():
        reward = make_reward(started=10)
        approver = approve(reward)
        assert get_balance().owed == 25_000
        file = build_payroll_file(approver)
        with pytest.raises(Conflict, match="somebody else must mark them"):
            mark_file_paid(approver, file)
        assert mark_file_paid(officer_actor(), file) == (1, 0)
        db.session.commit()
        assert (get_balance().owed, get_balance().given) == (0, 25_000)
        assert get_balance() == recomputed()


def test_a_badge_is_handed_over_by_somebody_else(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate(started=400)
        ledger.review_referral(made.referral_id)
        badge = db.session.scalars(select(Reward).where(Reward.milestone == "year_badge")).one()
        money = db.session.scalars(select(Reward).where(Reward.milestone == "start")).one()
        approver = approve(badge)
        approve(money)
        with pytest.raises(Conflict, match="You approved this reward"):
            ledger.hand_over_reward(approver, badge, version=str(badge.version))
        with pytest.raises(Conflict, match="Payroll pays"):
            ledger.hand_over_reward(officer_actor(), money, version=str(money.version))
        ledger.hand_over_reward(officer_actor(), badge, version=str(badge.version))
        assert badge.state is Act.HANDED_OVER


ACTS: list[Callable[[Actor, Reward], object]] = [
    lambda actor, reward: ledger.approve_reward(actor, reward, version=str(reward.version)),
    lambda actor, reward: ledger.refuse_reward(actor, reward, reason=Reason.AGAINST_TERMS, version=str(reward.version)),
    lambda actor, reward: ledger.reverse_reward(
        actor, reward, reason=Reason.AGAINST_TERMS, version=str(reward.version)
    ),
]


@pytest.mark.parametrize("act", ACTS)
def test_nobody_decides_on_a_reward_of_their_own(app: Flask, act: Callable[[Actor, Reward], object]) -> None:
    with app.test_request_context():
        referrer = makers.make_account(Role.RECRUITMENT_OFFICER)
        reward = make_reward(referrer=referrer)
        before = count(LedgerEntry), count(AuditEntry)
        own = Actor(ActorKind.ACCOUNT, referrer.id, referrer.name, frozenset({Role.RECRUITMENT_OFFICER}))
        with pytest.raises(Conflict, match="your own referral"):
            act(own, reward)
        relative = officer_actor()
        db.session.add(Household(referral_id=reward.referral_id, account_id=relative.id, declared_at=clock.now()))
        db.session.commit()
        with pytest.raises(NotFound):
            act(relative, reward)
        for role in (Role.COORDINATOR, Role.VIEWER, Role.ADMINISTRATOR):
            with pytest.raises(NotAllowed):
                act(Actor(ActorKind.ACCOUNT, relative.id, "", frozenset({role})), reward)
        db.session.rollback()
        assert (count(LedgerEntry), count(AuditEntry)) == before


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_claim_is_the_referrers_own(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate()
        referral = db.session.get_one(Referral, made.referral_id)
        with pytest.raises(NotFound):
            claim_reward(officer_actor(), referral, "start")
        own = Actor(ActorKind.ACCOUNT, made.referrer_id, "", frozenset())
        for milestone in ("start", "nowhere", "", "x" * 10_000):
            with pytest.raises(NotFound):
                claim_reward(own, referral, milestone)


# Append-only


def test_the_database_never_changes_an_entry(app: Flask) -> None:
    with app.test_request_context():
        reward = make_reward()
        approver = approve(reward)
        build_payroll_file(approver)
        db.session.commit()
        for change in (
            update(LedgerEntry).values(owed_pence=1),
            delete(LedgerEntry),
            update(PayrollLine).values(pence=1),
            delete(PayrollLine),
            update(Reward).values(pence=1),
            update(Reward).values(milestone="other"),
            update(Reward).values(referrer_id=approver.id),
        ):
            with pytest.raises(DatabaseError, match="only ever added"):
                db.session.execute(change)
            db.session.rollback()


# Payroll


def test_a_file_is_built_once_a_month_and_nothing_is_in_two(app: Flask) -> None:
    with app.test_request_context():
        officer = officer_actor()
        with pytest.raises(Conflict, match="nothing new"):
            build_payroll_file(officer)
        first = make_reward(email="one@friends.example")
        approve(first)
        file = build_payroll_file(officer)
        db.session.commit()
        assert file.sha256 == digest_of(file.content)
        assert (file.total_pence, len(file.lines)) == (25_000, 1)
        second = make_reward(email="two@friends.example")
        approve(second)
        with pytest.raises(Conflict, match="has been built already"):
            build_payroll_file(officer)
        clock.set_offset(timedelta(days=31))
        try:
            later = build_payroll_file(officer)
        finally:
            clock.set_offset(timedelta(0))
        assert [line.reward_id for line in later.lines] == [second.id]
        assert first.reference not in later.content


def test_what_is_taken_back_after_the_file_is_told_in_the_next(app: Flask) -> None:
    with app.test_request_context():
        reward = make_reward()
        approver = approve(reward)
        file = build_payroll_file(approver)
        mark_file_paid(officer_actor(), file)
        ledger.reverse_reward(approver, reward, reason=Reason.FRIEND_LEFT, version=str(reward.version))
        db.session.commit()
        assert get_balance() == recomputed()
        clock.set_offset(timedelta(days=31))
        try:
            later = build_payroll_file(approver)
        finally:
            clock.set_offset(timedelta(0))
        assert (later.total_pence, sum_told([reward.id])) == (-25_000, {reward.id: 0})
        assert '"","250.00"' in later.content


# Races


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Run each act in a thread and a transaction of its own, as requests are; how each ended."""
    gate, ends = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        with app.test_request_context():
            gate.wait(10)
            try:
                begin_writing(db.session())
                act()
                db.session.commit()
                ends.append("done")
            except Conflict as conflict:
                db.session.rollback()
                ends.append(conflict.message)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ends) == len(acts)
    return sorted(ends)


def test_two_approvals_at_once_one_wins(app: Flask) -> None:
    with app.test_request_context():
        reward_id = make_reward().id
        officers = [officer_actor(), officer_actor()]

    def approving(officer: Actor) -> Callable[[], object]:
        def act() -> None:
            reward = db.session.get_one(Reward, reward_id)
            ledger.approve_reward(officer, reward, version=str(reward.version))

        return act

    for _ in range(ROUNDS):
        ends = at_once(app, *(approving(officer) for officer in officers))
        assert ends.count("done") == 1, ends
        with app.test_request_context():
            reward = db.session.get_one(Reward, reward_id)
            acts = [entry.act for entry in reward.entries]
            assert acts.count(Act.APPROVED) == 1 + acts.count(Act.REVERSED)
            assert get_balance() == recomputed()
            ledger.reverse_reward(officers[0], reward, reason=Reason.RECORD_CORRECTED, version=str(reward.version))
            ledger.propose_again(officers[0], reward, version=str(reward.version))
            db.session.commit()


def test_without_lock_and_constraint_both_would_win(app: Flask) -> None:
    """The control: the entries that two requests write from what both have read, with nothing to stop them."""
    with app.test_request_context():
        reward = make_reward()
        reward_id = reward.id
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ALTER TABLE ledger_entry DROP CONSTRAINT uq_ledger_entry_reward_id_step"))
        else:
            # SQLite cannot drop it: the same table is made again without it, and named as before.
            db.session.execute(text("CREATE TABLE free AS SELECT * FROM ledger_entry"))
            db.session.execute(text("DROP TABLE ledger_entry"))
            db.session.execute(text("ALTER TABLE free RENAME TO ledger_entry"))
        db.session.commit()

    read, wrote = threading.Barrier(2), []

    def approving(entry_id: int) -> None:
        with app.test_request_context():
            steps = db.session.scalar(select(func.max(LedgerEntry.step)).where(LedgerEntry.reward_id == reward_id))
            db.session.rollback()
            read.wait(10)
            begin_writing(db.session())
            db.session.execute(
                text(
                    "INSERT INTO ledger_entry (id, reward_id, step, act, owed_pence, given_pence, at)"
                    " VALUES (:id, :reward, :step, 'approved', 25000, 0, :at)"
                ),
                {"id": entry_id, "reward": reward_id, "step": steps + 1, "at": "2026-11-22"},
            )
            db.session.commit()
            wrote.append(steps)
            db.session.remove()

    threads = [threading.Thread(target=approving, args=(900 + number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with app.test_request_context():
        approved = text("SELECT count(*) FROM ledger_entry WHERE act = 'approved'")
        assert (len(wrote), db.session.scalar(approved)) == (2, 2), "the control shows no race"


def test_two_workers_propose_one_reward(app: Flask) -> None:
    for number in range(ROUNDS):
        with app.test_request_context():
            make_candidate(email=f"friend{number}@friends.example")
        at_once(app, ledger.propose_rewards, ledger.propose_rewards)
        with app.test_request_context():
            assert count(Reward) == number + 1
            assert count(LedgerEntry) == number + 1


def test_two_files_at_once_are_one(app: Flask) -> None:
    with app.test_request_context():
        approve(make_reward())
        officers = [officer_actor(), officer_actor()]
    ends = at_once(app, *(lambda officer=officer: build_payroll_file(officer) for officer in officers))
    assert ends.count("done") == 1, ends
    with app.test_request_context():
        assert (count(PayrollFile), count(PayrollLine)) == (1, 1)


def test_two_drafts_of_one_day_published_at_once_one_wins(app: Flask) -> None:
    for number in range(ROUNDS // 2):
        with app.test_request_context():
            drafter, publishers = officer_actor(), [officer_actor(), officer_actor()]
            day = clock.today() + timedelta(days=10 + number)
            ids = [
                draft_version(drafter, name=f"Draft {n}", effective_from=day, based_on=get_version(1)).id
                for n in range(2)
            ]
            db.session.commit()

        def publishing(officer: Actor, draft_id: int) -> Callable[[], object]:
            def act() -> None:
                draft = db.session.get_one(SchemeVersion, draft_id)
                publish_version(officer, draft, version=str(draft.version))

            return act

        ends = at_once(app, *(publishing(who, one) for who, one in zip(publishers, ids, strict=True)))
        assert ends.count("done") == 1, ends
        with app.test_request_context():
            published = select(func.count()).select_from(SchemeVersion).where(SchemeVersion.effective_from == day)
            assert db.session.scalar(published.where(SchemeVersion.status == VersionStatus.PUBLISHED)) == 1
