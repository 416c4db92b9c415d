"""One transaction a request, committed once, at the edge.

A writing request takes SQLite's write lock before it reads anything (`begin_writing`), so that what it
decides rests on what it changes. It commits if its answer is a success or a redirect, and rolls back
otherwise. A form carries a random key; the same form sent again leads to the first answer.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.utils import redirect

from outreach import clock
from outreach.db import begin_writing, db
from outreach.errors import NotFound
from outreach.web.door import enter
from outreach.web.keys import digest
from outreach.web.limits import count_request
from outreach.web.models import Submission

log = structlog.get_logger(__name__)

TOO_BUSY = "Too many people are saving something at this moment, and what you sent was not saved."
TRY_AGAIN = 10  # seconds
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_LOCATION = 500
TOKEN_PLACE = "{token}"  # noqa: S105 it stands where a secret must not


class Application(Flask):
    """A Flask whose every request passes the limits, the write lock, the door and one commit."""

    def dispatch_request(self) -> ResponseReturnValue:
        if request.routing_exception is not None or request.endpoint == "static":
            return super().dispatch_request()
        if "\0" in request.path:
            # PostgreSQL takes no NUL in a text, not even to look for one: there is nothing at such an address.
            raise NotFound
        count_request()
        if request.method in SAFE:
            refused = enter()
            return refused if refused is not None else super().dispatch_request()
        return self._write()

    def _write(self) -> ResponseReturnValue:
        _wait_for_turn()
        try:
            refused = enter()
            if refused is not None:
                db.session.rollback()
                return refused
            key = _key_of_form()
            earlier = _claim(key)
            if earlier is not None:
                db.session.rollback()
                return redirect(earlier, 303)
            response = self.make_response(super().dispatch_request())
            if response.status_code >= 400:
                db.session.rollback()
                return response
            _keep_answer(key, response.headers.get("Location") if response.status_code == 303 else None)
            db.session.commit()
            return response
        except BaseException:
            db.session.rollback()
            raise


@contextmanager
def writing_at_last() -> Iterator[None]:
    """One commit inside a GET, for the one GET that must write: the return from the council's sign-in.

    Take it after everything slow is done, as it holds the write lock. Raises what the act raises, undone.
    """
    db.session.rollback()
    _wait_for_turn()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def _wait_for_turn() -> None:
    """Take the write lock. On SQLite one writes at a time: who has waited for as long as anybody does is sent away."""
    try:
        begin_writing(db.session())
    except OperationalError as error:
        db.session.rollback()
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
            raise
        log.warning("no turn to write", endpoint=request.endpoint)
        raise ServiceUnavailable(TOO_BUSY, retry_after=TRY_AGAIN) from error


def once_key() -> str:
    """A fresh key for a form."""
    return secrets.token_urlsafe(16)


def _key_of_form() -> str | None:
    sent = request.form.get("once", "")
    return digest(f"{request.path} {sent}") if 16 <= len(sent) <= 64 else None


def _claim(key: str | None) -> str | None:
    """Mark the form as being worked on; the earlier answer's address if it was sent before.

    On PostgreSQL the insert waits for another request with the same key; on SQLite the write lock did.
    """
    if key is None:
        return None
    values = {"digest": key, "created_at": clock.now()}
    dialect: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    claimed = db.session.scalar(
        dialect.insert(Submission).values(values).on_conflict_do_nothing().returning(Submission.id)
    )
    if claimed is not None:
        return None
    location = db.session.scalar(select(Submission.location).where(Submission.digest == key))
    return location.replace(TOKEN_PLACE, _token()) if location else request.path


def _token() -> str:
    return str((request.view_args or {}).get("token", ""))


def _keep_answer(key: str | None, location: str | None) -> None:
    """Keep where the answer led. A private link's token is never stored: only the place where it stood."""
    if key is not None and location is not None and len(location) <= LONGEST_LOCATION:
        location = location.replace(_token(), TOKEN_PLACE) if _token() else location
        db.session.execute(update(Submission).where(Submission.digest == key).values(location=location))
    elif key is not None:
        db.session.execute(Submission.__table__.delete().where(Submission.digest == key))  # type: ignore[attr-defined]
