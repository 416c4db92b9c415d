"""Answers between the pages of a public journey: a row under a cookie of its own, kept 24 hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, after_this_request, current_app, request
from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.web.keys import digest, new_token
from outreach.web.models import Draft

KEEP = timedelta(hours=24)


def answers_of(journey: str) -> dict[str, Any]:
    """The answers given so far; empty when there are none or they are too old."""
    draft = _find(journey)
    return dict(draft.answers) if draft else {}


def keep_answers(journey: str, answers: dict[str, Any]) -> None:
    """Keep the answers for 24 hours from now."""
    draft = _find(journey)
    if draft is None:
        token = new_token()
        draft = Draft(digest=digest(token), journey=journey, answers=answers, expires_at=clock.now() + KEEP)
        db.session.add(draft)
        _hand_out(journey, token)
    draft.answers = answers
    draft.expires_at = clock.now() + KEEP
    db.session.flush()


def discard_answers(journey: str) -> None:
    """Forget the answers, as when they have been sent."""
    draft = _find(journey)
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()


def _find(journey: str) -> Draft | None:
    token = request.cookies.get(_cookie(journey), "")
    if not token:
        return None
    return db.session.scalar(
        select(Draft).where(Draft.digest == digest(token), Draft.journey == journey, Draft.expires_at > clock.now())
    )


def _cookie(journey: str) -> str:
    return f"draft_{journey}"


def _hand_out(journey: str, token: str) -> None:
    secure: bool = current_app.config["SESSION_COOKIE_SECURE"]

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            _cookie(journey), token, max_age=int(KEEP.total_seconds()), httponly=True, secure=secure, samesite="Lax"
        )
        return response
