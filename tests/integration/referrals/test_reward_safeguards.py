"""What keeps money from going out twice, beyond the caps, or past the two people."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from outreach import clock
from outreach.db import db
from outreach.errors import Conflict
from outreach.referrals.actions import ledger
from outreach.referrals.actions.payroll import build_payroll_file, mark_file_paid
from outreach.referrals.actions.stages import correct_stage
from outreach.referrals.models import Candidate, Household, Reward
from outreach.referrals.queries.candidates import has_declared
from outreach.referrals.queries.scheme import get_version
from outreach.referrals.rules.checking import check_terms
from outreach.referrals.rules.consent import ReferralState
from outreach.referrals.rules.ledger import Act
from outreach.referrals.rules.terms import read_terms
from tests import makers
from tests.kit.rewards import days_ago, make_candidate, make_reward, officer_actor


def _leave(day: int) -> None:
    candidate = db.session.scalars(select(Candidate)).one()
    candidate.closed_at, candidate.closed_on = clock.now(), days_ago(day)
    candidate.referral.state = ReferralState.CLOSED
    candidate.referral.closed_at = candidate.referral.closed_shown_at = clock.now()
    db.session.commit()


def test_a_reward_is_not_proposed_again_when_its_hash_is_forgotten(app: Flask) -> None:
    with app.test_request_context():
        make_candidate(started=760)
        assert ledger.propose_rewards() > 0
        before = db.session.scalar(select(func.count()).select_from(Reward))
        db.session.execute(update(Reward).values(candidate_hash="erased-" + Reward.reference))
        db.session.commit()
        db.session.expire_all()
        assert ledger.propose_rewards() == 0
        assert db.session.scalar(select(func.count()).select_from(Reward)) == before


def test_the_caps_hold_within_one_run(app: Flask) -> None:
    with app.test_request_context():
        referrer = makers.make_account()
        for number in range(15):
            make_candidate(referrer=referrer, email=f"friend{number}@friends.example")
        ledger.propose_rewards()
        pence = db.session.scalar(select(func.sum(Reward.pence)).where(Reward.state == Act.PROPOSED)) or 0
        caps = get_version(1).read().caps
        assert 0 < pence <= caps.pence


def test_payroll_is_not_told_of_what_is_not_due_after_all(app: Flask) -> None:
    with app.test_request_context():
        reward = make_reward()
        ledger.approve_reward(officer_actor(), reward, version=str(reward.version))
        db.session.commit()
        _leave(20)
        ledger.propose_rewards()
        db.session.commit()
        db.session.expire_all()
        assert db.session.scalars(select(Reward)).one().recall_since is not None
        with pytest.raises(Conflict, match="nothing new"):
            build_payroll_file(officer_actor())


def test_nobody_marks_as_paid_what_their_household_brought(app: Flask) -> None:
    with app.test_request_context():
        reward = make_reward()
        approver, other = officer_actor(), officer_actor()
        ledger.approve_reward(approver, reward, version=str(reward.version))
        file = build_payroll_file(approver)
        db.session.add(Household(referral_id=reward.referral_id, account_id=other.id, declared_at=clock.now()))
        db.session.commit()
        with pytest.raises(Conflict, match="household"):
            mark_file_paid(other, file)
        assert db.session.scalars(select(Reward)).one().state is Act.APPROVED


def test_a_household_is_the_persons_whoever_refers_them(app: Flask) -> None:
    with app.test_request_context():
        officer = officer_actor()
        first = make_candidate()
        _leave(10)
        second = make_candidate()
        db.session.add(Household(referral_id=first.referral_id, account_id=officer.id, declared_at=clock.now()))
        db.session.commit()
        assert has_declared(officer.id or 0, second.reference)
        assert not has_declared(officer_actor().id or 0, second.reference)


def test_the_friends_own_yes_is_not_moved_and_nothing_comes_after_the_end(app: Flask) -> None:
    with app.test_request_context():
        make_candidate(started=30)
        _leave(20)
        candidate, officer = db.session.scalars(select(Candidate)).one(), officer_actor()
        for stage, day in (("confirmed", 2000), ("started", 5)):
            with pytest.raises(Conflict):
                correct_stage(
                    officer, candidate, stage=stage, day=days_ago(day), reason="x", version=str(candidate.version)
                )


def test_every_kind_of_reward_has_somebody_who_gives_it(app: Flask) -> None:
    with app.app_context():
        terms = get_version(1).terms
    assert check_terms(read_terms(terms)) == []
    for change, words in (
        ({"money": False, "payroll": True}, "Payroll cannot pay"),
        ({"payroll": False, "given_by": ""}, "Enter who hands over"),
    ):
        kinds = [terms["kinds"][0] | change, *terms["kinds"][1:]]
        assert any(words in one.words for one in check_terms(read_terms(terms | {"kinds": kinds})))


@pytest.mark.parametrize("age", [14, 15])
def test_nobody_under_16_can_be_let_in(app: Flask, age: int) -> None:
    with app.app_context():
        terms = get_version(1).terms
    with pytest.raises(Conflict):
        read_terms(terms | {"friends": terms["friends"] | {"least_age": age}})
