"""Rows whose every text says where it comes from, to look for on pages of people who must not be told."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Enum, String, inspect

from outreach.db import db

SEEN = re.compile("qz-[a-z_]+-qz")


def plant(row: Any, *but: str, whose: str = "") -> None:
    """Write 'qz-contact_phone-qz' and the like into every text column of a row, but for some; committed.

    `whose` goes before the column, where there are several rows of a table.
    """
    for column in inspect(type(row)).mapper.columns:
        free = isinstance(column.type, String) and not isinstance(column.type, Enum)
        if free and column.key not in but:
            setattr(row, column.key, f"qz-{whose}{row.__tablename__}_{column.key}-qz")
    db.session.commit()


def planted(row: Any, *but: str) -> set[str]:
    """What `plant` wrote."""
    values = {getattr(row, column.key) for column in inspect(type(row)).mapper.columns if column.key not in but}
    return {one for one in values if isinstance(one, str) and SEEN.fullmatch(one)}


def seen_in(text: str) -> set[str]:
    """The columns whose text is in it: 'contact_phone'."""
    return {one[3:-3] for one in SEEN.findall(text)}
