"""The rules of joining: the order of the questions, managers, answers and pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.ambassadors.rules import (
    JOIN_STEPS,
    LONGEST_PAUSE,
    Agreement,
    AmbassadorStatus,
    check_manager,
    check_pause,
    comes_too_early,
    first_missing,
    stamp_of,
    status_after_answer,
)
from outreach.errors import Conflict

TODAY = date(2026, 11, 22)


def test_the_questions_are_asked_in_their_order() -> None:
    answers: dict[str, dict[str, str]] = {}
    for at, step in enumerate(JOIN_STEPS):
        assert first_missing(answers) == step
        assert [comes_too_early(one, answers) for one in JOIN_STEPS] == [n > at for n in range(len(JOIN_STEPS))]
        answers[step] = {}
    assert first_missing(answers) is None
    assert not any(comes_too_early(one, answers) for one in JOIN_STEPS)


@pytest.mark.parametrize(
    "manager",
    ["amina.yusuf@care.example", "AMINA.YUSUF@CARE.EXAMPLE", "aminayusuf@care.example", "amina.yusuf+m@care.example"],
)
def test_nobody_is_their_own_manager_in_any_spelling(manager: str) -> None:
    with pytest.raises(Conflict, match="different") as refused:
        check_manager("Amina.Yusuf@care.example", manager)
    assert refused.value.field == "manager_email"


@pytest.mark.parametrize("manager", ["amina.yusuf@other.example", "meg@care.example", "amina.yusu@care.example"])
def test_somebody_else_may_be(manager: str) -> None:
    check_manager("amina.yusuf@care.example", manager)


@pytest.mark.parametrize(
    ("until", "ok"),
    [
        (TODAY - timedelta(days=1), False),
        (TODAY, True),
        (TODAY + LONGEST_PAUSE, True),
        (TODAY + LONGEST_PAUSE + timedelta(days=1), False),
    ],
)
def test_a_pause_begins_today(until: date, ok: bool) -> None:
    if ok:
        check_pause(until, TODAY)
        return
    with pytest.raises(Conflict) as refused:
        check_pause(until, TODAY)
    assert refused.value.field == "until"


_S = AmbassadorStatus


@pytest.mark.parametrize("status", AmbassadorStatus)
@pytest.mark.parametrize("agrees", [True, False])
def test_where_an_answer_leaves_somebody(status: AmbassadorStatus, agrees: bool) -> None:
    if status in (_S.INTERESTED, _S.AWAITING_MANAGER, _S.IN_TRAINING):
        assert status_after_answer(status, agrees=agrees) is (_S.IN_TRAINING if agrees else _S.INTERESTED)
        return
    with pytest.raises(Conflict, match="tell the coordinator"):
        status_after_answer(status, agrees=agrees)


def test_two_answers_never_carry_the_same_stamp() -> None:
    first = datetime(2026, 11, 22, 9, tzinfo=UTC)
    stamps = [
        stamp_of(Agreement.ASKED, None),
        stamp_of(Agreement.AGREED, first),
        stamp_of(Agreement.AGREED, first + timedelta(microseconds=1)),
        stamp_of(Agreement.NOT_NOW, first),
    ]
    assert len(set(stamps)) == len(stamps)
