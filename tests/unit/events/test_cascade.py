"""An order of invitations: whose turn it is, and when it has no more to do."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.events.rules.cascade import OrderState, Places, Waiting, advance

ONE = Places(needed=1)
ABC = [Waiting(10, 1), Waiting(11, 2), Waiting(12, 3)]


def test_the_first_is_asked_and_nobody_else() -> None:
    turn = advance(ONE, ABC)
    assert (turn.state, turn.ask, turn.skip) == (OrderState.ASKING, (10,), ())


def test_as_many_are_asked_as_places_are_free() -> None:
    assert advance(Places(needed=3, coming=1), ABC).ask == (10, 11)


def test_the_places_decide_and_not_how_the_queue_was_read() -> None:
    assert advance(ONE, list(reversed(ABC))) == advance(ONE, ABC)


def test_whoever_is_ruled_out_is_passed_over_when_it_is_their_turn_and_not_before() -> None:
    queue = [Waiting(10, 1, bar="busy"), Waiting(11, 2), Waiting(12, 3, bar="away")]
    turn = advance(ONE, queue)
    assert (turn.ask, turn.skip) == ((11,), ((10, "busy"),))


def test_while_an_answer_is_open_nobody_is_asked() -> None:
    turn = advance(Places(needed=1, asked=1), ABC)
    assert (turn.state, turn.ask) == (OrderState.WAITING, ())


def test_filled_it_asks_nobody_and_is_not_at_its_end() -> None:
    assert advance(Places(needed=1, coming=1), ABC) == advance(Places(needed=1, coming=1), [])
    assert advance(Places(needed=1, coming=1), ABC).state is OrderState.FILLED


def test_somebody_who_drops_out_sets_it_going_again() -> None:
    assert advance(ONE, ABC[1:]).ask == (11,)


def test_at_the_end_of_the_queue_it_waits_for_the_last_answer_and_then_has_run_out() -> None:
    assert advance(Places(needed=2, asked=1), []).state is OrderState.WAITING
    assert advance(Places(needed=2, coming=1), []).state is OrderState.EXHAUSTED


def test_whose_time_is_over_holds_nothing_and_it_has_run_out_once_they_are_let_go() -> None:
    assert advance(Places(needed=1, late=1), ABC).ask == (10,)
    assert advance(Places(needed=1, late=1), []).state is OrderState.WAITING
    assert advance(Places(needed=1, coming=1, late=1), []).state is OrderState.FILLED


def test_all_passed_over_it_has_run_out() -> None:
    turn = advance(ONE, [replace(one, bar="not_ready") for one in ABC])
    assert (turn.state, turn.ask, len(turn.skip)) == (OrderState.EXHAUSTED, (), 3)


def test_nobody_qualifies() -> None:
    turn = advance(Places(needed=1, qualified_needed=1), ABC)
    assert (turn.state, turn.ask, turn.skip) == (OrderState.EXHAUSTED, (), ())


def test_a_place_for_a_nurse_is_kept_for_a_nurse() -> None:
    queue = [Waiting(10, 1), Waiting(11, 2), Waiting(12, 3, qualified=True)]
    assert advance(Places(needed=2, qualified_needed=1), queue).ask == (10, 12)
    # Once a nurse is coming, the other place is for anybody.
    assert advance(Places(needed=2, qualified_needed=1, coming=1, qualified=1), queue).ask == (10,)


def test_who_has_to_let_a_nurse_go_first_keeps_their_place() -> None:
    queue = [Waiting(11, 2, bar="busy"), Waiting(12, 3, qualified=True)]
    turn = advance(Places(needed=2, qualified_needed=1, coming=1), queue)
    assert (turn.ask, turn.skip) == ((12,), ())


@pytest.mark.parametrize(("how", "state"), [("running", OrderState.STOPPED), ("over", OrderState.OVER)])
def test_stopped_or_over_it_asks_nobody(how: str, state: OrderState) -> None:
    turn = advance(ONE, ABC, running=how != "running", over=how == "over")
    assert (turn.state, turn.ask, turn.skip) == (state, (), ())


def test_stopped_tells_more_than_over() -> None:
    assert advance(ONE, ABC, running=False, over=True).state is OrderState.STOPPED


PLACES = st.builds(
    lambda needed, kept, coming, asked, qualified: Places(
        needed, min(kept, needed), coming, asked, min(qualified, coming + asked)
    ),
    st.integers(1, 6),
    st.integers(0, 6),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 8),
)
QUEUES = st.lists(st.tuples(st.booleans(), st.sampled_from(["", "", "", "busy"])), max_size=8).map(
    lambda found: [Waiting(100 + place, place, *one) for place, one in enumerate(found, start=1)]
)


@given(PLACES, QUEUES, st.randoms())
def test_what_holds_of_every_turn(places: Places, queue: list[Waiting], chance: random.Random) -> None:
    turn = advance(places, queue)
    # The same inputs give the same answer, in whatever order they were read.
    shuffled = list(queue)
    chance.shuffle(shuffled)
    assert advance(places, shuffled) == turn
    # Never more invitations and yeses than places, and nobody twice.
    assert len(turn.ask) <= places.free
    assert len(set(turn.ask)) == len(turn.ask)
    asked = [one for one in queue if one.ambassador_id in turn.ask]
    # Strictly in order, and only who may.
    assert [one.ambassador_id for one in asked] == list(turn.ask)
    assert all(not one.bar for one in asked)
    assert set(turn.skip) <= {(one.ambassador_id, one.bar) for one in queue if one.bar}
    # What is kept for the qualified is left for them.
    assert sum(not one.qualified for one in asked) <= places.free - places.kept
    # Nobody who could have been asked stands before somebody who was.
    for one in queue:
        if one.ambassador_id in turn.ask or one.bar:
            continue
        later = [other for other in asked if other.place > one.place]
        assert all(other.qualified and not one.qualified for other in later)
    assert (turn.state is OrderState.ASKING) is bool(turn.ask)
    if turn.state is OrderState.EXHAUSTED:
        assert places.free
        assert not places.asked


@given(st.integers(1, 4), st.integers(0, 4), QUEUES, st.randoms())
def test_played_to_its_end_it_ends_and_asks_nobody_twice(
    needed: int, kept: int, queue: list[Waiting], chance: random.Random
) -> None:
    """Whatever people say, in whatever order, and although some drop out again."""
    qualified = {one.ambassador_id: one.qualified for one in queue}
    waiting, ever, invited, coming = list(queue), list[int](), set[int](), set[int]()
    for _ in range(10 * len(queue) + 10):
        places = Places(
            needed, min(kept, needed), len(coming), len(invited), sum(qualified[one] for one in invited | coming)
        )
        assert len(coming) + len(invited) <= needed
        turn = advance(places, waiting)
        gone = {*turn.ask, *(one for one, _ in turn.skip)}
        waiting = [one for one in waiting if one.ambassador_id not in gone]
        ever += turn.ask
        invited |= set(turn.ask)
        if turn.state in (OrderState.FILLED, OrderState.EXHAUSTED) and (not coming or chance.random() < 0.5):
            break
        if invited:
            one = chance.choice(sorted(invited))
            invited.discard(one)
            if chance.random() < 0.5:
                coming.add(one)
        elif coming:
            coming.discard(chance.choice(sorted(coming)))
    else:
        pytest.fail("it never came to an end")
    assert len(set(ever)) == len(ever)


@given(PLACES, QUEUES)
def test_stopping_asks_nobody(places: Places, queue: list[Waiting]) -> None:
    assert advance(places, queue, running=False).ask == ()
    assert advance(places, queue, over=True).ask == ()
