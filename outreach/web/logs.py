"""Logs as lines of JSON that name no person: endpoints instead of addresses, tracebacks without local variables."""

from __future__ import annotations

import sys
import time

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

access = structlog.get_logger("access")


def configure_logs() -> None:
    """Set structlog up for the whole process. Its own default prints local variables, secrets among them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def init_logs(app: Flask) -> None:
    """One line a request: what was asked for by the endpoint's name, never its address, its query or who asked."""
    configure_logs()

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint != "static" and "began" in g:
            took = round((time.perf_counter() - g.began) * 1000, 1)
            access.info(
                "request", endpoint=request.endpoint, method=request.method, status=response.status_code, ms=took
            )
        return response
