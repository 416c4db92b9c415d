"""docs/calendar-checklist.md names a test for every point, and each of those tests is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DOC = TESTS.parent / "docs" / "calendar-checklist.md"
TESTED = {"L", "H", "A", "T"}


def _rows() -> dict[int, tuple[set[str], str, list[str]]]:
    found = {}
    for line in DOC.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].isdigit():
            found[int(cells[0])] = (set(cells[1].split()), cells[2], re.findall(r"`([^`]+)`", cells[3]))
    return found


@cache
def _tests_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_point_is_there_once_and_in_order() -> None:
    assert list(_rows()) == list(range(1, 51))


@pytest.mark.parametrize("point", range(1, 51))
def test_a_point_says_what_is_done_and_names_tests_that_exist(point: int) -> None:
    tags, words, tests = _rows()[point]
    assert tags <= TESTED | {"D"}
    assert words
    assert tests or not tags & TESTED, "no test is named"
    for test in tests:
        path, _, name = test.partition("::")
        assert (TESTS / path).is_file(), f"there is no {path}"
        assert name in _tests_in(TESTS / path), f"{path} has no {name}"


def test_where_readers_must_agree_the_c_library_is_among_them_or_the_events_are_all_single() -> None:
    for tags, _, tests in _rows().values():
        if "A" in tags:
            assert any("test_libical.py" in test or "recur" in test for test in tests)
