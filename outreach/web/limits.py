"""Rate limits that count across processes.

Counters are committed in a short transaction of their own, before the request takes the write lock:
a refused request must still count, and SQLite allows one writer at a time. Addresses are counted
under a keyed digest; none is stored.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import current_app, g, request
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


By = Callable[[], str | None]
"""Whom an unsafe request is counted against, read from the request; None for a request that does not count."""


@dataclass(frozen=True)
class Limit:
    """At most `times` unsafe requests in `minutes`.

    Without `by` they are counted for each network, and EVERYONE_FACTOR times as many for all together.
    With `for_life` the count begins with the first try and never starts anew within `minutes`; else it
    starts anew with each window of the clock. `words` are shown to whoever is refused.
    """

    name: str
    times: int
    minutes: int
    by: By | None = None
    for_life: bool = False
    words: str = ""


def limited(
    name: str, times: int, minutes: int, *, by: By | None = None, for_life: bool = False, words: str = ""
) -> Callable[[View], View]:
    """Limit how often one client may send this form. A view may carry several limits, each of its own name."""

    def mark(view: View) -> View:
        limits: tuple[Limit, ...] = getattr(view, "__limits__", ())
        view.__limits__ = (*limits, Limit(name, times, minutes, by, for_life, words))  # type: ignore[attr-defined]
        return view

    return mark


def count_request() -> None:
    """Count this request against its endpoint's limits. Raises TooManyRequests."""
    view = current_app.view_functions.get(request.endpoint or "")
    limits: tuple[Limit, ...] = getattr(view, "__limits__", ())
    if not limits or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    keys = [(limit, limit.by() if limit.by else network_of(request.remote_addr)) for limit in limits]
    # What `by` read must be over before anybody takes the write lock, and is read again behind it.
    db.session.rollback()
    g.pop("actor", None)
    refusing = [limit for limit, key in keys if key is not None and _is_over(limit, key)]
    if refusing:
        limit = refusing[0]
        raise TooManyRequests(limit.words or None, retry_after=limit.minutes * 60)


def _is_over(limit: Limit, key: str) -> bool:
    own = count_hit(f"{limit.name}:{keyed_digest(key)[:40]}", limit.minutes, for_life=limit.for_life)
    everyone = count_hit(f"{limit.name}:everyone", limit.minutes) if limit.by is None else 0
    return own > limit.times or everyone > limit.times * EVERYONE_FACTOR


def count_hit(key: str, minutes: int, *, for_life: bool = False) -> int:
    """Add one to a counter and return it. Commits by itself, so never call it while holding the write lock."""
    seconds = minutes * 60
    window = 0 if for_life else int(clock.now().timestamp()) // seconds
    ends_at = (
        datetime.fromtimestamp((window + 1) * seconds, UTC) if window else clock.now() + timedelta(minutes=minutes)
    )
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
