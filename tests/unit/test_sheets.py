"""Reading anybody's CSV, and writing one that nobody's spreadsheet runs."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Conflict
from outreach.sheets import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_ROWS,
    Sheet,
    as_bytes,
    plain_cell,
    read_csv,
    safe_cell,
    tidy_control,
    write_csv,
)

ROWS = [["Name", "Town"], ["Zoë O’Hara", "Kidderminster"], ["Said “so”", "Bewdley, north"]]
TEXT = '"Name","Town"\r\n"Zoë O’Hara","Kidderminster"\r\n"Said “so”","Bewdley, north"\r\n'


def told(sheet: Sheet) -> list[list[str]]:
    return [list(sheet.headings), *(list(line.cells) for line in sheet.lines)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"], ids=str)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_every_make_of_file_says_the_same(encoding: str, separator: str) -> None:
    text = TEXT.replace('","', f'"{separator}"')
    assert told(read_csv(text.encode(encoding))) == ROWS


def test_big_endian_with_its_mark_and_excels_line_that_names_the_separator() -> None:
    assert told(read_csv(b"\xfe\xff" + TEXT.encode("utf-16-be"))) == ROWS
    named = read_csv(b"sep=;\r\nName;Town\r\nAnn, the first;Bewdley\r\n")
    assert told(named) == [["Name", "Town"], ["Ann, the first", "Bewdley"]]
    assert named.lines[0].number == 3


def test_rows_keep_the_numbers_that_a_spreadsheet_gives_them() -> None:
    sheet = read_csv(b'a,b\n\n1,"two\nlines"\n,\n2,\n')
    assert [(line.number, line.cells) for line in sheet.lines] == [(3, ("1", "two\nlines")), (5, ("2", ""))]


def test_rows_are_as_wide_as_the_headings() -> None:
    assert told(read_csv(b"a,b\n1\n1,2,3\n")) == [["a", "b"], ["1", ""], ["1", "2"]]


def test_a_nul_is_nothing_and_a_long_cell_can_be_told() -> None:
    sheet = read_csv(b"a,b\nx\0y," + b"z" * 9_000 + b"\n")
    assert sheet.lines[0].cells[0] == "xy"
    assert len(sheet.lines[0].cells[1]) == LONGEST_CELL + 1


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n" * 50_001,
        b"a\n" + b"1\n" * 900_000,
        b'a,b\n"' + b"x" * 1_900_000,
        b"," * 1_900_000,
        b'a\n"' + b'"",' * 600_000,
        b"\n" * 1_900_000,
        b"x" * (MOST_BYTES + 1),
        "a,b\n".encode("utf-16") * 50_000,
    ],
    ids=["50,000 rows", "a million rows", "one cell", "columns", "quotes", "blank lines", "bytes", "UTF-16"],
)
def test_a_bomb_is_refused_in_words_quickly_and_in_little_memory(data: bytes) -> None:
    began = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(Conflict, match="The file "):
            read_csv(data, "file")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000
    assert time.perf_counter() - began < 5


def test_the_most_rows_still_go() -> None:
    assert len(read_csv(b"a\n" + b"1\n" * MOST_ROWS).lines) == MOST_ROWS
    with pytest.raises(Conflict, match="5,000 rows or fewer"):
        read_csv(b"a\n" + b"1\n" * (MOST_ROWS + 1))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_a_sentence(data: bytes) -> None:
    """Whatever else is raised fails the test."""
    with suppress(Conflict):
        sheet = read_csv(data)
        assert all(len(line.cells) == len(sheet.headings) for line in sheet.lines)
        assert "\0" not in str(told(sheet))


ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
RISKY = st.text(alphabet="=+-@'|% \t\r\n\u200d\uff1dx1", max_size=8)


@given(st.one_of(ANY_TEXT, RISKY))
def test_a_safe_cell_starts_no_formula_and_comes_back(text: str) -> None:
    safe = safe_cell(text)
    assert not safe.lstrip().startswith(tuple("=+-@|%\uff1d\uff0b\uff0d\uff20"))
    assert plain_cell(safe) == tidy_control(" ".join(text.split()))


@given(st.lists(st.lists(st.one_of(ANY_TEXT, RISKY), min_size=2, max_size=2), min_size=1, max_size=4))
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    columns = ["one", "two"]
    data = write_csv(columns, rows)
    assert data.startswith(b"\xef\xbb\xbf")
    read = [[plain_cell(cell) for cell in line.cells] for line in read_csv(data).lines]
    tidy = [[tidy_control(" ".join(cell.split())) for cell in row] for row in rows]
    assert read == [row for row in tidy if any(cell.strip() for cell in row)]


def test_numbers_stay_numbers() -> None:
    written = write_csv(["n"], [[-2], [3]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(written))) == [["n"], ["-2"], ["3"]]
    assert as_bytes("ü") == b"\xef\xbb\xbf\xc3\xbc"
