"""The pages of rewards: from a check of the staff records to a paid reward, in the browser."""

from __future__ import annotations

import csv
import hashlib
import io

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.referrals.actions.ledger import review_referral
from outreach.referrals.models import Reward
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.referring import officer, signed_in
from tests.kit.rewards import Made, check, make_candidate
from tests.pages import PageClient

CHECKED = {"employment": "permanent", "role": "none", "in_process": "no", "appointed": "care_worker"}


def referrer_of(app: Flask, made: Made) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        account = db.session.get_one(makers.Account, made.referrer_id)
        makers.sign_in(person.http, account)
    return person


def reward_of(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(db.select(Reward.reference)).one()


def test_from_the_check_to_the_payroll_file(app: Flask) -> None:
    with app.app_context():
        made = make_candidate(checked=False)
    first, second = officer(app, "Olu Officer"), officer(app, "Ola Officer")
    page = first.get(f"/candidates/{made.reference}/rewards")
    assert "Nobody has looked at the staff records yet" in page.text
    first.click("Check the staff records")
    page = first.submit("Save", status=422)
    assert "Select how they are employed" in page.text
    page = first.submit("Save", CHECKED)
    assert "the verdicts are up to date" in page.text
    assert "To approve" in page.text
    reference = reward_of(app)

    first.get("/rewards")
    first.click(reference)
    first.click("Approve")
    page = first.submit("Approve")
    assert "Somebody else marks it as given" in page.text
    first.get("/payroll")
    page = first.submit("Build the file")
    assert "£250" in page.text
    page = first.submit("Payroll has paid", status=422)
    assert "somebody else must mark them" in page.text
    month = f"{clock.today():%Y-%m}"
    second.get(f"/payroll/{month}")
    page = second.submit("Payroll has paid")
    assert "1 reward marked as paid" in page.text

    second.submit("Download the file", status=200)
    once = second.http.post(second.sent_to, data=second.last_sent)
    again = second.http.post(second.sent_to, data=second.last_sent)
    assert once.data == again.data
    assert once.headers["Content-Type"].startswith("text/csv")
    assert hashlib.sha256(once.data).hexdigest() in second.get(f"/payroll/{month}").text
    rows = list(csv.reader(io.StringIO(once.data.decode("utf-8-sig"))))
    assert [rows[1][0], rows[1][4], rows[-1][4]] == [reference, "250.00", "250.00"]

    with app.app_context():
        taken = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "payroll.download")
        assert db.session.scalar(taken) == 3
    second.get(f"/payroll/{month}/file.csv", status=405)

    told = referrer_of(app, made).get(f"/refer/mine/{made.reference}/reward")
    assert "£250: paid. Thank you." in told.text


def test_the_form_of_an_approval_sent_twice_is_one_approval(app: Flask) -> None:
    with app.app_context():
        made = make_candidate()
        review_referral(made.referral_id)
        db.session.commit()
    person = officer(app)
    person.get(f"/rewards/{reward_of(app)}/approve")
    person.submit("Approve")
    page = person.send_again()
    assert page.status == 200
    assert page.text.count("Approved") == 1
    person.get(f"/rewards/{reward_of(app)}/approve")
    page = person.submit("Approve", status=422)
    assert "This reward is approved now" in page.text


@pytest.mark.one_database
def test_every_clause_is_shown_with_its_fact(app: Flask) -> None:
    with app.app_context():
        made = make_candidate(started=30)
    page = officer(app).get(f"/candidates/{made.reference}/rewards")
    assert page.text.count("These posts count") == 1
    assert page.text.count("in 12 months.") == 2
    assert page.text.count("Your friend starts: due when your friend starts work.") == 1
    assert "Referrer’s employment Permanent staff" in page.text
    assert "version 1" in page.text


def test_a_referrer_is_told_nothing_the_friend_did_not_permit(app: Flask) -> None:
    said = set()
    for number, (upto, started, shown) in enumerate(
        [("confirmed", 0, False), ("offered", 0, False), ("started", 200, False), ("started", 200, True)]
    ):
        with app.app_context():
            made = make_candidate(
                upto=upto, started=started, email=f"friend{number}@friends.example", progress_shown=shown
            )
            review_referral(made.referral_id)
            db.session.commit()
        page = referrer_of(app, made).get(f"/refer/mine/{made.reference}/reward")
        if shown:
            assert "Due since" in page.text
        else:
            said.add(page.main.split("of the terms")[1])
    assert len(said) == 1


def test_a_reward_is_seen_by_its_referrer_and_recruitment_only(app: Flask) -> None:
    with app.app_context():
        made = make_candidate()
        review_referral(made.referral_id)
        db.session.commit()
    reference = reward_of(app)
    signed_in(app).get(f"/refer/mine/{made.reference}/reward", status=404)
    referrer_of(app, made).get(f"/refer/mine/{made.reference}/reward")
    for path in ("/rewards", f"/rewards/{reference}", "/payroll", f"/candidates/{made.reference}/rewards"):
        for roles in ((), (Role.COORDINATOR,), (Role.VIEWER,), (Role.ADMINISTRATOR,)):
            signed_in(app, *roles).get(path, status=403)
        officer(app).get(path)
    for path in ("approve", "refuse", "take-back", "hand-over", "propose-again"):
        officer(app).get(f"/rewards/{reference}/{path}")


def test_an_officer_never_sees_a_reward_of_their_own(app: Flask) -> None:
    with app.app_context():
        own = makers.make_account(Role.RECRUITMENT_OFFICER, name="Olu Officer")
        made = make_candidate(referrer=own)
        review_referral(made.referral_id)
        db.session.commit()
        person = PageClient(app)
        person.typed.add("Olu Officer")
        makers.sign_in(person.http, db.session.merge(own))
    reference = reward_of(app)
    assert reference not in person.get("/rewards").text
    for path in ("", "/approve", "/refuse", "/take-back", "/hand-over"):
        person.get(f"/rewards/{reference}{path}", status=404)
    person.get(f"/candidates/{made.reference}/checks", status=404)
    assert "£250" in person.get(f"/refer/mine/{made.reference}/reward").text


@pytest.mark.parametrize(
    "path",
    [
        "/rewards/RW-0000-0000",
        "/rewards/' OR 1=1",
        "/payroll/2026-13",
        "/payroll/0000-01",
        "/payroll/2026-10",
        "/payroll/aaaa-aa",
        "/candidates/RF-0000-0000/rewards",
        "/candidates/RF-0000-0000/checks",
    ],
)
@pytest.mark.one_database
def test_what_is_not_there(app: Flask, path: str) -> None:
    officer(app).get(path, status=404)


def test_the_list_by_state(app: Flask) -> None:
    with app.app_context():
        made = make_candidate()
        review_referral(made.referral_id)
        db.session.commit()
    person = officer(app)
    assert "1 reward" in person.get("/rewards?state=proposed").text
    assert "0 rewards" in person.get("/rewards?state=paid").text
    assert "0 rewards" in person.get("/rewards?state=recall").text
    assert "1 reward" in person.get("/rewards?state=%00&page=-1").text


def test_as_many_queries_for_30_rewards_as_for_one(app: Flask) -> None:
    person = officer(app)
    seen = []
    for size in (1, 29):
        with app.app_context():
            for _ in range(size):
                referrer = makers.make_account()
                made = make_candidate(referrer=referrer, email=f"{referrer.id}@friends.example")
                review_referral(made.referral_id)
            db.session.commit()
        person.get("/rewards")
        with count_queries(app) as queries:
            person.get("/rewards")
        seen.append(len(queries))
    assert seen[0] == seen[1]


@pytest.mark.one_database
def test_checks_of_days_that_cannot_be(app: Flask) -> None:
    with app.app_context():
        made = make_candidate(checked=False)
    person = officer(app)
    person.get(f"/candidates/{made.reference}/checks")
    page = person.submit(
        "Save", CHECKED | {"notice_on-day": "31", "notice_on-month": "2", "notice_on-year": "2026"}, status=422
    )
    assert "must be a real date" in page.text
    page = person.submit("Save", {"notice_on-day": "1", "notice_on-month": "1", "notice_on-year": "2090"}, status=422)
    assert "must be today or in the past" in page.text
    with app.app_context():
        check(made.referral_id)
    page = person.submit("Save", {f"notice_on-{part}": "" for part in ("day", "month", "year")}, status=422)
    assert "Somebody else has changed this" in page.text
