"""The states of an ambassador: every state and every step."""

from __future__ import annotations

import itertools

import pytest

from outreach.ambassadors.rules import (
    ACTS,
    STEP_WORDS,
    AmbassadorStatus,
    AmbassadorStep,
    needs_confirming,
    next_status,
    steps_from,
)
from outreach.errors import Conflict

# What can be done, as agreed: from a state, by a step, to a state. Everything else is refused.
AGREED = """
interested  ask_manager awaiting_manager
awaiting_manager ask_manager awaiting_manager
awaiting_manager agree  in_training
awaiting_manager not_now interested
in_training not_now    interested
in_training start      active
in_training suspend    suspended
active      pause      paused
active      suspend    suspended
paused      resume     active
paused      suspend    suspended
suspended   reinstate  active
"""
ALLOWED = {(a, b): c for a, b, c in (line.split() for line in AGREED.strip().splitlines())}
ALLOWED |= {(status.value, "leave"): "left" for status in AmbassadorStatus if status.value != "left"}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(AmbassadorStatus, AmbassadorStep)))
def test_every_state_and_step(status: AmbassadorStatus, step: AmbassadorStep) -> None:
    expected = ALLOWED.get((status.value, step.value))
    if expected is None:
        with pytest.raises(Conflict) as refused:
            next_status(status, step)
        assert refused.value.message.startswith("This ambassador is ")
        assert step not in steps_from(status)
    else:
        assert next_status(status, step) is AmbassadorStatus(expected)
        assert (step in steps_from(status)) is (step in STEP_WORDS)


def test_nobody_comes_back_from_leaving() -> None:
    assert steps_from(AmbassadorStatus.LEFT) == []


def test_what_takes_something_away_is_asked_about_first() -> None:
    taking = {step for step in AmbassadorStep if needs_confirming(step)}
    assert taking == {AmbassadorStep.PAUSE, AmbassadorStep.SUSPEND, AmbassadorStep.LEAVE}


@pytest.mark.parametrize("step", STEP_WORDS)
def test_every_step_of_the_coordinator_has_its_words(step: AmbassadorStep) -> None:
    words = STEP_WORDS[step]
    assert words.button
    assert words.heading.count("{}") == 1
    assert words.done


@pytest.mark.parametrize("step", AmbassadorStep)
def test_every_step_is_told_in_the_history(step: AmbassadorStep) -> None:
    assert f"ambassador.{step.value}" in ACTS
