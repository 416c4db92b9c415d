"""The file with which a county's scheme begins."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime

from outreach.errors import Conflict
from outreach.referrals.rules.terms import Terms, read_terms
from outreach.referrals.rules.versions import check_publishable


@dataclass(frozen=True)
class FirstVersion:
    name: str
    effective_from: date
    terms: Terms


def read_first_version(text: str) -> FirstVersion:
    """Parse a scheme file. Raises Conflict with a sentence that names what is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Conflict(f"The scheme file is not TOML: {error}") from None
    name, begins = raw.get("name"), raw.get("effective_from")
    if not isinstance(name, str) or not name.strip():
        raise Conflict("The scheme file needs a name.")
    if not isinstance(begins, date) or isinstance(begins, datetime):
        raise Conflict("The scheme file needs the day it takes effect, effective_from, such as 2024-04-01.")
    terms = read_terms(raw.get("terms", {}))
    check_publishable(terms)
    return FirstVersion(name, begins, terms)
