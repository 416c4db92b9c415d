"""Acts at the same moment, each in a thread and a transaction of its own, as requests have them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from flask import Flask

from outreach.db import begin_writing, db
from outreach.errors import Conflict

DONE = "done"
PATIENCE = 30


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
