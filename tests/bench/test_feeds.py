"""What a fetch of a feed costs, beside what it is measured against, all in one run and by the same gunicorn."""

from __future__ import annotations

import gzip
import http.client
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from config import from_environment
from outreach import clock
from outreach.app import create_app
from outreach.calendars.actions.versions import note_event
from outreach.calendars.models import CalendarText
from outreach.calendars.rules import PAST_DAYS, View
from outreach.db import begin_writing, db
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.events.models import Event
from outreach.events.rules import EventStatus
from outreach.ical import comes_twice
from tests.bench.conftest import ROOT, free_port, served
from tests.bench.feeds import Speed, fetch
from tests.kit.storms import OUTREACH, environment, wait_until

WORDS = "Come and talk to people who work in care.\nNo need to book; bring a friend, it is free."
PROCESSES, THREADS = 2, 8
ROUNDS = 3
FEED = "/calendars/county.ics"
PACKED = {"Accept-Encoding": "gzip"}
# What must hold for 1,000 events: how many times the naive feed, and what share of a bare Flask's "hello".
TIMES_NAIVE, FULL, GZIP, UNCHANGED = 300, 0.2, 0.35, 0.45


def fill(url: str, coming: int, over: int = 0) -> None:
    """A county with so many public events ahead, and so many whose time in the feeds is over."""
    subprocess.run([OUTREACH, "db", "upgrade"], env=environment(url, ""), check=True, capture_output=True)
    subprocess.run([OUTREACH, "county", "load"], env=environment(url, ""), check=True, capture_output=True)
    app = create_app(from_environment(environment(url, "")))
    with app.test_request_context():
        begin_writing(db.session())
        _add_events(coming, over)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _add_events(coming: int, over: int) -> None:
    homes = [one.id for one in list_districts()]
    kinds = [one.id for one in list_terms(Vocabulary.ACTIVITY)]
    rows = []
    for number in range(coming + over):
        past = number >= coming
        away = timedelta(days=-65 - number % 20) if past else timedelta(hours=1 + 7 * number % 9000)
        starts = (clock.now() + away).replace(minute=0, second=0, microsecond=0)
        if comes_twice(starts) or comes_twice(starts + timedelta(hours=2)):
            starts += timedelta(hours=6)
        rows.append(
            {
                "reference": f"EV-{number:08}",
                "title": f"Careers in care fair, part {number}: meet people who do the work",
                "status": EventStatus.PLANNED,
                "activity_id": kinds[number % len(kinds)],
                "district_id": homes[number % len(homes)],
                "online": False,
                "place": f"The Guildhall, {number} High Street, Worcester, WR1 2EY",
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=2),
                "needed": 2,
                "supervisor": "",
                "notes": "",
                "public_words": WORDS,
                "published_at": clock.now(),
                "uid_public": f"{secrets.token_urlsafe(24)}@county.example",
                "uid_staff": f"{secrets.token_urlsafe(24)}@county.example",
                "sequence": 1,
                "created_at": clock.now(),
                "changed_at": clock.now(),
                "version": 1,
            }
        )
    db.session.execute(insert(Event), rows)
    ids = list(db.session.scalars(select(Event.id).order_by(Event.id)))
    for event_id in ids[:coming]:
        note_event(event_id)
    db.session.commit()
    begin_writing(db.session())
    _add_texts_of_the_past(ids[coming:])


def _add_texts_of_the_past(ids: list[int]) -> None:
    """Texts that no feed shows any more, and that retention has not deleted yet."""
    if not ids:
        return
    text = db.session.scalars(select(CalendarText.text).where(CalendarText.view == View.PUBLIC)).first()
    past = {row.id: row for row in db.session.scalars(select(Event).where(Event.id.in_(ids)))}
    db.session.execute(
        insert(CalendarText),
        [
            {
                "event_id": one.id,
                "view": View.PUBLIC,
                "text": text,
                "sequence": 1,
                "district_id": one.district_id,
                "activity_id": one.activity_id,
                "starts_at": one.starts_at,
                "ends_at": one.ends_at,
                "shown_until": clock.local(one.ends_at).date() + timedelta(days=PAST_DAYS),
                "changed_at": one.changed_at,
            }
            for one in past.values()
        ],
    )


@contextmanager
def rival(kind: str, *more: str) -> Iterator[int]:
    """One of those that the site is measured against, at a port of its own."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.feeds", kind, str(port), str(PROCESSES), str(THREADS), *more]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: is_listening(port), kind)
        yield port
    finally:
        server.terminate()
        server.wait(60)


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[bytes, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    assert answer.status == 200
    data = answer.read()
    connection.close()
    return data, answer.headers.get("ETag", "")


def memory_of(process: int) -> float:
    """What a server and its workers hold in memory, in MB."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        except OSError:
            continue
        if int(words["PPid"]) == process or folder.name == str(process):
            total += int(words.get("VmRSS", "0 kB").split()[0])
    return total / 1024


@pytest.mark.parametrize("events", [100, 1_000, 10_000])
def test_what_a_fetch_costs(events: int, tmp_path: Path, tell: Callable[[str], None]) -> None:
    url = f"sqlite:///{tmp_path / 'feeds.db'}"
    fill(url, events)
    with ExitStack() as stack:
        site = stack.enter_context(served(url, processes=PROCESSES, threads=THREADS))
        plain, etag = get(site.port, FEED)
        packed, packed_etag = get(site.port, FEED, PACKED)
        assert gzip.decompress(packed) == plain
        assert plain.count(b"BEGIN:VEVENT") == events
        copy = tmp_path / "files" / "county.ics"
        copy.parent.mkdir()
        copy.write_bytes(plain)
        hello = stack.enter_context(rival("hello"))
        static = stack.enter_context(rival("static", str(copy)))
        naive = stack.enter_context(rival("naive", url))
        assert get(naive, FEED)[0].count(b"BEGIN:VEVENT") == events
        targets: dict[str, Callable[[], Speed]] = {
            "bare Flask, hello": lambda: fetch(hello, "/"),
            "ours, whole": lambda: fetch(site.port, FEED),
            "ours, gzip": lambda: fetch(site.port, FEED, PACKED),
            "ours, 304": lambda: fetch(site.port, FEED, {"If-None-Match": etag}, status=304),
            "ours, gzip 304": lambda: fetch(site.port, FEED, PACKED | {"If-None-Match": packed_etag}, status=304),
            "static file": lambda: fetch(static, "/county.ics"),
        }
        speeds: dict[str, list[float]] = {name: [] for name in targets}
        for _ in range(ROUNDS):  # in turn, so that what else the machine does falls on all of them
            for name, measure in targets.items():
                speeds[name].append(measure().a_second)
        found = {name: statistics.median(values) for name, values in speeds.items()}
        found["icalendar per request"] = fetch(naive, FEED, clients=PROCESSES).a_second
    bare = found["bare Flask, hello"]
    tell(f"\n{events:,} events, {len(plain) / 1024:,.0f} KB, {len(packed) / 1024:,.0f} KB packed; {load()}")
    tell(f"{'':24}{'a second':>10}{'of bare Flask':>15}{'times naive':>13}")
    for name, speed in found.items():
        tell(f"{name:24}{speed:>10,.1f}{speed / bare:>15.3f}{speed / found['icalendar per request']:>13,.0f}")
    if events == 1_000:
        assert found["ours, whole"] >= TIMES_NAIVE * found["icalendar per request"]
        assert found["ours, whole"] >= FULL * bare
        assert found["ours, gzip"] >= GZIP * bare
        assert found["ours, 304"] >= UNCHANGED * bare


def load() -> str:
    return "load of the machine " + Path("/proc/loadavg").read_text().rsplit(" ", 2)[0]


def test_events_outside_the_window_cost_nothing(tmp_path: Path, tell: Callable[[str], None]) -> None:
    sizes = {}
    tell(f"\n{'':34}{'a second':>10}{'first fetch, ms':>17}{'memory, MB':>12}; {load()}")
    for over in (0, 10_000):
        url = f"sqlite:///{tmp_path / f'over{over}.db'}"
        fill(url, 1_000, over)
        with served(url, processes=1, threads=THREADS) as site:
            begun = time.perf_counter()
            data, _ = get(site.port, FEED)
            first = 1000 * (time.perf_counter() - begun)
            assert data.count(b"BEGIN:VEVENT") == 1_000
            speed = statistics.median(fetch(site.port, FEED, PACKED, seconds=2).a_second for _ in range(ROUNDS))
            memory = memory_of(site.process)
        sizes[over] = (speed, memory)
        tell(f"{f'1,000 in the window, {over:,} outside':34}{speed:>10,.1f}{first:>17,.0f}{memory:>12,.1f}")
    assert sizes[10_000][1] < 1.1 * sizes[0][1]
    assert sizes[10_000][0] > 0.7 * sizes[0][0]
