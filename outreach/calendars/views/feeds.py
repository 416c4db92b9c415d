"""What calendar programs fetch. Any of them may, with or without a name, a cookie or a password of its own."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import sha256

from flask import Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from outreach.calendars.queries import Edition, calendar_event_of, feed_of, find_edition, get_public_event, list_texts
from outreach.calendars.views import bp
from outreach.ical import assemble, single
from outreach.web.door import EVERYONE, allow

CALENDAR = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Body:
    """A feed as it is sent, plain and packed."""

    edition: Edition
    plain: bytes
    packed: bytes
    etag: str


@bp.route("/calendars/<slug>.ics")
@allow(EVERYONE)
def feed(slug: str) -> AnyResponse:
    """A district's feed, or the county's. Reads one row; the text is in memory unless something has changed."""
    edition = find_edition(slug)
    if edition is None:
        return Response("There is no such calendar.\n", 404, content_type="text/plain; charset=utf-8")
    body = _body(edition)
    # Only who names gzip gets it: some clients that say nothing, or "anything", cannot unpack.
    packed = any(name.lower() == "gzip" and quality > 0 for name, quality in request.accept_encodings)
    response = Response(body.packed if packed else body.plain, content_type=CALENDAR)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{body.etag}-gzip" if packed else body.etag)
    response.last_modified = edition.changed_at
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response.make_conditional(request)


def _body(edition: Edition) -> Body:
    kept: dict[str, Body] = current_app.extensions.setdefault("calendar_feeds", {})
    body = kept.get(edition.slug)
    if body is None or body.edition != edition:
        plain = assemble(feed_of(edition), list_texts(edition))
        etag = f"{edition.day:%Y%m%d}-{edition.count}-{sha256(plain).hexdigest()[:32]}"
        body = Body(edition, plain, gzip.compress(plain, mtime=0), etag)
        kept[edition.slug] = body
    return body


@bp.route("/events/<reference>.ics")
@allow(EVERYONE)
def event_file(reference: str) -> Response:
    """One event to add to a calendar once."""
    event = get_public_event(reference)
    response = Response(single(calendar_event_of(event)), content_type=CALENDAR)
    response.headers.set("Content-Disposition", "attachment", filename=f"{event.reference}.ics")
    return response
