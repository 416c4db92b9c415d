"""The site without what guards against lost updates: the control that shows the benchmark can see a loss.

No lock on rows, no version that a form carries, no version column, and on SQLite no IMMEDIATE.
"""

from __future__ import annotations

import sys

from sqlalchemy.orm import Session

from outreach import cli
from outreach.db import Base
from outreach.events.actions import rows
from outreach.events.models import Event
from outreach.web import transaction


def take_off_the_guards() -> None:
    def begin_writing(_session: Session) -> None:
        """Begin when something is first asked, as SQLAlchemy does by itself."""

    def lock_row(_row: Base, _version: str | None = None) -> None:
        """Believe the row as it was read."""

    transaction.begin_writing = begin_writing
    rows.lock_row = lock_row
    Event.__mapper__.version_id_col = None


if __name__ == "__main__":
    take_off_the_guards()
    sys.argv = ["outreach", "serve"]
    cli.main()
