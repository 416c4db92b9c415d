"""One transaction a request: what commits, what is undone, and the same form sent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, redirect, request
from sqlalchemy import event, func, select

from outreach.ambassadors.models import Employer
from outreach.db import db
from outreach.errors import Conflict
from outreach.web.door import EVERYONE, allow
from outreach.web.limits import limited
from outreach.web.models import Submission

KEY = "a-key-of-a-form-0123456789"


def add(name: str) -> None:
    db.session.add(Employer(name=name, is_council=False))
    db.session.flush()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The real application with a few pages of the test's own."""
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    bp = Blueprint("trial", __name__)

    @bp.route("/trial/write", methods=["GET", "POST"])
    @allow(EVERYONE)
    def write() -> Any:
        add(f"Employer {db.session.scalar(select(func.count()).select_from(Employer))}")
        answers: dict[str, Callable[[], Any]] = {
            "303": lambda: redirect("/trial/done", 303),
            "200": lambda: "ok",
            "422": lambda: ("refused", 422),
            "abort": lambda: abort(404),
        }
        answer = request.values.get("answer", "303")
        if answer == "conflict":
            raise Conflict("Taken.")
        if answer == "crash":
            raise RuntimeError("a defect")
        return answers[answer]()

    @bp.route("/trial/by/<token>", methods=["POST"])
    @allow(EVERYONE)
    def by(token: str) -> Any:
        add(f"Employer of {len(token)}")
        return redirect(f"/trial/by/{token}/done", 303)

    @bp.route("/trial/limited", methods=["POST"])
    @allow(EVERYONE)
    @limited("trial", 5, 10)
    def slow() -> str:
        return "ok"

    @bp.route("/trial/undeclared")
    def undeclared() -> str:
        return "secret"

    app.register_blueprint(bp)
    return app


def employers(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Employer)) or 0


@pytest.mark.parametrize(
    ("answer", "status", "kept"),
    [
        ("303", 303, 1),
        ("200", 200, 1),
        ("422", 422, 0),
        ("abort", 404, 0),
        ("conflict", 409, 0),
        ("crash", 500, 0),
    ],
)
def test_post_commits_a_success_and_undoes_all_else(app: Flask, answer: str, status: int, kept: int) -> None:
    before = employers(app)
    assert app.test_client().post("/trial/write", data={"answer": answer}).status_code == status
    assert employers(app) - before == kept


@pytest.mark.one_database
def test_who_gets_no_turn_to_write_is_told_that_nothing_was_saved(app: Flask) -> None:
    """Only SQLite has one lock for all writes; a real one waits for 15 s, this one for less than that."""
    before = employers(app)
    with app.app_context():
        engine = db.engine
        event.listen(engine, "checkout", lambda raw, *_: raw.execute("PRAGMA busy_timeout=20"))
        with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as other:
            other.exec_driver_sql("SELECT 1")
            answer = app.test_client().post("/trial/write", data={"answer": "303"})
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "10"
            assert "what you sent was not saved" in answer.text
    assert employers(app) == before
    assert app.test_client().post("/trial/write", data={"answer": "303"}).status_code == 303


def test_get_that_writes_leaves_nothing(app: Flask) -> None:
    before = employers(app)
    assert app.test_client().get("/trial/write").status_code == 303
    assert employers(app) == before


def test_endpoint_that_declares_nothing_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/trial/undeclared")
    assert answer.status_code == 403
    assert b"secret" not in answer.data


def test_same_form_twice_is_done_once_and_answered_alike(app: Flask) -> None:
    before = employers(app)
    answers = [app.test_client().post("/trial/write", data={"once": KEY}) for _ in range(3)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/trial/done")] * 3
    assert employers(app) - before == 1


def test_refused_form_may_be_sent_again(app: Flask) -> None:
    before = employers(app)
    client = app.test_client()
    assert client.post("/trial/write", data={"once": KEY, "answer": "422"}).status_code == 422
    assert client.post("/trial/write", data={"once": KEY}).status_code == 303
    assert employers(app) - before == 1


def test_private_token_is_not_kept_with_the_answer(app: Flask) -> None:
    token = "t" * 43
    first = app.test_client().post(f"/trial/by/{token}", data={"once": KEY})
    again = app.test_client().post(f"/trial/by/{token}", data={"once": KEY})
    assert first.location == again.location == f"/trial/by/{token}/done"
    with app.app_context():
        locations = list(db.session.scalars(select(Submission.location)))
    assert locations == ["/trial/by/{token}/done"]


def together(app: Flask, times: int, data: Callable[[int], dict[str, str]], path: str = "/trial/write") -> list[int]:
    """Send a form from several threads that all wait for each other first; the statuses."""
    gate = threading.Barrier(times)
    statuses: list[int] = []

    def send(number: int) -> None:
        client = app.test_client()
        gate.wait()
        statuses.append(client.post(path, data=data(number)).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_same_form_at_the_same_moment_is_done_once(app: Flask) -> None:
    before = employers(app)
    for number in range(10):
        assert together(app, 2, lambda _, n=number: {"once": f"{KEY}{n}"}) == [303, 303]
    assert employers(app) - before == 10


def test_control_without_the_key_each_is_done(app: Flask) -> None:
    before = employers(app)
    data: list[dict[str, str]] = [{}, {}]
    for one in data:
        assert app.test_client().post("/trial/write", data=one).status_code == 303
    assert employers(app) - before == 2


def test_limit_counts_across_processes_and_lets_five_through(app: Flask, make_app: Callable[..., Flask]) -> None:
    """Two applications on one database stand for two processes: nothing is shared but the rows."""
    statuses = together(app, 12, lambda _: {}, "/trial/limited")
    assert sorted(statuses) == [200] * 5 + [429] * 7
    with make_app().app_context():
        from outreach.web.keys import keyed_digest
        from outreach.web.limits import count_hit, network_of

        key = f"trial:{keyed_digest(network_of('127.0.0.1'))[:40]}"
        assert count_hit(key, 10) == 13


def test_limit_is_not_dodged_by_a_forged_forwarding_header(app: Flask) -> None:
    statuses = [
        app.test_client().post("/trial/limited", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(7)
    ]
    assert statuses == [200] * 5 + [429] * 2
