"""The register as rows of a file, whose headings an import knows again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Select
from sqlalchemy.orm import selectinload

from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import STATUS_WORDS
from outreach.ambassadors.rules.importing import FIELD_WORDS, Field
from outreach.db import db
from outreach.districts.rules import Vocabulary

# Its own fields first; what follows is told, and left out when the file comes back.
COLUMNS = [FIELD_WORDS[one] for one in Field if one not in (Field.FIRST_NAME, Field.LAST_NAME)] + [
    "Council-employed",
    "Status",
    "In this status since",
    "Registered",
]
OFFERS = (Vocabulary.ACTIVITY, Vocabulary.AUDIENCE, Vocabulary.LANGUAGE, Vocabulary.QUALIFICATION)


def list_for_file(found: Select[Ambassador]) -> list[list[str | bool | date | datetime | None]]:
    """The ambassadors of a select as rows of a file. A number of queries that does not grow with them."""
    people = db.session.scalars(
        found.options(selectinload(Ambassador.travels_to), selectinload(Ambassador.terms))
    ).unique()
    return [
        [
            one.name,
            one.email,
            one.phone,
            one.employer.name,
            one.job_title,
            one.role_family.label,
            one.home_district.name,
            one.base_town,
            "; ".join(district.name for district in one.travels_to),
            *(_labels(one, vocabulary) for vocabulary in OFFERS),
            one.employer.is_council,
            STATUS_WORDS[one.status],
            one.status_since,
            one.registered_at,
        ]
        for one in people
    ]


def _labels(ambassador: Ambassador, vocabulary: Vocabulary) -> str:
    return "; ".join(term.label for term in ambassador.terms if term.vocabulary is vocabulary)
