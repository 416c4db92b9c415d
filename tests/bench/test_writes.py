"""Lost updates and writes a second of our own pages: several processes, many people, one database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.bench.conftest import PROCESSES, THREADS, served
from tests.bench.visitors import Count, edit_together
from tests.kit.databases import Database

VISITORS = 8
WRITES = 400
HEAD = f"{'':34}{'accepted':>9}{'refused':>9}{'lost':>6}{'500s':>6}{'a second':>10}{'p50 ms':>8}{'p99 ms':>8}"


def references(url: str, how_many: int) -> list[str]:
    """Events to come, whose details may be edited."""
    return [str(row[0]) for row in ask(url, f"SELECT reference FROM event WHERE status = 'planned' LIMIT {how_many}")]


def size_of(url: str, references: list[str]) -> int:
    names = ", ".join(f"'{one}'" for one in references)
    return int(ask(url, f"SELECT sum(audience_size) FROM event WHERE reference IN ({names})")[0][0])


def ask(url: str, statement: str) -> list[tuple[int, ...]]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return rows


def line(words: str, count: Count, lost: int) -> str:
    return (
        f"{words:34}{count.accepted:>9}{count.answers['refused']:>9}{lost:>6}{count.faults:>6}"
        f"{count.a_second:>10.0f}{count.quantile(0.5):>8.0f}{count.quantile(0.99):>8.0f}"
    )


def measure(url: str, targets: list[str], *, guarded: bool = True) -> tuple[Count, int]:
    """Let VISITORS edit these events. What was accepted and is not there in the end was lost."""
    paths = [f"/manage/events/{targets[number % len(targets)]}/edit" for number in range(VISITORS)]
    before = size_of(url, targets)
    with served(url, guarded=guarded) as site:
        count = edit_together(site.host, site.port, paths, WRITES)
    return count, count.accepted - (size_of(url, targets) - before)


@pytest.mark.parametrize("events", [1, VISITORS], ids=["one event", "an event each"])
def test_no_write_is_lost(database: Database, filled: str, tell: Callable[[str], None], events: int) -> None:
    targets = references(filled, events)
    assert len(targets) == events
    count, lost = measure(filled, targets)
    tell(f"\n{PROCESSES} processes of {THREADS} threads, {VISITORS} people, {WRITES} forms sent\n{HEAD}")
    tell(line(f"{database.name}, {'one event' if events == 1 else 'an event each'}", count, lost))
    assert lost == 0
    assert count.faults == 0
    assert count.accepted > 0
    assert count.accepted + count.answers["refused"] == WRITES
    if events > 1:
        assert count.answers["refused"] == 0, "nobody else edits that event"


def test_without_the_guards_writes_are_lost(database: Database, filled: str, tell: Callable[[str], None]) -> None:
    count, lost = measure(filled, references(filled, 1), guarded=False)
    tell(f"\n{HEAD}\n{line(f'{database.name}, one event, no guards', count, lost)}")
    assert lost > 0, "the benchmark would not see a loss"
