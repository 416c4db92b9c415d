"""The control of the races of stages: without lock, version and constraint, two officers both record the same stage."""

from __future__ import annotations

import threading

from flask import Flask
from sqlalchemy import select, text

from outreach import clock
from outreach.db import begin_writing, db
from outreach.referrals.models import StageEntry
from outreach.referrals.queries.candidates import find_live_entry
from tests.kit.rewards import make_candidate


def test_without_lock_and_constraint_both_would_begin_the_stage(app: Flask) -> None:
    with app.test_request_context():
        referral_id = make_candidate(upto="confirmed", started=30).referral_id
        db.session.execute(text("DROP INDEX uq_stage_entry_first_of_stage"))
        db.session.commit()
    read, wrote = threading.Barrier(2), list[bool]()

    def moving() -> None:
        with app.test_request_context():
            standing = find_live_entry(referral_id, "applied")
            db.session.rollback()
            read.wait(10)
            begin_writing(db.session())
            entry = StageEntry(
                referral_id=referral_id,
                stage="applied",
                reached_on=clock.today(),
                reason="",
                supersedes_id=standing.id if standing else None,
                recorded_at=clock.now(),
            )
            db.session.add(entry)
            db.session.commit()
            wrote.append(True)
            db.session.remove()

    threads = [threading.Thread(target=moving) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with app.test_request_context():
        begun = db.session.scalars(select(StageEntry).where(StageEntry.stage == "applied")).all()
        assert (len(wrote), len(begun)) == (2, 2), "the control shows no race"
