"""A real subscriber over HTTP: vdirsyncer fetches the public feed, and khal shows what it kept, as at a desk.

Through two changes and a cancellation. vdirsyncer goes by what an entry says and not by its UID; so what is checked
is what a person sees, that nothing is there twice, and that a fetch without a change keeps every file as it was.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from outreach import clock
from outreach.db import db
from outreach.events import actions
from outreach.events.actions import EventEdit
from outreach.events.models import Event
from outreach.web.door import SYSTEM
from tests.conftest import LiveServer
from tests.kit.feeds import FEED, tell
from tests.makers import in_days, make_event

BIN = Path(sys.executable).parent
VDIRSYNCER = """
[general]
status_path = "{home}/status/"
[pair desk]
a = "kept"
b = "feed"
collections = null
conflict_resolution = "b wins"
[storage kept]
type = "filesystem"
path = "{home}/kept/"
fileext = ".ics"
[storage feed]
type = "http"
url = "{url}"
"""
KHAL = """
[calendars]
[[desk]]
path = {home}/kept/
[locale]
local_timezone = Europe/London
default_timezone = Europe/London
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {home}/khal.db
"""


class Desk:
    """Somebody's machine with a subscription."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        (home / "kept").mkdir()
        (home / "vdirsyncer.conf").write_text(VDIRSYNCER.format(home=home, url=url))
        (home / "khal.conf").write_text(KHAL.format(home=home))
        self._run("vdirsyncer", "-c", str(home / "vdirsyncer.conf"), "discover")

    def fetch(self) -> list[str]:
        """What a person sees after the next fetch, soonest first."""
        self._run("vdirsyncer", "-c", str(self.home / "vdirsyncer.conf"), "sync")
        words = ["list", "--format", "{start} {end-time} {title}|{location}|{status}", "--day-format", ""]
        shown = self._run("khal", "-c", str(self.home / "khal.conf"), *words, clock.today().isoformat(), "100d")
        return [line.strip() for line in shown.splitlines() if line.strip()]

    def files(self) -> dict[str, tuple[int, bytes]]:
        return {one.name: (one.stat().st_mtime_ns, one.read_bytes()) for one in (self.home / "kept").iterdir()}

    def _run(self, program: str, *words: str) -> str:
        # Nothing of the machine's own settings, and no proxy between two programs on it.
        surroundings = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "NO_PROXY": "*"}
        done = subprocess.run([BIN / program, *words], env=surroundings, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@pytest.fixture
def act(live_server: LiveServer) -> Callable[[Callable[[Event], None], int], None]:
    """An act on an event, as a coordinator's page does it."""

    def run(what: Callable[[Event], None], number: int) -> None:
        with live_server.app.test_request_context():
            what(db.session.get_one(Event, number))
            db.session.commit()

    return run


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_subscriber_sees_two_changes_and_a_cancellation(
    live_server: LiveServer, act: Callable[[Callable[[Event], None], int], None], tmp_path: Path
) -> None:
    """Some seconds long: six starts of two programs that are slow to start."""
    with live_server.app.test_request_context():
        fair = tell(make_event(starts=in_days(21, 10), title="Careers fair; all welcome", published=True)).id
        talk = tell(make_event(starts=in_days(22, 14), title="Open day", published=True)).id
    first, second = (in_days(n).date().isoformat() for n in (21, 22))
    place = "The Guildhall, Worcester"
    desk = Desk(tmp_path, live_server.url + FEED)

    assert desk.fetch() == [
        f"{first} 10:00 11:00 Careers fair; all welcome|{place}|CONFIRMED",
        f"{second} 14:00 15:00 Open day|{place}|CONFIRMED",
    ]
    before = desk.files()
    desk.fetch()
    assert desk.files() == before

    act(lambda event: actions.edit_event(SYSTEM, event, _titled(event, "Care careers fair")), fair)
    act(_move, talk)
    assert desk.fetch() == [
        f"{first} 10:00 11:00 Care careers fair|{place}|CONFIRMED",
        f"{second} 15:00 16:00 Open day|Town Hall, Redditch|CONFIRMED",
    ]
    act(lambda event: actions.cancel_event(SYSTEM, event, reason=None, words=""), talk)
    assert desk.fetch() == [
        f"{first} 10:00 11:00 Care careers fair|{place}|CONFIRMED",
        f"{second} 15:00 16:00 Cancelled: Open day|Town Hall, Redditch|CANCELLED",
    ]
    assert len(desk.files()) == 2


def _titled(event: Event, title: str) -> EventEdit:
    names = ("activity_id", "needed", "audience_id", "audience_size", "supervisor", "notes", "public_words")
    return EventEdit(title=title, **{name: getattr(event, name) for name in names})


def _move(event: Event) -> None:
    starts = event.starts_at + timedelta(hours=1)
    ends = starts + timedelta(hours=1)
    actions.move_event(SYSTEM, event, starts_at=starts, ends_at=ends, place="Town Hall, Redditch", online=False)
