"""The file for payroll: lines that a spreadsheet cannot take for formulas, totals, and a digest."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from outreach.sheets import as_bytes, safe_cell

COLUMNS = (
    "Reward",
    "Name",
    "Email address",
    "For",
    "Pay (pounds)",
    "Take back (pounds)",
    "Subject to tax and National Insurance",
    "Decided on",
)


@dataclass(frozen=True)
class Line:
    """One sum: below nothing it is taken back."""

    reference: str
    name: str
    email: str
    milestone: str
    pence: int
    taxable: bool
    decided_on: date


def say_sum(pence: int) -> str:
    """Pounds and pence without a sign, '250.00'; empty for nothing."""
    return f"{pence // 100}.{pence % 100:02d}" if pence > 0 else ""


def say_total(pence: int) -> str:
    return say_sum(pence) or "0.00"


def write_file(month: date, lines: Iterable[Line]) -> str:
    """The CSV of one month, its lines in the order of their references, the totals last."""
    rows = sorted(lines, key=lambda line: line.reference)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for line in rows:
        writer.writerow(
            (
                safe_cell(line.reference),
                safe_cell(line.name),
                safe_cell(line.email),
                safe_cell(line.milestone),
                say_sum(line.pence),
                say_sum(-line.pence),
                "Yes" if line.taxable else "No",
                line.decided_on.isoformat(),
            )
        )
    pay = sum(line.pence for line in rows if line.pence > 0)
    back = -sum(line.pence for line in rows if line.pence < 0)
    totals = (f"Total of {month:%B %Y}", f"{len(rows)} lines", "", "", say_total(pay), say_total(back), "", "")
    writer.writerow(totals)
    return out.getvalue()


def digest_of(content: str) -> str:
    """The SHA-256 of the very bytes that are downloaded."""
    return hashlib.sha256(as_bytes(content)).hexdigest()


def first_of_month(day: date) -> date:
    return day.replace(day=1)
