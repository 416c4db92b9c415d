"""Recruitment: the list and the board, stages and their corrections, endings, and who may not handle whom."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from outreach import clock
from outreach.accounts.queries import get_account
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.referrals.models import Candidate, CandidateNote, Household, StageEntry
from outreach.web.door import Role
from outreach.web.models import RateHit
from tests.kit.counting import count_queries
from tests.kit.referring import (
    FRIEND,
    account_of,
    answer_link,
    count_rows,
    mails_to,
    officer,
    record_stage,
    refer_and_agree,
    signed_in,
)
from tests.makers import sign_in
from tests.pages import PageClient

STAGES = ("applied", "interview", "offered", "checks", "started")


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@pytest.fixture
def referrer(app: Flask) -> PageClient:
    return signed_in(app, name="Jo Referrer", email="jo.referrer@county.example")


@pytest.fixture
def recruiter(app: Flask) -> PageClient:
    person = officer(app)
    person.typed.update({"Sam Friend"})
    return person


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def long_ago(app: Flask, referrer: PageClient, days: int = 60, **changed: str) -> str:
    """A candidate who said yes so many days ago; the reference."""
    clock.set_offset(timedelta(days=-days))
    come_back(app, referrer)
    reference = refer_and_agree(app, referrer, **changed)
    clock.set_offset(timedelta(0))
    come_back(app, referrer)
    return reference


def come_back(app: Flask, referrer: PageClient) -> None:
    """Sign the referrer in at this time: a session does not live as long as the clock is moved here."""
    with app.app_context():
        sign_in(referrer.http, get_account(account_of(app, "Jo Referrer")))


def entries(app: Flask) -> list[tuple[str, date | None, str, bool]]:
    with app.app_context():
        found = db.session.scalars(select(StageEntry).order_by(StageEntry.id))
        return [(one.stage, one.reached_on, one.reason, one.supersedes_id is not None) for one in found]


def test_from_a_yes_to_a_start_with_dates_in_the_past(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    reference = long_ago(app, referrer)
    for number, stage in enumerate(STAGES):
        record_stage(recruiter, reference, stage, ago(50 - number * 10))
        assert recruiter.here.banner.endswith("has been recorded.")
    assert recruiter.get("/candidates").table("1 candidate")[0]["Stage"] == "Started"
    assert [one[0] for one in entries(app)] == ["confirmed", *STAGES]
    table = recruiter.get(f"/candidates/{reference}").table("Stages")
    assert table[5]["Stage"] == "Started"
    assert "4 days over 36" not in table[5]["Limit"]


def test_out_of_order_in_the_future_and_before_the_stage_before(
    app: Flask, referrer: PageClient, recruiter: PageClient
) -> None:
    reference = long_ago(app, referrer)
    record_stage(recruiter, reference, "started", ago(1), status=422)
    assert "comes before “Started”" in recruiter.here.text
    record_stage(recruiter, reference, "applied", ago(-1), status=422)
    assert recruiter.here.errors["day"] == "The date must be today or in the past"
    record_stage(recruiter, reference, "applied", ago(61), status=422)
    assert "must not be before “Confirmed”" in recruiter.here.errors["day"]
    recruiter.get(f"/candidates/{reference}/stages/applied")
    recruiter.submit("Save", {"day-day": "31", "day-month": "2", "day-year": "2026"}, status=422)
    assert recruiter.here.errors["day"] == "The date must be a real date"
    recruiter.get(f"/candidates/{reference}/stages/knighted", status=404)
    assert len(entries(app)) == 1
    with app.app_context():
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "candidate.move")).all() == []


def test_the_months_are_counted_from_the_start(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    reference = long_ago(app, referrer, 120)
    for stage in STAGES:
        record_stage(recruiter, reference, stage, ago(100))
    record_stage(recruiter, reference, "months_3", ago(50), status=422)
    assert "counted from the start" in recruiter.here.errors["day"]
    record_stage(recruiter, reference, "months_3", ago(5))


def test_a_correction_adds_an_entry_and_keeps_the_old_one(
    app: Flask, referrer: PageClient, recruiter: PageClient
) -> None:
    reference = long_ago(app, referrer)
    record_stage(recruiter, reference, "applied", ago(50))
    recruiter.click("Correct")
    assert recruiter.submit("Save", day=ago(49), status=422).errors.keys() == {"what", "reason"}
    recruiter.submit("Save", what="The date is wrong", day=ago(50), reason="A reason", status=422)
    assert recruiter.here.errors["day"] == "This is the date that is recorded already"
    recruiter.submit("Save", what="The date is wrong", day=ago(49), reason="Wrong line", status=200)
    assert entries(app)[1:] == [("applied", ago(50), "", False), ("applied", ago(49), "Wrong line", True)]
    recruiter.click("Correct")
    recruiter.submit("Save", what="taken_back", reason="Another person", status=200)
    assert recruiter.here.table("Stages")[1]["Date"] == "–"
    record_stage(recruiter, reference, "applied", ago(3))
    assert entries(app)[-1] == ("applied", ago(3), "", True)
    assert recruiter.here.text.count("a correction") == 3


def test_only_the_last_stage_is_taken_back(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    reference = long_ago(app, referrer)
    for stage in STAGES[:3]:
        record_stage(recruiter, reference, stage, ago(20))
    recruiter.get(f"/candidates/{reference}/stages/applied/correct")
    recruiter.submit("Save", what="taken_back", reason="A mistake", status=422)
    assert "Take “Offered” back first" in recruiter.here.text
    recruiter.get(f"/candidates/{reference}/stages/checks/correct", status=404)


def test_what_is_late_is_said_and_can_be_filtered(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    late = long_ago(app, referrer)
    for stage, days in (("applied", 45), ("interview", 40), ("offered", 30)):
        record_stage(recruiter, late, stage, ago(days))
    refer_and_agree(app, referrer, name="Nell Newcomer", email="nell@friends.example")
    recruiter.typed.add("Nell Newcomer")
    rows = recruiter.get("/candidates").table("2 candidates")
    assert [(row["Days in stage"], row["Late"]) for row in rows] == [("30", "Late by 5 days"), ("0", "No")]
    rows = recruiter.get("/candidates?show=late").table("1 candidate")
    assert rows[0]["Name"].startswith("Sam Friend")
    assert recruiter.get(f"/candidates/{late}").has("“Checks complete” is 5 days over the 25 days from “Offered”")
    assert recruiter.get("/candidates/board").has("Late by 5 days")
    assert recruiter.get("/candidates?words=nell").has("1 candidate")
    assert recruiter.get("/candidates?stage=offered&district=worcester").has("1 candidate")
    assert recruiter.get("/candidates?district=redditch").has("No candidate fits these filters")
    assert recruiter.get("/candidates?stage=%00&district='--&show=x&page=½").has("2 candidates")
    assert recruiter.get("/candidates?words=%25").has("0 candidates")


def test_an_application_is_closed_and_reopened(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    reference = long_ago(app, referrer)
    record_stage(recruiter, reference, "applied", ago(10))
    recruiter.click("Close")
    recruiter.submit("Close", outcome="not_appointed", day=ago(11), status=422)
    assert "must not be before the last stage" in recruiter.here.errors["day"]
    recruiter.submit("Close", outcome="Not appointed", day=ago(2), status=200)
    assert recruiter.here.has("Not appointed")
    assert recruiter.get("/candidates").has("No candidates yet")
    assert recruiter.get("/candidates?show=closed").has("1 candidate")
    record_stage(recruiter, reference, "interview", ago(1), status=422)
    assert recruiter.here.has("This application is closed")
    assert referrer.get("/refer/mine").has("With recruitment")  # the closing shows later
    recruiter.get(f"/candidates/{reference}")
    recruiter.submit("Reopen", status=200)
    record_stage(recruiter, reference, "interview", ago(1))


def test_a_closed_candidate_cannot_be_reopened_beside_a_new_application(
    app: Flask, referrer: PageClient, recruiter: PageClient
) -> None:
    first = long_ago(app, referrer)
    recruiter.get(f"/candidates/{first}/close")
    recruiter.submit("Close", outcome="no_contact", day=ago(1), status=200)
    second = refer_and_agree(app, referrer)
    assert second != first
    recruiter.get(f"/candidates/{first}")
    recruiter.submit("Reopen", status=409)
    page = recruiter.get(f"/candidates/{second}")
    assert page.has(f"{first}, by Jo Referrer")
    assert page.has("earlier than this one")


def test_with_the_friends_leave_the_referrer_sees_progress_and_is_thanked(
    app: Flask, referrer: PageClient, recruiter: PageClient
) -> None:
    shown = long_ago(app, referrer, progress="yes")
    hidden = long_ago(app, referrer, name="Hidden Friend", email="hidden@friends.example")
    for reference in (shown, hidden):
        for stage in STAGES:
            record_stage(recruiter, reference, stage, ago(20))
    mails = mails_to(app, "jo.referrer@county.example", "referrals/thanks")
    assert len(mails) == 1
    assert "your friend starts" in mails[0].body
    assert "Sam" not in mails[0].body
    page = referrer.get("/refer/mine")
    assert page.has("Started")
    assert page.has("With recruitment")
    assert not page.has("Hidden")
    assert not page.has("Sam")


def test_checks_are_not_shown_to_the_referrer(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    reference = long_ago(app, referrer, progress="yes")
    for stage in STAGES[:4]:
        record_stage(recruiter, reference, stage, ago(20))
    page = referrer.get("/refer/mine")
    assert page.has("Offered")
    assert not page.has("Checks")


def paths_of(reference: str) -> list[str]:
    one = f"/candidates/{reference}"
    rest = ("", "/stages/applied", "/stages/confirmed/correct", "/close", "/notes", "/household")
    return [one + path for path in rest]


def test_an_officer_never_handles_their_own_referral(app: Flask) -> None:
    own = officer(app, "Rita Recruiter")
    reference = refer_and_agree(app, own)
    for path in paths_of(reference):
        own.get(path, status=404)
        own.post(path, {"sure": "yes", "words": "x"}, status=405 if path.endswith(reference) else 404)
    own.post(f"/candidates/{reference}/reopen", {"version": "1"}, status=404)
    for path in ("/candidates", "/candidates/board", "/candidates?words=Sam"):
        assert not own.get(path).has(reference)
    assert own.get("/refer/mine").has(reference)


def test_nor_one_of_their_household(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    reference = refer_and_agree(app, referrer)
    recruiter.get(f"/candidates/{reference}")
    recruiter.click("This person is of my family or household")
    assert recruiter.submit("Declare it").errors
    recruiter.submit("Declare it", sure="yes", status=200)
    assert count_rows(app, Household) == {"household": 1}
    locked = recruiter.get(f"/candidates/{reference}")
    assert locked.h1 == "You do not handle this application"
    assert not locked.has("Sam")
    for path in paths_of(reference)[1:5]:
        recruiter.get(path, status=404)
    assert not recruiter.get("/candidates").has(reference)
    officer(app, "Olga Officer").get(f"/candidates/{reference}")


def test_nobody_else_sees_candidates(app: Flask, referrer: PageClient) -> None:
    reference = refer_and_agree(app, referrer)
    roles = [role for role in Role if role is not Role.RECRUITMENT_OFFICER]
    others = [signed_in(app, role) for role in roles] + [referrer]
    for person in others:
        for path in ("/candidates", "/candidates/board", *paths_of(reference)):
            person.get(path, status=403)
    for path in paths_of(reference):
        assert PageClient(app).get(path).path.startswith("/sign-in")
    recruiter = officer(app)
    for path in paths_of("RF-AAAA-AAAA"):
        recruiter.get(path, status=404)


def test_notes_are_kept_as_written(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    reference = refer_and_agree(app, referrer)
    recruiter.get(f"/candidates/{reference}")
    recruiter.click("Add a note")
    assert recruiter.submit("Save").errors == {"words": "Enter a note"}
    words = "<b>Rang</b> at 5pm\n\n=1+1"
    recruiter.typed.add(words)
    recruiter.submit("Save", words=words, status=200)
    assert recruiter.here.has("<b>Rang</b> at 5pm")
    assert count_rows(app, CandidateNote) == {"candidate_note": 1}
    with app.app_context():
        assert "Rang" not in repr([one.details for one in db.session.scalars(select(AuditEntry))])


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(
    app: Flask, referrer: PageClient, recruiter: PageClient
) -> None:
    refer_and_agree(app, referrer)
    for path in ("/candidates", "/candidates/board"):
        recruiter.get(path)
    with count_queries(app) as few:
        recruiter.get("/candidates")
    for number in range(11):
        refer_and_agree(app, referrer, email=f"friend{number}@friends.example", phone=f"01905 555 0{number:03}")
        with app.app_context():
            db.session.execute(delete(RateHit))  # so many friends at one network would be too many
            db.session.commit()
    with count_queries(app) as many:
        recruiter.get("/candidates")
    assert len(many) == len(few)
    with count_queries(app) as board:
        recruiter.get("/candidates/board")
    assert len(board) <= len(few) + 2


def test_two_officers_move_one_candidate_at_once(app: Flask, referrer: PageClient) -> None:
    reference = long_ago(app, referrer)
    desks = [officer(app, f"Officer {number}") for number in range(4)]
    for desk in desks:
        desk.typed.add("Sam Friend")
        desk.get(f"/candidates/{reference}/stages/applied")
    ready, answers = threading.Barrier(len(desks)), list[int]()

    def press(desk: PageClient, days: int) -> None:
        ready.wait()
        answers.append(desk.submit("Save", day=ago(days), status=None, follow=False).status)

    threads = [threading.Thread(target=press, args=(desk, 10 + n)) for n, desk in enumerate(desks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422, 422, 422]
    assert [one[0] for one in entries(app)] == ["confirmed", "applied"]
    with app.app_context():
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "candidate.move")).all()) == 1
        assert db.session.scalars(select(Candidate)).one().stage == "applied"


def test_the_database_lets_a_stage_begin_once_and_be_superseded_once(app: Flask, referrer: PageClient) -> None:
    """The control: without the version of the form, the constraints alone still refuse the second entry."""
    long_ago(app, referrer)
    with app.app_context():
        first = db.session.scalars(select(StageEntry)).one()

        def entry(supersedes: int | None) -> StageEntry:
            return StageEntry(
                referral_id=first.referral_id,
                stage="confirmed",
                reached_on=clock.today(),
                reason="",
                supersedes_id=supersedes,
                recorded_at=clock.now(),
            )

        for supersedes in (None, first.id):
            if supersedes is not None:
                db.session.add(entry(supersedes))
                db.session.commit()
            db.session.add(entry(supersedes))
            with pytest.raises(IntegrityError):
                db.session.commit()
            db.session.rollback()
    assert len(entries(app)) == 2


def test_a_form_opened_before_somebody_elses_change_is_refused(
    app: Flask, referrer: PageClient, recruiter: PageClient
) -> None:
    reference = long_ago(app, referrer)
    late = officer(app, "Lena Late")
    late.typed.add("Sam Friend")
    late.get(f"/candidates/{reference}/close")
    record_stage(recruiter, reference, "applied", ago(9))
    late.submit("Close", outcome="not_appointed", day=ago(1), status=422)
    assert late.here.has("Somebody else has changed this since you opened it")
    assert recruiter.get("/candidates").has("1 candidate")


def test_the_friend_withdraws_while_an_officer_looks(app: Flask, referrer: PageClient, recruiter: PageClient) -> None:
    reference = long_ago(app, referrer)
    recruiter.get(f"/candidates/{reference}/stages/applied")
    friend = PageClient(app)
    clock.set_offset(timedelta(days=-59))
    path = answer_link(app, FRIEND)
    friend.get(path)
    friend.click("Withdraw")
    friend.submit("Withdraw", sure="yes")
    clock.set_offset(timedelta(0))
    recruiter.submit("Save", day=ago(1), status=422)
    assert recruiter.here.has("Somebody else has changed this")
    page = recruiter.get(f"/candidates/{reference}")
    assert page.h1 == "Details deleted"
    assert not page.has("Sam")
