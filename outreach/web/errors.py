"""Refusals as pages. Each says what happened and what to do next, in the layout, without jargon."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from outreach.errors import Conflict, NotAllowed, NotFound

log = structlog.get_logger(__name__)

PAGES = {400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503}
# Headers of a refusal that tell a program what to do; the page replaces the rest.
KEPT_HEADERS = {"allow", "retry-after", "www-authenticate"}


def init_errors(app: Flask) -> None:
    """Answer every refusal and every failure with a page."""
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(Conflict, conflict_page)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(SecurityError, _other_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failure)


def error_page(status: int, message: str = "", **context: object) -> Response:
    """The page of a status, with a sentence of the refusal's own when it has one."""
    code = status if status in PAGES else (400 if status < 500 else 500)
    return make_response(render_template(f"errors/{code}.html", message=message, **context), status)


def _not_found(_: NotFound) -> Response:
    # Whatever the reason was, the page is the same: it must not tell that there is such a row.
    return error_page(404)


def _not_allowed(error: NotAllowed) -> Response:
    return error_page(403, str(error))


def conflict_page(error: Conflict, *more: tuple[str, str]) -> Response:
    """The act does not fit; `more` leads on beside the refusal's own ways out.

    Only what was sent may have met a change. Where a page is just opened, its state rules it out.
    """
    sent = request.method not in {"GET", "HEAD"}
    return error_page(409, error.message, sent=sent, ways_out=(*error.ways_out, *more))


def _expired(_: CSRFError) -> Response:
    return make_response(render_template("errors/expired.html"), 400)


def _other_host(_: SecurityError) -> Response:
    """Asked for under a name that is not ours: no address can be built, so there is no page to show."""
    return Response("This site has another address.\n", status=400, content_type="text/plain; charset=utf-8")


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    # Redirects are exceptions too, and an answer made by hand is already what it should be.
    if status < 400 or error.response is not None:
        return error.get_response(request.environ)
    # Only words of our own reach the page; Werkzeug's are written for programmers.
    own_words = error.description if error.description != type(error).description else None
    page = error_page(status, own_words or "")
    for name, value in error.get_headers(request.environ):
        if name.lower() in KEPT_HEADERS:
            page.headers.setdefault(name, value)
    return page


def _failure(error: Exception) -> Response:
    """A fault of ours: logged with a reference that the page shows, so that the two can be matched."""
    # People read the reference out on the telephone: no letter in it looks like a digit.
    reference = "".join(secrets.choice("ACDEFHJKMNPRTWXY34679") for _ in range(8))
    log.error("request failed", reference=reference, endpoint=request.endpoint, method=request.method, exc_info=error)
    try:
        return error_page(500, reference=reference)
    except Exception:
        # The layout itself may be what failed: then the words go out bare.
        log.exception("the error page failed too", reference=reference)
        plain = f"Sorry, there is a problem with the service. Try again later. Reference: {reference}\n"
        return Response(plain, status=500, content_type="text/plain; charset=utf-8")
