"""An import in a process of its own, held in the middle of its transaction so that it can be killed there."""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from config import Config


def import_file(app: Flask, data: bytes) -> Any:
    """Read a file of ambassadors, look at it and take it in, in one transaction as a request has."""
    from outreach.ambassadors.actions.importing import check_rows, import_ambassadors
    from outreach.ambassadors.forms.importing import read_rows
    from outreach.ambassadors.rules.importing import guess_columns, stamp_of
    from outreach.db import begin_writing, db
    from outreach.sheets import read_csv
    from outreach.web.door import Actor, ActorKind, Role

    coordinator = Actor(ActorKind.ACCOUNT, 1, "Cora", frozenset({Role.COORDINATOR}))
    with app.test_request_context():
        begin_writing(db.session())
        sheet = read_csv(data)
        rows = read_rows(sheet, guess_columns(sheet.headings))
        done = import_ambassadors(coordinator, rows, stamp_of(check_rows(coordinator, rows)), mail=False)
        db.session.commit()
        return done


def import_and_wait(settings: Config, data: bytes, pipe: Connection) -> None:
    """Import the file up to the first row of a list: by then every ambassador is written.

    Tells through the pipe how many this transaction sees, and then waits to be killed.
    """
    from outreach.ambassadors.models import Ambassador
    from outreach.app import create_app
    from outreach.db import db

    app = create_app(settings)

    def hold(_c: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith("INSERT INTO ambassador_term"):
            pipe.send(db.session.scalar(select(func.count()).select_from(Ambassador)))
            pipe.recv()

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", hold)
    import_file(app, data)
