"""CSV files: reading what people bring, and writing what they take without a cell that a spreadsheet would run.

Standard library only, so that rules can use it.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from outreach.errors import Conflict

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000

# The wide forms count too: spreadsheets of some languages take them for the plain ones.
_STARTS_FORMULA = "=+-@|%\uff1d\uff0b\uff0d\uff20"
# Space, control and format characters: a spreadsheet drops some of them before it looks for a formula.
_UNSEEN = ("Z", "C")
_SEPARATORS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


@dataclass(frozen=True)
class Line:
    """One row of a file. `number` counts as a spreadsheet does, the headings being 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """What a file says: the headings, and every row that is not blank, each as wide as the headings."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]


def read_csv(data: bytes, field: str | None = None) -> Sheet:
    """Read a CSV as spreadsheets of many makes save it. Stops at the first row too many.

    Raises Conflict beside `field` for what is no such file. A cell that is too long is cut one character past the
    limit, so that whoever judges its row can tell.
    """
    text = decode(data, field)
    separator, text = _find_separator(text)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            blank = not any(cell.strip() for cell in row)
            if blank and number <= MOST_ROWS * 2:
                continue
            if blank or len(rows) > MOST_ROWS:
                raise Conflict(f"The file must have {MOST_ROWS:,} rows or fewer. Split it into smaller files", field)
            if len(row) > MOST_COLUMNS:
                raise Conflict(f"The file must have {MOST_COLUMNS} columns or fewer: row {number:,} has more", field)
            rows.append((number, row))
    except csv.Error:
        raise Conflict("The file cannot be read as CSV: a quotation mark may be missing", field) from None
    if not rows:
        raise Conflict("The file must not be empty", field)
    headings = tuple(plain_cell(_tidy(cell)) for cell in rows[0][1])
    width = len(headings)
    return Sheet(headings, tuple(Line(number, _fit(row, width)) for number, row in rows[1:]))


def decode(data: bytes, field: str | None = None) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows’ old alphabet. Raises Conflict for what is plainly no text."""
    if len(data) > MOST_BYTES:
        raise Conflict(f"The file must be {MOST_BYTES // 1_000_000} MB or smaller. Split it into smaller files", field)
    if data.startswith(_WORKBOOKS):
        raise Conflict("The file must be a CSV. In the spreadsheet program, save it as CSV first", field)
    named = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for encoding in (named,) if named else (*_guess_wide(data), "utf-8", "cp1252"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return data.decode(named or "latin-1", errors="replace").replace("\0", "")


def safe_cell(text: str) -> str:
    """Text as a cell that no spreadsheet runs: what would begin a formula gets an apostrophe before it.

    Control characters go, and what cannot be seen does not hide the sign behind it. `plain_cell` takes the
    apostrophe away again.
    """
    plain = _tidy(text)
    return f"'{plain}" if _would_run(plain.lstrip("'")) else plain


def plain_cell(text: str) -> str:
    """A cell as it was before `safe_cell`, or a spreadsheet's user, put an apostrophe before it."""
    return text[1:] if text.startswith("'") and _would_run(text.lstrip("'")) else text


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str | int | Decimal]]) -> bytes:
    """A CSV, every cell quoted and every text safe, with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([safe_cell(one) for one in columns])
    writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return as_bytes(out.getvalue())


def as_bytes(content: str) -> bytes:
    """The bytes of a CSV: UTF-8 with the mark by which Excel knows it."""
    return ("\ufeff" + content).encode()


def tidy_control(text: str) -> str:
    """Text without control characters and halves of characters, which files of other makes do not take."""
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs"))


def _tidy(text: str) -> str:
    return tidy_control(" ".join(text.split()))


def _would_run(text: str) -> bool:
    first = next((sign for sign in text if not unicodedata.category(sign).startswith(_UNSEEN)), "")
    return bool(first) and first in _STARTS_FORMULA


def _find_separator(text: str) -> tuple[str, str]:
    """The sign between cells, as the first line has it; a line `sep=;`, which Excel writes, names it and goes."""
    named = re.match(r"sep=(.)\r?\n", text)
    if named and named[1] in _SEPARATORS:
        # An empty line in its place: rows keep the numbers that a spreadsheet gives them.
        return named[1], "\n" + text[named.end() :]
    first = next((line for line in text[:20_000].splitlines() if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", first)
    return max(_SEPARATORS, key=outside.count), text


def _guess_wide(data: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark: every other byte of plain letters is nothing."""
    sample = data[:4_000]
    if len(data) % 2 or len(sample) < 2:
        return ()
    half = len(sample) // 2
    if sample[1::2].count(0) > half * 0.4:
        return ("utf-16-le",)
    return ("utf-16-be",) if sample[0::2].count(0) > half * 0.4 else ()


def _fit(row: Sequence[str], width: int) -> tuple[str, ...]:
    cells = [cell[: LONGEST_CELL + 1] for cell in row[:width]]
    return tuple(cells + [""] * (width - len(cells)))
