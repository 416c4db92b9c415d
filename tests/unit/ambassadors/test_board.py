"""The promise board: green, amber and dark, and the day a district goes dark."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.ambassadors.rules.availability import Span
from outreach.ambassadors.rules.board import WEEKS, Cell, Light, Member, Why, board_of, dark_day, is_kept, weeks_from

TODAY = date(2026, 11, 25)  # a Wednesday
MONDAY = date(2026, 11, 23)
HERE, THERE = 1, 2


def week(number: int) -> Span:
    """The whole week of that number; the first is 1."""
    first = MONDAY + timedelta(weeks=number - 1)
    return Span(first, first + timedelta(days=6))


def lights(*members: Member, district: int = HERE) -> str:
    cells = board_of([HERE, THERE], members, TODAY)[district]
    return "".join(cell.light.value[0] for cell in cells)


def cells_of(*members: Member) -> list[Cell]:
    return board_of([HERE, THERE], members, TODAY)[HERE]


def test_the_story_of_week_seven() -> None:
    """Dark when the only one is on leave in week 7, amber once a neighbour is ready, green with one who lives there."""
    only = Member(1, HERE, away=(week(7),))
    neighbour = Member(2, THERE, travels=frozenset({HERE}))
    second = Member(3, HERE)
    assert lights(only) == "aaaaaadaaaaa"
    assert lights(only, neighbour) == "ggggggaggggg"
    assert cells_of(only, neighbour)[6].why == (Why.NEIGHBOUR, Why.ONLY_ONE)
    assert lights(only, neighbour, second) == "g" * WEEKS


def test_the_day_it_goes_dark_and_because_of_whom() -> None:
    first, last = (
        Member(1, HERE, away=(Span(date(2026, 12, 1), date(2026, 12, 31)),)),
        Member(2, HERE, ready_until=date(2026, 12, 3)),
    )
    cells = cells_of(first, last)
    dark = dark_day(cells, [first, last], TODAY)
    assert dark is not None
    assert (dark.day, dark.because) == (date(2026, 12, 4), (2,))
    assert cells[1].why == (Why.EXPIRES,)


def test_a_district_without_anybody_is_dark_today() -> None:
    dark = dark_day(cells_of(), [], TODAY)
    assert dark is not None
    assert (dark.day, dark.because) == (TODAY, ())


def test_a_district_that_stays_lit_has_no_dark_day() -> None:
    members = [Member(1, HERE)]
    assert dark_day(cells_of(*members), members, TODAY) is None


def test_who_comes_on_mondays_only_does_not_cover_the_rest_of_this_week() -> None:
    mondays = Member(1, HERE, weekdays=frozenset({0}))
    assert lights(mondays) == "d" + "a" * (WEEKS - 1)


def test_an_item_that_expires_makes_its_week_amber_and_the_next_one_poorer() -> None:
    assert lights(Member(1, HERE), Member(2, HERE), Member(3, HERE, ready_until=week(3).first)) == "ggagggggggg" + "g"


members = st.lists(
    st.builds(
        lambda home, travels, until, away, weekdays: (home, travels, until, away, weekdays),
        st.sampled_from([HERE, THERE]),
        st.frozensets(st.sampled_from([HERE, THERE])),
        st.none() | st.dates(TODAY - timedelta(days=20), TODAY + timedelta(days=120)),
        st.lists(
            st.builds(
                lambda first, days: Span(first, first + timedelta(days=days)),
                st.dates(TODAY - timedelta(days=20), TODAY + timedelta(days=100)),
                st.integers(0, 30),
            ),
            max_size=2,
        ),
        st.frozensets(st.integers(0, 6), min_size=1),
    ),
    max_size=6,
).map(
    lambda made: [
        Member(number, home, travels, until, tuple(away), weekdays)
        for number, (home, travels, until, away, weekdays) in enumerate(made, start=1)
    ]
)


@settings(deadline=None)
@given(members)
def test_a_cell_is_what_counting_day_by_day_gives(people: list[Member]) -> None:
    board = board_of([HERE, THERE], people, TODAY)
    for district, cells in board.items():
        assert [cell.monday for cell in cells] == weeks_from(TODAY)
        for cell in cells:
            days = [day for number in range(7) if (day := cell.monday + timedelta(days=number)) >= TODAY]
            covering = {one.id: one for one in people if any(one.covers_day(day) for day in days)}
            home = tuple(id for id, one in covering.items() if one.home == district)
            near = tuple(id for id, one in covering.items() if one.home != district and district in one.travels)
            assert (cell.at_home, cell.neighbours) == (home, near)
            assert (cell.light is Light.DARK) is (not home and not near)
            assert (cell.light is Light.GREEN) is bool(home and len(home) + len(near) > 1 and not cell.expiring)
            assert all(cell.monday <= (covering[id].ready_until or cell.monday) for id in cell.expiring)


@settings(deadline=None)
@given(members)
def test_one_more_person_never_makes_a_cell_darker_unless_an_item_of_theirs_expires(
    people: list[Member],
) -> None:
    more = Member(99, HERE, travels=frozenset({THERE}), weekdays=frozenset(range(7)))
    order = [Light.DARK, Light.AMBER, Light.GREEN]
    before, after = board_of([HERE, THERE], people, TODAY), board_of([HERE, THERE], [*people, more], TODAY)
    for district, cells in before.items():
        for old, new in zip(cells, after[district], strict=True):
            assert order.index(new.light) >= order.index(old.light)


def test_leave_from_monday_to_friday_is_a_week_away_for_whoever_named_no_weekend() -> None:
    leave = Span(week(7).first, week(7).first + timedelta(days=4))
    assert lights(Member(1, HERE, away=(leave,))) == "aaaaaadaaaaa"
    saturdays = Member(1, HERE, away=(leave,), weekdays=frozenset({2, 5}))
    assert lights(saturdays) == "a" * WEEKS


def test_at_a_weekend_the_board_begins_with_the_next_week() -> None:
    assert weeks_from(date(2026, 11, 27))[0] == MONDAY
    assert weeks_from(date(2026, 11, 28))[0] == weeks_from(date(2026, 11, 29))[0] == date(2026, 11, 30)
    dark = dark_day(board_of([HERE], [], date(2026, 11, 28))[HERE], [], date(2026, 11, 28))
    assert dark is not None
    assert dark.day == date(2026, 11, 30)


def test_it_goes_dark_on_the_day_leave_begins_and_not_after_the_last_day_of_a_pattern() -> None:
    thursdays = Member(1, HERE, away=(week(7),), weekdays=frozenset({3}))
    dark = dark_day(cells_of(thursdays), [thursdays], TODAY)
    assert dark is not None
    assert (dark.day, dark.because) == (week(7).first, (1,))


def test_a_district_is_kept_by_its_own_people_only() -> None:
    neighbour = Member(1, THERE, travels=frozenset({HERE}))
    assert not is_kept(cells_of(neighbour))
    assert is_kept(cells_of(Member(2, HERE)))
    assert not is_kept(cells_of(Member(2, HERE, away=(week(12),)), neighbour))
