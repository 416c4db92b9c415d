"""What people send that the scheme must not take, by name, where no other file of this folder has it already.

Elsewhere: oneself, with dots and plus-tags too (test_refer), somebody who says never (test_consent), stages out of
order, before the offer or in the future (test_recruit), versions that overlap (test_scheme_pages), a payroll file
built twice and one's own reward (test_ledger).
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.errors import Conflict
from outreach.referrals.actions.ledger import propose_rewards
from outreach.referrals.actions.scheme import draft_version, publish_version
from outreach.referrals.models import Candidate, Referral, Reward
from outreach.referrals.queries.scheme import get_version
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.versions import VersionStatus
from tests.kit.referring import (
    FRIEND,
    REST,
    TYPED,
    agree,
    allow_details,
    answer_link,
    count_rows,
    get_link,
    link_in,
    mails_to,
    officer,
    pass_on,
    refer_and_agree,
    reference_of,
    signed_in,
    type_details,
)
from tests.kit.rewards import check, days_ago, make_candidate, officer_actor
from tests.pages import PageClient


def test_a_friend_under_16_cannot_enter_themselves(app: Flask) -> None:
    referrer, friend = signed_in(app, name="Jo Referrer"), PageClient(app)
    friend.get(get_link(referrer))
    friend.submit("Send", TYPED | {"of_age": None}, status=422)
    assert friend.here.errors == {"of_age": "You must be 16 or over to be referred"}
    assert count_rows(app, Referral) == {"referral": 0}


def test_a_friend_under_16_cannot_say_yes_to_a_notice_either(app: Flask) -> None:
    allow_details(app)
    pass_on(signed_in(app, name="Jo Referrer"))
    friend = PageClient(app)
    friend.get(answer_link(app))
    friend.submit("Send your answer", answer="yes")
    friend.submit(next(iter(friend.here.buttons())), REST | {"of_age": None}, status=422)
    assert "of_age" in friend.here.errors
    assert count_rows(app, Candidate) == {"candidate": 0}


def test_a_friend_already_referred_by_another_is_asked_no_more_and_only_recruitment_knows(app: Flask) -> None:
    first, second = signed_in(app, name="Jo Referrer"), signed_in(app, name="Olive Other")
    reference = refer_and_agree(app, first)
    friend = PageClient(app)
    type_details(friend, get_link(second), email=f"S.a.m.friend+again@{FRIEND.partition('@')[2]}")
    assert friend.here.h1 == "Now look at your email"
    with app.app_context():
        later = db.session.scalars(select(Referral).order_by(Referral.id.desc())).first()
        assert later is not None
        assert later.duplicate_of_id is not None
        other = later.reference
    assert other in officer(app).get(f"/candidates/{reference}").text
    for referrer in (first, second):
        page = referrer.get("/refer/mine")
        assert not page.has("same person")
    assert "Waiting for your friend" in second.here.text
    again = [mail for mail in mails_to(app, FRIEND) if mail.message == "referrals/already"]
    assert len(again) == 1
    assert friend.get(link_in(again[0])).h1 == "Your referral"
    assert reference_of(app) == reference


def test_two_who_refer_one_friend_before_any_answer(app: Flask) -> None:
    """The friend answers one of them; the other ends, and looks like any other that ended."""
    first, second = signed_in(app, name="Jo Referrer"), signed_in(app, name="Olive Other")
    friend = PageClient(app)
    type_details(friend, get_link(first))
    type_details(friend, get_link(second))
    agree(friend, link_in(mails_to(app, FRIEND)[0]))
    assert count_rows(app, Candidate) == {"candidate": 1}
    with app.app_context():
        states = sorted(one.state.value for one in db.session.scalars(select(Referral)))
    assert states == ["agreed", "closed"]


def test_a_version_without_milestones_is_never_published(app: Flask) -> None:
    with app.test_request_context():
        first, other = officer_actor("Olu Officer"), officer_actor("Ola Officer")
        begins = clock.today() + timedelta(days=30)
        draft = draft_version(first, name="Nothing", effective_from=begins, based_on=get_version(1))
        db.session.commit()
        raw = draft.terms | {"milestones": []}
        draft.terms = raw
        db.session.commit()
        with pytest.raises(Conflict, match="Add a milestone"):
            publish_version(other, draft, version=str(draft.version))
        assert draft.status is VersionStatus.DRAFT


@pytest.mark.parametrize(("days_before", "milestones"), [(1, {"start"}), (0, {"start", "six_months"})])
def test_a_referrer_who_leaves_the_day_before_a_milestone(app: Flask, days_before: int, milestones: set[str]) -> None:
    with app.test_request_context():
        made = make_candidate(started=200, checked=False)
        due = add_months(days_ago(200), 6)
        check(made.referral_id, referrer_left_on=due - timedelta(days=days_before))
        propose_rewards()
        assert set(db.session.scalars(select(Reward.milestone))) == milestones
    page = officer(app).get(f"/candidates/{made.reference}/rewards")
    left = due - timedelta(days=days_before)
    assert page.has(f"left on {left.day} {left:%B %Y}")
