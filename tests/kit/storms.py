"""Workers as real processes, killed without warning while they send."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.kit.clocks import offset_of_processes
from tests.kit.smtp import SmtpServer

OUTREACH = Path(sys.executable).with_name("outreach")
PATIENCE = 60.0


def environment(database_url: str, smtp_url: str, **more: str) -> dict[str, str]:
    """The environment of an installation on the loopback address; nothing of ours gets into it but the path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    settings = {"DEMO": "1", "DATABASE_URL": database_url, "SMTP_URL": smtp_url}
    return kept | settings | {"CLOCK_OFFSET_SECONDS": offset_of_processes()} | more


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Wait for something that other processes do."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s for {what}"
        time.sleep(0.002)


# Processes of their own, forked from one that has loaded the application: starting Python anew takes seconds.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["outreach.cli"])
Process = multiprocessing.process.BaseProcess


def run(env: dict[str, str], arguments: tuple[str, ...]) -> None:
    """What `outreach ARGUMENTS` does, in this process."""
    from outreach.cli import main

    os.environ.clear()
    os.environ.update(env)
    with Path(os.devnull).open("w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        main(list(arguments))


def start_outreach(env: dict[str, str], *arguments: str) -> Process:
    process = PROCESSES.Process(target=run, args=(env, arguments), daemon=True)
    process.start()
    return process


@contextmanager
def crew(size: int, env: dict[str, str]) -> Iterator[list[Process]]:
    """So many workers; whoever is left at the end is asked to stop."""
    workers = [start_outreach(env, "worker") for _ in range(size)]
    try:
        yield workers
    finally:
        for one in workers:
            os.kill(one.pid or 0, signal.SIGTERM)
        for one in workers:
            one.join(PATIENCE)


@dataclass
class Storm:
    """What came of it: how often each mail arrived, by Message-ID, and how many workers were killed."""

    arrived: Counter[str]
    kills: int

    @property
    def repeats(self) -> int:
        return sum(count - 1 for count in self.arrived.values())


def storm(
    queue: Callable[[int], None],
    is_quiet: Callable[[], bool],
    smtp: SmtpServer,
    env: dict[str, str],
    *,
    workers: int,
    kills: int,
    mails: int,
    seed: int = 1,
) -> Storm:
    """Queue `mails` mails before each kill, and kill a worker while they are sent.

    `is_quiet` says that no mail waits any more but those that a dead worker had claimed; these are sent at
    the end by one more worker whose clock is past their lease.
    """
    chance = random.Random(seed)
    with crew(workers, env) as alive:
        for number in range(kills):
            before = len(smtp.messages)
            queue(mails)
            wait_until(lambda n=before: len(smtp.messages) > n + mails // 4, f"mails before kill {number + 1}")  # type: ignore[misc]
            victim = chance.choice(alive)
            os.kill(victim.pid or 0, signal.SIGKILL)
            victim.join(PATIENCE)
            alive.remove(victim)
            alive.append(start_outreach(env, "worker"))
        wait_until(is_quiet, "the rest of the mails")
    last = start_outreach(env | {"CLOCK_OFFSET_SECONDS": offset_of_processes(timedelta(hours=2))}, "worker", "--once")
    last.join(PATIENCE)
    assert last.exitcode == 0
    return Storm(Counter(str(mail.message["Message-ID"]) for mail in smtp.messages), kills)
