"""How well a district is covered."""

from __future__ import annotations

import pytest

from outreach.ambassadors.rules import Cover, Person, cover_of, say_cover

HERE, THERE, ELSEWHERE = 1, 2, 3


def person(home: int = HERE, *travels: int, council: bool = True, ready: bool = True) -> Person:
    return Person(home, frozenset(travels), council, ready)


@pytest.mark.parametrize(
    ("people", "cover", "words"),
    [
        ([], Cover.NOBODY, "No ambassador yet"),
        ([person(THERE)], Cover.NOBODY, "No ambassador yet"),
        ([person(ready=False)], Cover.NOBODY, "No ambassador yet"),
        ([person(council=False)], Cover.NOBODY, "No council-employed ambassador yet"),
        ([person()], Cover.COVERED, "1 council-employed"),
        ([person(), person(), person(council=False)], Cover.COVERED, "2 council-employed"),
        ([person(THERE, HERE)], Cover.NEIGHBOUR, "No ambassador yet: covered by a neighbour"),
        ([person(THERE, HERE, council=False)], Cover.NOBODY, "No ambassador yet"),
        ([person(THERE, HERE, ready=False)], Cover.NOBODY, "No ambassador yet"),
        ([person(THERE, ELSEWHERE)], Cover.NOBODY, "No ambassador yet"),
        (
            [person(THERE, HERE), person(council=False)],
            Cover.NEIGHBOUR,
            "No council-employed ambassador yet: covered by a neighbour",
        ),
        ([person(THERE, HERE), person()], Cover.COVERED, "1 council-employed"),
    ],
)
def test_cover_and_its_words(people: list[Person], cover: Cover, words: str) -> None:
    found = cover_of(HERE, people)
    assert found.cover is cover
    assert say_cover(found) == words


def test_the_numbers_of_a_tile() -> None:
    found = cover_of(HERE, [person(), person(council=False), person(ready=False), person(THERE, HERE), person(THERE)])
    assert (found.ready, found.council_employed, found.neighbours) == (2, 1, 1)


def test_who_lives_here_is_no_neighbour_however_they_travel() -> None:
    assert cover_of(HERE, [person(HERE, HERE, THERE)]).neighbours == 0
