"""When a mail is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach.outbox.rules import LONGEST_WAIT, MOST_ATTEMPTS, STEPS, MailStatus, step_after, wait_before


def test_waits_double_and_stay_within_an_hour() -> None:
    waits = [wait_before(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert waits[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert wait_before(10_000) == LONGEST_WAIT


def test_a_server_that_is_away_for_a_day_loses_nothing() -> None:
    tried_for = sum((wait_before(attempts) for attempts in range(1, MOST_ATTEMPTS)), timedelta(0))
    assert timedelta(days=1) < tried_for < timedelta(days=2)


@pytest.mark.parametrize(
    ("problem", "attempts", "step"),
    [
        (None, 1, "sent"),
        (None, MOST_ATTEMPTS, "sent"),
        ("deferred: 451 later", 1, "try again"),
        ("unreachable: TimeoutError", MOST_ATTEMPTS - 1, "try again"),
        ("unreachable: TimeoutError", MOST_ATTEMPTS, "give up"),
        ("refused: 550 no such mailbox", 1, "give up"),
    ],
)
def test_step_after_an_attempt(problem: str | None, attempts: int, step: str) -> None:
    assert step_after(problem, attempts) == step
    assert (MailStatus.SENDING, step) in STEPS


def test_what_was_sent_is_never_sent_again() -> None:
    assert not any(status is MailStatus.SENT for status, _ in STEPS)
