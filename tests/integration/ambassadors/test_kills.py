"""An import that is killed half-way keeps nothing, and can be done again."""

from __future__ import annotations

import os
import signal

from flask import Flask
from sqlalchemy import func, select

from config import Config
from outreach.ambassadors.actions.importing import Imported
from outreach.ambassadors.models import Ambassador, AmbassadorTerm, Employer
from outreach.audit.models import AuditEntry
from outreach.db import db
from tests.kit.killing import import_and_wait, import_file
from tests.kit.sheets import as_csv, person
from tests.kit.storms import PATIENCE, PROCESSES

ROWS = 3_000


def kept(app: Flask) -> list[int]:
    """How many rows stand of everything that an import writes."""
    with app.app_context():
        tables = (Ambassador, AmbassadorTerm, Employer, AuditEntry)
        return [db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]


def test_three_thousand_rows_killed_half_way_leave_nothing(app: Flask, settings: Config) -> None:
    data = as_csv([person(number, activities="talk; mentoring") for number in range(ROWS)])
    before = kept(app)
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=import_and_wait, args=(settings, data, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(PATIENCE)
    # All of them are written by then, as this one transaction sees it: it is half done.
    assert ours.recv() == ROWS
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL
    assert kept(app) == before

    assert import_file(app, data) == Imported(ROWS, 0)
    assert kept(app) == [before[0] + ROWS, before[1] + 2 * ROWS, before[2] + 1, before[3] + ROWS]
