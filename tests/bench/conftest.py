"""What the benchmarks serve and print."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kit.databases import Database
from tests.kit.storms import OUTREACH, environment, wait_until

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 4
THREADS = 2


@dataclass(frozen=True)
class Site:
    """A served site: where it is, and where its database is."""

    host: str
    port: int
    database_url: str
    process: int = 0


def is_up(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/demo")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(
    database_url: str, *, guarded: bool = True, processes: int = PROCESSES, threads: int = THREADS
) -> Iterator[Site]:
    """The site, served as `outreach serve` does it; without its guards for the control."""
    port = free_port()
    env = environment(database_url, "", BIND=f"127.0.0.1:{port}", WORKER="off")
    env |= {"WORKERS": str(processes), "THREADS": str(threads)}
    command = [OUTREACH, "serve"] if guarded else [sys.executable, "-m", "tests.bench.unprotected"]
    server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: is_up(port), "the server")
        yield Site("127.0.0.1", port, database_url, server.pid)
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture
def filled(database: Database, tmp_path: Path) -> str:
    """A migrated database with the demo county in it. SQLite's lies on the disk, not in memory."""
    if database.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'bench.db'}"
        subprocess.run([OUTREACH, "db", "upgrade"], env=environment(url, ""), check=True, capture_output=True)
    else:
        url = database.another()
    subprocess.run([OUTREACH, "demo"], env=environment(url, ""), check=True, capture_output=True)
    return url


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print through pytest's capture: a benchmark's figures are what it is run for."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(line)

    return say
