"""What is over its term goes, and nothing else: at the day, in batches, once, and into the audit as counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from outreach import clock
from outreach.accounts.models import SignedIn
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.audit.actions import record
from outreach.audit.models import AuditEntry, AuditRelease
from outreach.db import begin_writing, db
from outreach.institutions.models import Contact
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind
from outreach.outcomes.models import Rating
from outreach.privacy.actions import apply_retention, run_retention
from outreach.visits.models import VisitRequest
from outreach.web.door import SYSTEM, Role
from outreach.worker import Worker
from tests.makers import make_account, make_ambassador, make_contact, make_event, make_request, sign_in
from tests.pages import PageClient

A_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock_as_it_was() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


def run(app: Flask, **options: Any) -> dict[str, int]:
    with app.test_request_context():
        begin_writing(db.session())
        changed = run_retention(**options)
        db.session.commit()
        return changed


def test_an_ambassador_who_left_is_forgotten_after_a_year_and_not_before(app: Flask) -> None:
    with app.app_context():
        left = make_ambassador("Ann Example", status=AmbassadorStatus.LEFT, phone="07700 900 123", notes="Ring first")
        stays = make_ambassador("Bea Example", notes="Vegetarian")
        before = left.version
    clock.set_offset(timedelta(days=365) - timedelta(minutes=1))
    assert "ambassador" not in run(app)
    clock.set_offset(timedelta(days=365) + A_SECOND)
    assert run(app)["ambassador"] == 1
    with app.app_context():
        gone, kept = db.session.get_one(Ambassador, left.id), db.session.get_one(Ambassador, stays.id)
        assert (gone.name, gone.email) == ("Former ambassador", f"erased-{gone.id}@erased.example")
        assert (gone.phone, gone.job_title, gone.notes) == (None, "", "")
        assert gone.version > before, "a form opened before must not bring the name back"
        assert (kept.name, kept.notes) == ("Bea Example", "Vegetarian")


def test_nothing_is_blanked_twice(app: Flask) -> None:
    with app.app_context():
        make_ambassador(status=AmbassadorStatus.LEFT)
        make_contact()
        make_request()
    clock.set_offset(timedelta(days=800))
    assert {"ambassador", "contact", "visit_request"} <= set(run(app))
    again = run(app)
    assert not {"ambassador", "contact", "visit_request"} & set(again), again


def test_two_contacts_of_one_institution_can_both_be_forgotten(app: Flask) -> None:
    with app.app_context():
        first = make_contact()
        make_contact(first.institution, verified=False)
    clock.set_offset(timedelta(days=731))
    assert run(app)["contact"] == 2
    with app.app_context():
        assert set(db.session.scalars(select(Contact.name))) == {"Former contact"}
        assert len(set(db.session.scalars(select(Contact.email)))) == 2


def test_batches_are_small_and_the_next_goes_on(app: Flask) -> None:
    with app.app_context():
        contact = make_contact()
        for _ in range(5):
            make_request(contact)
    clock.set_offset(timedelta(days=731))
    assert [run(app, batch=2).get("visit_request", 0) for _ in range(4)] == [2, 2, 1, 0]
    with app.app_context():
        assert set(db.session.scalars(select(VisitRequest.supervisor))) == {""}


def test_a_dry_run_counts_all_and_changes_nothing(app: Flask) -> None:
    with app.app_context():
        contact = make_contact()
        for _ in range(3):
            make_request(contact)
    clock.set_offset(timedelta(days=731))
    assert run(app, dry_run=True, batch=1)["visit_request"] == 3
    with app.app_context():
        assert "" not in set(db.session.scalars(select(VisitRequest.supervisor)))
        assert not db.session.scalar(select(func.count()).where(AuditEntry.action == "retention.run"))


def test_a_rating_keeps_its_score_and_loses_its_words_by_the_day(app: Flask) -> None:
    with app.app_context():
        event = make_event()
        db.session.add(Rating(event=event, score=4, ask_again=True, words="Ann was kind", given_on=clock.today()))
        db.session.commit()
    clock.set_offset(timedelta(days=365))
    assert "rating" not in run(app)
    clock.set_offset(timedelta(days=366))
    assert run(app)["rating"] == 1
    with app.app_context():
        rating = db.session.scalars(select(Rating)).one()
        assert (rating.score, rating.words) == (4, "")


def test_what_a_mail_server_said_of_an_address_goes_with_the_address(app: Flask) -> None:
    with app.test_request_context():
        person = make_ambassador(email="amina@care.example")
        to = Recipient(RecipientKind.AMBASSADOR, person.id, person.name, person.email)
        mail = queue_mail(to, "ambassadors/registered", about=person, ambassador=person)
        assert mail is not None
        mail.status, mail.error = MailStatus.FAILED, "refused: 550 <amina@care.example> unknown"
        db.session.commit()
    clock.set_offset(timedelta(days=30) + A_SECOND)
    assert run(app)["mail"] == 1
    with app.app_context():
        found = db.session.get_one(Mail, mail.id)
        assert (found.recipient, found.subject, found.body, found.error) == ("", "", "", None)


def test_old_audit_entries_go_through_their_exception_alone(app: Flask) -> None:
    with app.app_context():
        person = make_ambassador()
        record(SYSTEM, "ambassador.register", person)
        db.session.commit()
        with pytest.raises(DBAPIError):
            db.session.execute(delete(AuditEntry))
        db.session.rollback()
    clock.set_offset(timedelta(days=729))
    run(app)
    with app.app_context():
        assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == "ambassador.register"))
    clock.set_offset(timedelta(days=731))
    assert run(app)["audit_entry"] >= 1
    with app.app_context():
        assert db.session.scalars(select(AuditEntry.action)).all() == ["retention.run"]
        assert db.session.scalar(select(func.count()).select_from(AuditRelease)) == 0
        with pytest.raises(DBAPIError):
            db.session.execute(text("UPDATE audit_entry SET action = 'x'"))
        db.session.rollback()


def test_the_audit_says_how_many_of_what_and_no_more(app: Flask) -> None:
    with app.app_context():
        make_ambassador("Ann Example", status=AmbassadorStatus.LEFT)
    clock.set_offset(timedelta(days=366))
    run(app)
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "retention.run")).one()
        assert entry.details == {"ambassador": 1}


def test_sessions_go_a_day_after_their_last_use(app: Flask) -> None:
    with app.app_context():
        contact = make_contact()
        at = clock.now()
        for days in (0, 2):
            db.session.add(
                SignedIn(
                    digest=f"{days:064}",
                    account_id=contact.verified_by_id or 0,
                    started_at=at - timedelta(days=days),
                    last_seen_at=at - timedelta(days=days),
                    council_sign_in=False,
                    device="a test",
                )
            )
        db.session.commit()
    assert run(app)["session"] == 1


def test_the_worker_does_it_every_hour(app: Flask) -> None:
    with app.app_context():
        make_ambassador(status=AmbassadorStatus.LEFT)
    worker = Worker(app)
    assert [job.every for job in worker.jobs if job.run is apply_retention] == [timedelta(hours=1)]
    clock.set_offset(timedelta(days=366))
    worker.run_jobs()
    with app.app_context():
        assert db.session.scalars(select(Ambassador.name)).one() == "Former ambassador"


@pytest.mark.one_database
def test_the_notice_shows_the_terms_that_are_acted_on(app: Flask) -> None:
    page = PageClient(app).get("/privacy")
    rows = page.table("Ambassadors")
    assert any("Names and words are removed 1 year after they leave" in row["How long"] for row in rows)
    assert page.link("complain to the Information Commissioner").startswith("https://ico.org.uk/")


@pytest.mark.one_database
def test_the_cookies_page_names_every_cookie_that_is_set(app: Flask) -> None:
    with app.app_context():
        account = make_account(Role.COORDINATOR)
    asking, signed_in = PageClient(app), PageClient(app)
    asking.get("/sign-in")
    asking.submit("Send me a link", email=account.email)
    asking.get("/visits")
    asking.click("Start now")
    asking.submit("Continue", institution="Kidderminster College")
    with app.app_context():
        sign_in(signed_in.http, account)
    cookies = {cookie.key for person in (asking, signed_in) for cookie in person.http._cookies.values()}
    named = {row["Name"] for row in asking.get("/cookies").table("Cookies of this service")}
    # Each journey of several pages has a draft of its own; this test takes one of them.
    assert {name.removeprefix("draft_") for name in named - cookies} == {"ambassador_import", "import", "join"}
    assert cookies <= named


@pytest.mark.one_database
def test_the_accessibility_statement_has_what_the_regulations_ask_for(app: Flask) -> None:
    page = PageClient(app).get("/accessibility")
    for words in ("partially compliant", "Regulations 2018", "Equality Advisory", "What does not work", "prepared on"):
        assert page.has(words), words
