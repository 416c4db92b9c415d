"""Random acts by random people, and after each of them the whole county still adds up.

What nobody thought of is found here: an act that fits its own rules and breaks a promise of another
feature. A run that fails names its seed and the acts that led to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.events.models import Event
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests.kit import invariants, random_acts

ACTS = 120


@pytest.fixture(autouse=True)
def clock_as_it_was() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@dataclass(frozen=True)
class Counts:
    audit: int
    mails: int
    sequences: dict[int, int]


def _counts() -> Counts:
    """The newest audit line and mail, and the sequence of every event."""
    sequences = {row[0]: row[1] for row in db.session.execute(select(Event.id, Event.sequence))}
    return Counts(
        db.session.scalar(select(func.max(AuditEntry.id))) or 0,
        db.session.scalar(select(func.max(Mail.id))) or 0,
        sequences,
    )


@pytest.mark.parametrize("seed", [1])
def test_nothing_that_anybody_does_leaves_the_county_inconsistent(app: Flask, seed: int) -> None:
    with app.app_context():
        world = random_acts.World(seed)
        rows, counts = invariants.business_rows(), _counts()
    run: list[str] = []
    done: Counter[str] = Counter()
    while done.total() < ACTS:
        act = world.draw()
        with app.test_request_context():
            begin_writing(db.session())
            try:
                who, owner = act(world, world.actor())
                db.session.commit()
            except (Conflict, NotAllowed, NotFound):
                db.session.rollback()
                continue
            done[act.__name__] += 1
            run.append(f"{act.__name__} by {who.kind.value} {who.id}")
            story = f"seed {seed}: " + "; ".join(run[-25:])
            assert who.has(Role.COORDINATOR) or (who.kind, who.id) == owner, f"not theirs to do: {story}"
            db.session.expire_all()
            assert invariants.broken() == [], story
            before, rows = rows, invariants.business_rows()
            earlier, counts = counts, _counts()
            assert rows == before or counts.audit > earlier.audit, f"no audit line: {story}"
            lower = [one for one, number in earlier.sequences.items() if counts.sequences[one] < number]
            assert not lower, f"the sequence of {lower} went back: {story}"
            assert invariants.names_unverified(earlier.mails, world.names) == [], story
    missing = {act.__name__ for _, act in random_acts.ACTS} - set(done)
    assert len(missing) <= 4, f"never done: {missing}"
