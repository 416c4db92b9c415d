"""A list as a file: everything that its filters show, on one sheet, for spreadsheets.

A list is downloaded by GET from its own address with `file=csv` or `file=xlsx` added, so that its filters count.
Nothing is written: a download leaves no line in the audit, as looking at the list leaves none.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from flask import make_response, request
from openpyxl import Workbook
from openpyxl.cell import Cell as OneCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from werkzeug.wrappers import Response

from outreach import clock
from outreach.sheets import tidy_control, write_csv

Cell = str | int | Decimal | date | bool | None

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_CELL = 32_767  # what a cell of a workbook holds
WIDTHS = (8, 60)


def wants_file(of: str = "") -> bool:
    """Whether this request asks for the list as a file; for the list `of` that name where a page has several."""
    return request.args.get("file") in TYPES and request.args.get("list", "") == of


def download(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The answer with the file that was asked for; see `wants_file`."""
    kind = request.args["file"]
    content = write_csv(columns, map(_as_texts, rows)) if kind == "csv" else write_xlsx(name, columns, rows)
    response = make_response(content)
    response.headers["Content-Type"] = TYPES[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today().isoformat()}.{kind}"'
    return response


def write_xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet. Texts are texts, whatever they begin with: no cell of it is a formula."""
    held = [[_plain(cell) for cell in row] for row in rows]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for at, heading in enumerate(columns):
        widest = max((len(str(row[at] or "")) for row in held), default=0)
        width = min(max(len(heading), widest, WIDTHS[0]), WIDTHS[1]) + 2
        sheet.column_dimensions[get_column_letter(at + 1)].width = width
    sheet.append([_cell(sheet, heading, bold=True) for heading in columns])
    for row in held:
        sheet.append([_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: object, value: Cell, *, bold: bool = False) -> OneCell:
    cell: OneCell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # the library's stub wants a sheet of its own
    if isinstance(value, str):
        # Said after the value: the library takes what begins with = for a formula.
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _plain(value: Cell) -> Cell:
    """A value as a workbook holds it: instants as London's clock, without a zone."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None, microsecond=0)
    return tidy_control(value)[:LONGEST_CELL] if isinstance(value, str) else value


def _as_texts(row: Sequence[Cell]) -> list[str | int | Decimal]:
    return [_as_text(_plain(cell)) for cell in row]


def _as_text(value: Cell) -> str | int | Decimal:
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value
