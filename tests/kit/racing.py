"""Acts at the same moment, each in a thread and a transaction of its own, as requests have them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from outreach.db import begin_writing, db
from outreach.errors import Conflict
from outreach.web.keys import new_token
from tests.pages import PageClient

Answers = list[tuple[int, str]]

DONE = "done"
PATIENCE = 120


def race(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Do these at once; how each ended, in the order given: 'done', or the words of the refusal."""
    gate = threading.Barrier(len(acts))
    ends: dict[int, str] = {}

    def run(number: int, act: Callable[[], object]) -> None:
        with app.test_request_context():
            gate.wait(PATIENCE)
            try:
                begin_writing(db.session())
                act()
                db.session.commit()
                ends[number] = DONE
            except Conflict as conflict:
                db.session.rollback()
                ends[number] = conflict.message
            finally:
                db.session.remove()

    _join([threading.Thread(target=run, args=one) for one in enumerate(acts)])
    assert len(ends) == len(acts)
    return [ends[number] for number in range(len(acts))]


def race_without_lock(app: Flask, *acts: tuple[Callable[[], bool], Callable[[], object]]) -> list[bool]:
    """The control of a race: each looks first, all of them before any writes, and then writes what it had seen fit.

    An act is what it looks at (whether it may) and what it writes. Returns which of them wrote.
    """
    looked = threading.Barrier(len(acts))
    wrote: dict[int, bool] = {}

    def run(number: int, may: Callable[[], bool], write: Callable[[], object]) -> None:
        with app.test_request_context():
            fine = may()
            db.session.rollback()
            looked.wait(PATIENCE)
            if fine:
                begin_writing(db.session())
                write()
                db.session.commit()
            wrote[number] = fine
            db.session.remove()

    _join([threading.Thread(target=run, args=(number, *one)) for number, one in enumerate(acts)])
    assert len(wrote) == len(acts)
    return [wrote[number] for number in range(len(acts))]


def _join(threads: Sequence[threading.Thread]) -> None:
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)


def together(jobs: list[Callable[[], tuple[int, str]]]) -> Answers:
    """Do every job in a thread of its own, all at once."""
    gate = threading.Barrier(len(jobs))
    answers: Answers = []

    def run(job: Callable[[], tuple[int, str]]) -> None:
        gate.wait()
        answers.append(job())

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def sending(person: PageClient, path: str, data: dict[str, Any]) -> Callable[[], tuple[int, str]]:
    """Send a form whose page was opened before: only the sending is raced."""
    return sending_with(person, path, data, token_of(person, path))


def token_of(person: PageClient, path: str) -> str:
    """What this browser must send with every form; it is the same on all its pages."""
    opened = person.http.get("/manage/events/new" if path.startswith("/manage") else path).get_data(as_text=True)
    token = re.search('name="csrf_token" value="([^"]+)"', opened)
    assert token is not None
    return token[1]


def sending_with(person: PageClient, path: str, data: dict[str, Any], token: str) -> Callable[[], tuple[int, str]]:
    """Send a form from a browser whose token is known."""

    def send() -> tuple[int, str]:
        keys = {"csrf_token": token, "once": new_token()}
        answer = person.http.post(path, data=keys | data)
        return answer.status_code, answer.get_data(as_text=True)

    return send
