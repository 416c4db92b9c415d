"""The pages of terms and rewards pass the accessibility audit, at a desk's width and a telephone's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from outreach import clock
from outreach.accounts.models import Account, SignedIn
from outreach.db import db
from outreach.referrals.actions.ledger import review_referral
from outreach.referrals.actions.scheme import draft_version
from outreach.referrals.models import Reward
from outreach.referrals.queries.scheme import get_version
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.keys import digest, new_token
from tests.conftest import LiveServer
from tests.kit.rewards import make_candidate
from tests.makers import make_account


def _sign_in(page: Page, server: LiveServer, account: Account) -> None:
    token = new_token()
    db.session.add(
        SignedIn(
            digest=digest(token),
            account_id=account.id,
            started_at=clock.now(),
            last_seen_at=clock.now(),
            second_step_at=clock.now(),
            council_sign_in=False,
            device="a test",
        )
    )
    db.session.commit()
    page.context.add_cookies([{"name": "outreach", "value": token, "url": server.url}])


# How a page is drawn is the same on either database, and an audit is slow.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_pages_of_terms_and_rewards(
    live_server: LiveServer, open_page: Callable[..., Page], clean_page: Callable[[Page], None]
) -> None:
    officer, referrer = open_page(), open_page()
    with live_server.app.test_request_context():
        account = make_account(Role.RECRUITMENT_OFFICER)
        made = make_candidate(started=200, progress_shown=True)
        review_referral(made.referral_id)
        drafter = Actor(ActorKind.ACCOUNT, account.id, "", frozenset({Role.RECRUITMENT_OFFICER}))
        begins = clock.today() + timedelta(days=30)
        draft_version(drafter, name="Spring", effective_from=begins, based_on=get_version(1))
        db.session.commit()
        reward = db.session.scalars(db.select(Reward.reference).order_by(Reward.id)).first()
        _sign_in(officer, live_server, account)
        _sign_in(referrer, live_server, db.session.get_one(Account, made.referrer_id))
    for path in (
        "/scheme",
        "/scheme/2",
        "/scheme/2/terms",
        "/scheme/2/stages/started",
        "/scheme/2/what-if",
        "/rewards",
        "/rewards/coming",
        f"/rewards/{reward}",
        f"/rewards/{reward}/refuse",
        f"/candidates/{made.reference}/rewards",
        f"/candidates/{made.reference}/checks",
        "/payroll",
        "/referral-figures",
    ):
        officer.goto(path)
        clean_page(officer)
    referrer.goto(f"/refer/mine/{made.reference}/reward")
    clean_page(referrer)
