"""The facts that decide a reward: what was recorded rather than said, who withdrew, and what was there before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from outreach import clock
from outreach.db import db
from outreach.districts.queries import get_term
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.outbox.models import Mail
from outreach.referrals.actions import agreed, eligibility, ledger, recruit
from outreach.referrals.models import Candidate, Eligibility, Household, Referral, Reward, StageEntry
from outreach.referrals.queries.coming import count_waiting, list_unchecked
from outreach.referrals.queries.contacts import hash_email
from outreach.referrals.queries.ledger import list_untold
from outreach.referrals.queries.verdicts import get_case
from outreach.referrals.rules.consent import ReferralState
from outreach.referrals.rules.facts import NONE_OF_THESE
from outreach.referrals.rules.ledger import Act, Reason
from outreach.referrals.rules.verdict import Due
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.referring import officer, signed_in
from tests.kit.rewards import check, days_ago, make_candidate, officer_actor
from tests.pages import PageClient

CHECKED = {"employment": "permanent", "role": NONE_OF_THESE, "in_process": False}


def _candidate(referral_id: int) -> Candidate:
    return db.session.scalars(select(Candidate).where(Candidate.referral_id == referral_id)).one()


def _friend(referral_id: int) -> Actor:
    return Actor(ActorKind.CANDIDATE, referral_id, "", frozenset())


def _verdict(referral_id: int, milestone: str = "start") -> Due:
    db.session.expire_all()
    return get_case(db.session.get_one(Referral, referral_id)).verdict(milestone, clock.today()).state


def _record(referral_id: int, **more: object) -> None:
    found = db.session.get(Eligibility, referral_id)
    eligibility.record_checks(
        officer_actor(),
        db.session.get_one(Referral, referral_id),
        eligibility.Checks(
            employment="permanent",
            role=NONE_OF_THESE,
            notice_on=None,
            referrer_left_on=None,
            friend_left_on=None,
            in_process=False,
            **more,  # type: ignore[arg-type]
        ),
        version=str(found.version) if found else "",
    )
    db.session.commit()


def test_a_reward_waits_for_the_post_that_recruitment_records(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate(checked=False)
        check(made.referral_id, appointed=None)
        assert ledger.propose_rewards() == 0
        assert _verdict(made.referral_id) is Due.WAITING
        assert [one.id for one in list_unchecked(officer_actor().id or 0)] == [made.referral_id]
        _record(made.referral_id, appointed=NONE_OF_THESE)
        assert _verdict(made.referral_id) is Due.NOT_DUE
        _record(made.referral_id, appointed="support_worker", appointed_hours=30)
        assert db.session.scalars(select(Reward)).one().state is Act.PROPOSED
        assert list_unchecked(officer_actor().id or 0) == []


def test_the_bonus_rests_on_what_was_checked(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate(started=200, new_to_care=True)
        assert _verdict(made.referral_id, "six_months") is Due.WAITING
        assert len(list_unchecked(officer_actor().id or 0)) == 1
        _record(made.referral_id, appointed="care_worker", new_to_care=True)
        pence = select(Reward.pence).where(Reward.milestone == "six_months")
        assert db.session.scalar(pence) == 30_000


@pytest.mark.one_database
def test_the_page_says_what_is_only_the_friends_word(app: Flask) -> None:
    with app.app_context():
        made = make_candidate(started=200, new_to_care=True, checked=False, hours=20)
        check(made.referral_id, appointed=None)
    person = officer(app)
    page = person.get(f"/candidates/{made.reference}/rewards")
    assert "Care worker, as the friend said, not yet checked" in page.text
    assert "has not worked in care, as the friend said, not yet checked" in page.text
    person.click("Change what was checked")
    assert "The friend said: Care worker, 20 hours a week; new to care." in person.here.text
    page = person.submit("Save", appointed="care_worker", appointed_hours="200", status=422)
    page = person.submit("Save", appointed="care_worker", appointed_hours="22", new_to_care="yes")
    assert "Care worker, 22 hours a week" in page.text
    assert "not yet checked" not in page.text
    person.click("Change what was checked")
    assert person.submit("Save").text.count("22 hours a week") >= 1


def _end(referral_id: int, day: int) -> None:
    candidate = _candidate(referral_id)
    candidate.closed_at, candidate.closed_on = clock.now(), days_ago(day)
    candidate.referral.state = ReferralState.CLOSED
    candidate.referral.closed_at = candidate.referral.closed_shown_at = clock.now()
    db.session.commit()


@pytest.mark.parametrize("given", [False, True])
def test_what_was_taken_back_does_not_bar_a_later_referral(app: Flask, given: bool) -> None:
    with app.test_request_context():
        referrer, friend = makers.make_account(), "friend@friends.example"
        first = make_candidate(started=300, referrer=referrer, upto="started")
        ledger.review_referral(first.referral_id)
        old = db.session.scalars(select(Reward).where(Reward.milestone == "start")).one()
        approver = officer_actor()
        if given:
            ledger.approve_reward(approver, old, version=str(old.version))
        _end(first.referral_id, 290)
        ledger.propose_rewards()
        if given:
            ledger.reverse_reward(approver, old, reason=Reason.FRIEND_LEFT, version=str(old.version))
        db.session.commit()
        assert old.state is Act.REVERSED
        again = make_candidate(started=40, referrer=referrer, email=friend)
        assert ledger.propose_rewards() == 1
        db.session.commit()
        new = db.session.scalars(select(Reward).where(Reward.referral_id == again.referral_id)).one()
        assert (new.state, new.milestone, new.candidate_hash) == (Act.PROPOSED, "start", hash_email(friend))
        assert ledger.propose_rewards() == 0
        with pytest.raises(Conflict, match="in the place of this one"):
            ledger.propose_again(officer_actor(), old, version=str(old.version))


def test_what_stands_bars_a_later_referral(app: Flask) -> None:
    with app.test_request_context():
        referrer = makers.make_account()
        first = make_candidate(started=300, referrer=referrer)
        ledger.review_referral(first.referral_id)
        _end(first.referral_id, 100)
        make_candidate(started=40, referrer=referrer)
        before = db.session.scalars(select(Reward.id).order_by(Reward.id)).all()
        ledger.propose_rewards()
        assert db.session.scalars(select(Reward.id).order_by(Reward.id)).all() == before


def test_withdrawing_in_work_is_not_leaving_it(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate(started=10)
        ledger.review_referral(made.referral_id)
        agreed.withdraw(_friend(made.referral_id), made.referral_id)
        db.session.commit()
        assert _verdict(made.referral_id) is Due.DUE
        ledger.propose_rewards()
        reward = db.session.scalars(select(Reward)).one()
        assert (reward.state, reward.recall_since) == (Act.PROPOSED, None)
        assert _verdict(made.referral_id, "six_months") is Due.NOT_DUE


def test_an_officer_does_not_record_as_withdrawn_who_has_started(app: Flask) -> None:
    with app.test_request_context():
        candidate = _candidate(make_candidate(started=10).referral_id)
        outcome = get_term(Vocabulary.CANDIDATE_OUTCOME, "withdrew")
        with pytest.raises(Conflict, match="have started work"):
            recruit.close_candidate(
                officer_actor(), candidate, outcome=outcome, day=days_ago(2), version=str(candidate.version)
            )
        assert candidate.closed_at is None


def test_oneself_is_known_by_the_hash_also_when_the_address_is_gone(app: Flask) -> None:
    with app.test_request_context():
        referrer = makers.make_account(email="jo.bloggs@council.example")
        made = make_candidate(referrer=referrer, email="jobloggs+x@council.example")
        assert _verdict(made.referral_id) is Due.NOT_DUE
        db.session.execute(update(Candidate).values(email="", name=""))
        db.session.commit()
        assert _verdict(made.referral_id) is Due.NOT_DUE


def test_recruitment_is_told_of_a_withdrawal_by_reference(app: Flask) -> None:
    with app.test_request_context():
        told, kept_away = officer_actor("Olu Officer"), officer_actor("Ada Kin")
        made = make_candidate(upto="interview", referrer=makers.make_account(), email="sam@friends.example")
        db.session.add(Household(referral_id=made.referral_id, account_id=kept_away.id, declared_at=clock.now()))
        db.session.commit()
        agreed.withdraw(_friend(made.referral_id), made.referral_id)
        db.session.commit()
        mails = db.session.scalars(select(Mail).where(Mail.message == "referrals/candidate_withdrew")).all()
        assert [mail.recipient_id for mail in mails] == [told.id]
        assert made.reference in mails[0].subject
        assert "Interview" in mails[0].body
        assert not any(word in mails[0].body for word in ("Sam Friend", "sam@friends.example"))


def test_a_reopening_is_looked_at_at_once(app: Flask) -> None:
    with app.test_request_context():
        made = make_candidate(started=60)
        ledger.review_referral(made.referral_id)
        reward = db.session.scalars(select(Reward)).one()
        ledger.approve_reward(officer_actor(), reward, version=str(reward.version))
        candidate = _candidate(made.referral_id)
        outcome = get_term(Vocabulary.CANDIDATE_OUTCOME, "left_before_milestone")
        db.session.execute(update(Referral).values(made_at=clock.now() - timedelta(days=300), agreed_at=clock.now()))
        recruit.close_candidate(
            officer_actor(), candidate, outcome=outcome, day=days_ago(50), version=str(candidate.version)
        )
        db.session.commit()
        assert reward.recall_since is not None
        assert list_untold().held_back == [reward]
        recruit.reopen_candidate(officer_actor(), candidate, version=str(candidate.version))
        db.session.commit()
        assert reward.recall_since is None
        assert [one.id for one, _ in list_untold().lines] == [reward.id]


@pytest.mark.parametrize("how", ["withdrawn", "closed"])
def test_the_end_shows_nothing_before_its_moment(app: Flask, how: str) -> None:
    with app.test_request_context():
        referrer = makers.make_account()
        made = make_candidate(upto="interview", referrer=referrer, progress_shown=True)
        person = PageClient(app)
        makers.sign_in(person.http, referrer)
    paths = ("/refer/mine", f"/refer/mine/{made.reference}/reward")
    before = [person.get(path).text for path in paths]
    with app.test_request_context():
        if how == "withdrawn":
            agreed.withdraw(_friend(made.referral_id), made.referral_id)
        else:
            _end(made.referral_id, 0)
        referral = db.session.get_one(Referral, made.referral_id)
        referral.closed_shown_at = clock.now() + timedelta(hours=5)
        db.session.commit()
    assert [person.get(path).text for path in paths] == before
    with app.app_context():
        db.session.execute(update(Referral).values(closed_shown_at=clock.now() - timedelta(minutes=1)))
        db.session.commit()
    assert "Closed" in person.get(paths[0]).text
    assert "Not due." in person.get(paths[1]).text


def test_entries_about_stages_are_only_ever_added(app: Flask) -> None:
    with app.app_context():
        make_candidate()
        db.session.execute(update(StageEntry).values(reason=""))
        db.session.commit()
        for act in (
            update(StageEntry).values(reached_on=days_ago(400)),
            update(StageEntry).values(stage="applied"),
            update(StageEntry).values(reason="another"),
            delete(StageEntry),
        ):
            with pytest.raises(DBAPIError, match="only ever added"):
                db.session.execute(act)
            db.session.rollback()
        # With the referral, at the end of its time, they go.
        db.session.execute(text("DELETE FROM eligibility"))
        db.session.execute(delete(Referral))
        db.session.commit()
        assert db.session.scalars(select(StageEntry.id)).all() == []


def test_the_next_payroll_file_is_seen_before_it_is_built(app: Flask) -> None:
    with app.test_request_context():
        referrer = makers.make_account(name="Rae Referrer")
        made = make_candidate(referrer=referrer)
        ledger.review_referral(made.referral_id)
        db.session.commit()
        reference = db.session.scalars(select(Reward.reference)).one()
    person = officer(app)
    page = person.get("/payroll")
    assert "There is nothing new to tell payroll" in page.text
    assert not any("Build the file" in name for name in page.buttons())
    with app.test_request_context():
        reward = db.session.scalars(select(Reward)).one()
        ledger.approve_reward(officer_actor(), reward, version=str(reward.version))
        db.session.commit()
    page = person.get("/payroll")
    assert page.summary()["To pay"] == "£250"
    assert f"{reference} Your friend starts Rae Referrer £250" in page.text
    with app.app_context():
        db.session.execute(update(Reward).values(recall_since=clock.today()))
        db.session.commit()
    assert "Held back: 1 approved reward" in person.get("/payroll").text


@pytest.mark.one_database
def test_the_director_reads_a_sentence_and_no_empty_columns(app: Flask) -> None:
    with app.app_context():
        for number in range(6):
            make_candidate(started=30 + number, email=f"friend{number}@friends.example")
    for role, exact in ((Role.VIEWER, False), (Role.RECRUITMENT_OFFICER, True)):
        page = signed_in(app, role).get("/referral-figures")
        many = "6 of 6" if exact else "About 5 of about 5"
        assert (
            f"{many} who said yes have started. Half start within 10 days of “Offered”; the limit is 36 days."
            in page.text
        )
        assert ("Range in days" in page.text) is exact
        assert ("Within the limit" in page.text) is exact


@pytest.mark.one_database
def test_the_board_leaves_out_stages_without_anybody(app: Flask) -> None:
    with app.app_context():
        make_candidate(upto="interview")
    page = officer(app).get("/candidates/board")
    assert "Interview 1" in page.text
    assert "Nobody stands at: Confirmed, Applied, Offered" in page.text


@pytest.mark.one_database
def test_what_waits_for_an_officer(app: Flask) -> None:
    with app.test_request_context():
        one, other = officer_actor(), officer_actor()
        make_candidate(checked=False, email="a@friends.example")
        made = make_candidate(email="b@friends.example")
        ledger.review_referral(made.referral_id)
        db.session.commit()
        assert count_waiting(one.id or 0) == {"approve": 1, "give": 0, "recall": 0, "check": 1, "late": 0}
        reward = db.session.scalars(select(Reward)).one()
        ledger.approve_reward(one, reward, version=str(reward.version))
        db.session.commit()
        assert count_waiting(one.id or 0)["give"] == 0
        assert count_waiting(other.id or 0)["give"] == 1
    page = officer(app).get("/")
    assert "1 reward to give" in page.text
    assert "1 staff record to check" in page.text
