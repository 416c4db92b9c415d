"""Rate limits that count across processes.

Counters are committed in a short transaction of their own, before the request takes the write lock:
a refused request must still count, and SQLite allows one writer at a time. Addresses are counted
under a keyed digest; none is stored.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import current_app, request
from sqlalchemy import text
from werkzeug.exceptions import TooManyRequests

from outreach import clock
from outreach.db import db
from outreach.web.keys import keyed_digest

View = TypeVar("View", bound=Callable[..., Any])

COUNT = text(
    'INSERT INTO rate_hit (key, "window", count, ends_at) VALUES (:key, :window, 1, :ends_at) '
    'ON CONFLICT (key, "window") DO UPDATE SET count = rate_hit.count + 1 RETURNING count'
)
EVERYONE_FACTOR = 40  # the ceiling for all clients together, in multiples of one client's


@dataclass(frozen=True)
class Limit:
    """At most `times` unsafe requests in `minutes` from one network, and EVERYONE_FACTOR times that in all."""

    name: str
    times: int
    minutes: int


def limited(name: str, times: int, minutes: int) -> Callable[[View], View]:
    """Limit how often one client may send this form."""

    def mark(view: View) -> View:
        view.__limit__ = Limit(name, times, minutes)  # type: ignore[attr-defined]
        return view

    return mark


def count_request() -> None:
    """Count this request against its endpoint's limit. Raises TooManyRequests."""
    view = current_app.view_functions.get(request.endpoint or "")
    limit: Limit | None = getattr(view, "__limit__", None)
    if limit is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    own = count_hit(f"{limit.name}:{keyed_digest(network_of(request.remote_addr))[:40]}", limit.minutes)
    everyone = count_hit(f"{limit.name}:everyone", limit.minutes)
    if own > limit.times or everyone > limit.times * EVERYONE_FACTOR:
        raise TooManyRequests(retry_after=limit.minutes * 60)


def count_hit(key: str, minutes: int) -> int:
    """Add one to a counter and return it. Commits by itself, so never call it while holding the write lock."""
    seconds = minutes * 60
    window = int(clock.now().timestamp()) // seconds
    ends_at = datetime.fromtimestamp((window + 1) * seconds, UTC)
    with db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        stored = ends_at.replace(tzinfo=None) if connection.dialect.name == "sqlite" else ends_at
        return int(connection.execute(COUNT, {"key": key, "window": window, "ends_at": stored}).scalar_one())


def network_of(address: str | None) -> str:
    """The network a client is counted under: /24 for IPv4, /64 for IPv6, which one household holds whole."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    prefix = 24 if ip.version == 4 else 64
    return str(ipaddress.ip_network(f"{ip}/{prefix}", strict=False))
