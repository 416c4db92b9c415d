"""Why somebody who is off an event is, from what was done since they were last put in an order or asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from string import Formatter

import pytest

from outreach.events.queries.choices import say_place
from outreach.events.rules import OrderStatus
from outreach.events.rules.gone import GONE_TAGS, GONE_WORDS, Course, Gone, course_of, why_gone

NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUEUE, INVITE, ACCEPT, OFFER, OFF, GO = (
    f"assignment.{one}" for one in ("queue", "invite", "accept", "offer", "withdraw", "let_go")
)


@pytest.mark.parametrize(
    ("acts", "order", "called_off", "why"),
    [
        ([QUEUE], OrderStatus.STOPPED, False, Gone.STOPPED),
        ([QUEUE], OrderStatus.ENDED, False, Gone.ENDED),
        ([QUEUE], OrderStatus.STOPPED, True, Gone.NEVER_ASKED_OFF),
        ([QUEUE, OFF], OrderStatus.RUNNING, False, Gone.NOT_ITS_TURN),
        ([QUEUE, OFF], OrderStatus.STOPPED, True, Gone.NOT_ITS_TURN),
        ([INVITE, ACCEPT, OFF, QUEUE], OrderStatus.STOPPED, False, Gone.STOPPED),
        ([QUEUE, OFFER, OFF], OrderStatus.RUNNING, False, Gone.TAKEN_OFF),
        ([OFFER], None, True, Gone.SAID_YES_OFF),
        ([INVITE, OFF], None, False, Gone.UNANSWERED),
        ([INVITE, OFF], None, True, Gone.UNANSWERED),
        ([INVITE, ACCEPT, OFF], None, False, Gone.TAKEN_OFF),
        ([INVITE, ACCEPT, OFF, INVITE, OFF], None, False, Gone.UNANSWERED),
        ([INVITE], None, True, Gone.UNANSWERED_OFF),
        ([INVITE, ACCEPT], None, True, Gone.SAID_YES_OFF),
        ([INVITE, ACCEPT, GO], None, False, Gone.LET_GO),
        ([], None, False, Gone.UNKNOWN),
    ],
)
def test_what_was_done_says_why(acts: list[str], order: OrderStatus | None, called_off: bool, why: Gone) -> None:
    course = course_of((one, NOON + number * HOUR) for number, one in enumerate(acts))
    last = next((number for number, one in reversed(list(enumerate(acts))) if one in (INVITE, QUEUE)), None)
    invited = NOON + last * HOUR if last is not None and acts[last] == INVITE else None
    found = why_gone(course, invited_at=invited, skipped=False, gave_reason=False, order=order, called_off=called_off)
    assert found is why


def test_an_order_that_was_over_before_the_event_was_cancelled_is_why_nobody_asked() -> None:
    found = why_gone(
        course_of([(QUEUE, NOON)]), invited_at=None, skipped=False, gave_reason=False, order=OrderStatus.STOPPED,
        called_off=True, order_was_over=True,
    )  # fmt: skip
    assert found is Gone.STOPPED


def test_a_yes_from_before_the_event_moved_is_none() -> None:
    course = course_of([(INVITE, NOON), (ACCEPT, NOON + HOUR), (OFF, NOON + 3 * HOUR)])
    found = why_gone(course, invited_at=NOON + 2 * HOUR, skipped=False, gave_reason=False, order=None, called_off=False)
    assert found is Gone.UNANSWERED


@pytest.mark.parametrize(("skipped", "gave_reason", "why"), [(1, 0, Gone.PASSED_OVER), (0, 1, Gone.DROPPED_OUT)])
def test_the_row_itself_may_say_it(skipped: int, gave_reason: int, why: Gone) -> None:
    found = why_gone(
        Course(), invited_at=NOON, skipped=bool(skipped), gave_reason=bool(gave_reason), order=None, called_off=False
    )
    assert found is why


@pytest.mark.parametrize("why", Gone)
def test_each_has_a_tag_and_a_sentence(why: Gone) -> None:
    assert GONE_TAGS[why]
    assert [name for _, name, _, _ in Formatter().parse(GONE_WORDS[why]) if name is not None] in ([], [""])
    assert GONE_WORDS[why].startswith("Not asked") is (GONE_TAGS[why] == "Not asked")


def test_places_in_an_order_are_said() -> None:
    assert [say_place(one) for one in (1, 3, 4, 12)] == [
        "First in the order", "Third in the order", "Number 4 in the order", "Number 12 in the order",
    ]  # fmt: skip
