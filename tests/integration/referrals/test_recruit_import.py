"""Recording stages from a CSV, after a look at what becomes of each line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.db import db
from outreach.referrals.models import StageEntry
from tests.kit.referring import officer, refer_and_agree, signed_in
from tests.pages import PageClient


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@pytest.fixture
def reference(app: Flask) -> str:
    clock.set_offset(timedelta(days=-40))
    found = refer_and_agree(app, signed_in(app, name="Jo Referrer"))
    clock.set_offset(timedelta(0))
    return found


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StageEntry)) or 0


def check(person: PageClient, text: str, *, status: int = 200) -> None:
    person.get("/candidates/import")
    person.submit("Check the lines", text=text, status=status)


def test_lines_are_shown_with_a_verdict_and_then_recorded(app: Flask, reference: str) -> None:
    recruiter = officer(app)
    lines = [f"{reference},applied,{ago(30)}", f"{reference},interview,{ago(20)}", "RF-AAAA-2222,applied,2026-01-01"]
    check(recruiter, "\n".join(["reference,stage,date", *lines]))
    table = recruiter.here.table("What becomes of each line")
    assert [row["Verdict"] for row in table] == [
        "Will be recorded",
        "Will be recorded",
        "No candidate of yours has this reference",
    ]
    assert count(app) == 1
    recruiter.submit("Record 2 stages")
    assert recruiter.here.banner == "2 stages recorded. 1 line left out."
    assert recruiter.here.table("1 candidate")[0]["Stage"] == "Interview"
    assert recruiter.send_again().h1 == "Candidates"
    assert count(app) == 3


@pytest.mark.one_database
def test_a_file_is_read_like_what_is_pasted(app: Flask, reference: str) -> None:
    recruiter = officer(app)
    recruiter.get("/candidates/import")
    token = recruiter.here.all("input", having=lambda e: e.get("name") == "csrf_token")[0].get("value")
    for content, status in (
        (f"Reference;Stage;Date\r\n{reference};Applied;{ago(3)}".encode(), 200),
        (b"\xff\xfe\x00", 422),
    ):
        answer = recruiter.http.post(
            "/candidates/import",
            data={"csrf_token": token, "text": "", "file": (io.BytesIO(content), "stages.csv")},
            content_type="multipart/form-data",
        )
        assert answer.status_code == status
        assert (b"Will be recorded" in answer.data) is (status == 200)
    assert count(app) == 1


def test_ones_own_referral_is_unknown_here_too(app: Flask) -> None:
    own = officer(app, "Rita Recruiter")
    reference = refer_and_agree(app, own)
    check(own, f"reference,stage,date\n{reference},applied,{ago(0)}")
    assert own.here.has("No candidate of yours has this reference")
    own.post(
        "/candidates/import",
        {"text": f"reference,stage,date\n{reference},applied,{ago(0)}", "record": "yes"},
        status=422,
    )
    assert count(app) == 1


def test_what_changed_meanwhile_is_judged_again(app: Flask, reference: str) -> None:
    first, second = officer(app, "Olu Officer"), officer(app, "Olga Officer")
    for person in (first, second):
        check(person, f"reference,stage,date\n{reference},applied,{ago(9)}")
    first.submit("Record 1 stage")
    second.submit("Record 1 stage", status=422)
    assert "No line fits any longer" in second.here.errors["text"]
    assert count(app) == 2


@pytest.mark.parametrize("text", ["", "nonsense", "reference,stage,date\n" + "x,y,z\n" * 301, "=1+1\x00,<script>"])
@pytest.mark.one_database
def test_what_is_no_such_file_is_said(app: Flask, text: str) -> None:
    recruiter = officer(app)
    recruiter.typed.add(text)
    check(recruiter, text, status=422)
    assert "text" in recruiter.here.errors
