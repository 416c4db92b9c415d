"""The what-if of two versions, the figures, and a referral that keeps its terms while others are in force."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.referrals.actions.ledger import propose_rewards
from outreach.referrals.actions.reminding import remind_officers
from outreach.referrals.models import Reward, SchemeVersion
from outreach.referrals.queries.scheme import get_version, get_version_in_force
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.referring import officer, signed_in
from tests.kit.rewards import make_candidate


def second_version(pence: int = 10_000, status: VersionStatus = VersionStatus.PUBLISHED) -> None:
    """Version 2, since yesterday: less at the start."""
    terms = dict(get_version(1).terms)
    terms["milestones"] = [dict(one, pence=pence) if one["code"] == "start" else one for one in terms["milestones"]]
    db.session.add(
        SchemeVersion(
            number=2,
            name="Second terms",
            terms=terms,
            effective_from=clock.today() - timedelta(days=1),
            status=status,
            drafted_by_id=makers.make_account().id,
            created_at=clock.now(),
            published_at=clock.now() if status is VersionStatus.PUBLISHED else None,
        )
    )
    db.session.commit()


def test_a_referral_keeps_the_terms_under_which_it_was_made(app: Flask) -> None:
    with app.test_request_context():
        second_version()
        assert get_version_in_force(clock.today()).number == 2
        make_candidate(started=200, email="old@friends.example")
        make_candidate(started=200, email="new@friends.example", number=2)
        propose_rewards()
        rows = db.session.execute(
            select(SchemeVersion.number, Reward.milestone, Reward.pence)
            .join(SchemeVersion, SchemeVersion.id == Reward.scheme_version_id)
            .order_by(SchemeVersion.number, Reward.milestone.desc())
        ).all()
        assert [tuple(row) for row in rows] == [
            (1, "start", 25_000),
            (1, "six_months", 25_000),
            (2, "start", 10_000),
            (2, "six_months", 25_000),
        ]


def test_what_if_says_who_loses_and_changes_nothing(app: Flask) -> None:
    with app.test_request_context():
        second_version(status=VersionStatus.DRAFT)
        losing = make_candidate(started=30, email="a@friends.example")
        make_candidate(started=0, upto="applied", email="b@friends.example")
    page = officer(app).get("/scheme/2/what-if")
    assert "£250" in page.text
    assert "£150 less" in page.text
    assert "Who loses: 1 referral" in page.text
    assert losing.reference in page.text
    assert "1 referral would earn the same" in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reward)) == 0


@pytest.mark.one_database
def test_what_if_of_nothing(app: Flask) -> None:
    assert "No referrals to replay" in officer(app).get("/scheme/1/what-if").text
    officer(app).get("/scheme/7/what-if", status=404)


def test_what_if_leaves_out_the_officers_own(app: Flask) -> None:
    person = officer(app, "Olu Officer")
    with app.test_request_context():
        own = db.session.scalars(select(makers.Account).where(makers.Account.name == "Olu Officer")).one()
        made = make_candidate(referrer=own)
    assert made.reference not in person.get("/scheme/1/what-if").text


@pytest.mark.parametrize("roles", [(), (Role.COORDINATOR,), (Role.VIEWER,), (Role.ADMINISTRATOR,)])
@pytest.mark.one_database
def test_only_recruitment_asks_what_if(app: Flask, roles: tuple[Role, ...]) -> None:
    signed_in(app, *roles).get("/scheme/1/what-if", status=403)


def test_figures_for_recruitment_are_exact_and_for_viewers_are_not(app: Flask) -> None:
    with app.test_request_context():
        for number in range(3):
            make_candidate(started=30, email=f"{number}@friends.example", referrer=makers.make_account())
        propose_rewards()
        db.session.commit()
    for role in (Role.RECRUITMENT_OFFICER, Role.COORDINATOR):
        page = signed_in(app, role).get("/referral-figures")
        assert "Rewards claimed 3" in page.text
        assert "before this service: 2 in 24 months" in page.text
        assert "100%" in page.text
    page = signed_in(app, Role.VIEWER).get("/referral-figures")
    assert "Rewards claimed Fewer than 5" in page.text
    assert "100%" not in page.text
    assert "Too few to show" in page.text
    for roles in ((), (Role.ADMINISTRATOR,)):
        signed_in(app, *roles).get("/referral-figures", status=403)


@pytest.mark.one_database
def test_figures_of_nothing(app: Flask) -> None:
    assert "No candidates yet" in signed_in(app, Role.VIEWER).get("/referral-figures").text


def test_what_falls_due_next_and_what_nobody_has_checked(app: Flask) -> None:
    with app.test_request_context():
        soon = make_candidate(started=100, email="a@friends.example")
        unchecked = make_candidate(started=0, email="b@friends.example", checked=False)
        far = make_candidate(started=0, upto="applied", email="c@friends.example", checked=False)
    page = officer(app).get("/rewards/coming")
    assert soon.reference in page.text
    assert page.text.count(unchecked.reference) == 2
    assert far.reference not in page.text
    signed_in(app, Role.VIEWER).get("/rewards/coming", status=403)


def test_recruitment_is_told_once_a_week_what_waits(app: Flask) -> None:
    with app.test_request_context():
        makers.make_account(Role.RECRUITMENT_OFFICER, email="olu@county.example")
        assert remind_officers() == 0
        make_candidate(started=30)
        propose_rewards()
        assert remind_officers() == 1
        assert remind_officers() == 0
        mail = db.session.scalars(select(Mail).where(Mail.message == "referrals/rewards_waiting")).one()
        assert mail.subject == "Action needed: rewards wait for you, 1 thing to do"
        assert "* 1 reward to approve" in mail.body
        assert "/rewards" in mail.body
        clock.set_offset(timedelta(days=7))
        try:
            assert remind_officers() == 1
        finally:
            clock.set_offset(timedelta(0))


@pytest.mark.parametrize("path", ["/referral-figures", "/scheme/1/what-if", "/rewards/coming"])
def test_as_many_queries_for_30_referrals_as_for_one(app: Flask, path: str) -> None:
    person = officer(app)
    seen = []
    for size in (1, 29):
        with app.test_request_context():
            for _ in range(size):
                referrer = makers.make_account()
                make_candidate(email=f"{referrer.id}@friends.example", referrer=referrer)
        person.get(path)
        with count_queries(app) as queries:
            person.get(path)
        seen.append(len(queries))
    assert seen[0] == seen[1]
