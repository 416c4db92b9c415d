"""What calendar programs fetch at a private address. The address is the key: there is no session and no cookie."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import structlog
from flask import Response, request
from sqlalchemy import update

from outreach import clock
from outreach.calendars.actions.health import mark_fetched
from outreach.calendars.models import PrivateFeed
from outreach.calendars.queries.contents import about_feed, list_components
from outreach.calendars.queries.private import Holder, open_address
from outreach.calendars.views import bp
from outreach.calendars.views.serving import PLAIN, Answer, Body, marks_of, no_such_calendar, trouble
from outreach.db import db
from outreach.ical import assemble
from outreach.web.door import EVERYONE, allow
from outreach.web.touches import touch

log = structlog.get_logger(__name__)

HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
GONE = Answer("410 GONE", [("Content-Type", PLAIN), *HEADERS.items()], b"")


@bp.route("/feeds/<token>/<name>.ics")
@allow(EVERYONE)
def private_feed(token: str, name: str) -> Response:
    """A private calendar, by its address alone.

    Nothing limits how often: a token of 256 bits is not found by trying, and importers fetch for many from one
    network. Trouble of ours is never an empty calendar, since programs delete what is missing.
    """
    try:
        answer = _answer(token, name, request.environ)
    except Exception:
        db.session.rollback()
        log.exception("a private feed failed")
        answer = trouble(HEADERS)
    return Response(answer.data, answer.status, answer.headers)


def _answer(token: str, name: str, environ: Mapping[str, object]) -> Answer:
    """Unknown, paused and refused are answered alike; an address that was ended is gone for good."""
    opened = open_address(token, name)
    if opened is not None and opened.ended:
        return GONE
    if opened is None or opened.holder is None:
        return no_such_calendar(HEADERS)
    mark_fetched(f"private/{opened.feed.kind.value}", request.headers.get("User-Agent"))
    return _body(opened.feed, opened.holder).answer(environ)


def _body(feed: PrivateFeed, holder: Holder) -> Body:
    """The feed, put together anew at each fetch: what is kept of it is a digest, by which its last change is known."""
    components = list_components(feed, holder)
    plain = assemble(about_feed(feed), components)
    checksum = sha256(plain).hexdigest()
    now = clock.now()
    since = feed.changed_at if feed.checksum == checksum else now
    touch(
        "private feed",
        feed.id,
        update(PrivateFeed)
        .where(PrivateFeed.id == feed.id)
        .values(last_seen_at=now, checksum=checksum, changed_at=since, items=len(components), size=len(plain)),
    )
    permission = sha256(f"{feed.id} {holder}".encode()).hexdigest()[:8]
    changed_at = max(since, clock.start_of(clock.today()))
    return Body(plain, changed_at, marks_of(clock.today(), permission), HEADERS)
