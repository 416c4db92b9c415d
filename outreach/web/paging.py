"""Long lists in pages. A page number comes from the address bar, so anything may stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")

PER_PAGE = 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: `number` of `pages`, out of `total` rows."""

    items: Sequence[Row]
    total: int
    number: int
    pages: int


def page_number(args: Mapping[str, str], key: str = "page") -> int:
    """The page asked for; 1 for whatever is not a number. `paginate` brings a number past the end back to it."""
    asked = args.get(key, "")
    if not re.fullmatch("[0-9]{1,9}", asked):
        return 1
    return max(int(asked), 1)


def paginate(
    session: Session,
    rows: Select[Row],
    count: Select[int] | None = None,
    *,
    number: int = 1,
    per_page: int = PER_PAGE,
) -> Page[Row]:
    """One page of a select that is ordered, its id last. `count` saves counting through costly joins."""
    if count is None:
        count = select(func.count()).select_from(rows.order_by(None).subquery())
    total = session.scalar(count) or 0
    pages = max(1, -(-total // per_page))
    number = min(max(number, 1), pages)
    found = session.scalars(rows.limit(per_page).offset((number - 1) * per_page)).unique().all()
    return Page(items=found, total=total, number=number, pages=pages)


def page_of(rows: Sequence[Row], *, number: int = 1, per_page: int = PER_PAGE) -> Page[Row]:
    """One page of rows that are in hand already."""
    pages = max(1, -(-len(rows) // per_page))
    number = min(max(number, 1), pages)
    return Page(rows[(number - 1) * per_page : number * per_page], len(rows), number, pages)


def page_link(number: int) -> str:
    """The address of another page of this list, its filters kept."""
    asked = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    return "?" + urlencode([*asked, ("page", str(number))])


def file_link(kind: str, of: str = "") -> str:
    """The address of this list as a file, its filters kept. `of` names one of a page's lists where it has several."""
    asked = [(key, value) for key, value in request.args.items(multi=True) if key not in ("page", "file", "list")]
    return "?" + urlencode([*asked, *([("list", of)] if of else []), ("file", kind)])
