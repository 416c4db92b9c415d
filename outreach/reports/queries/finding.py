"""What the search box finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.events.models import Event
from outreach.events.queries import EventFilter, select_events
from outreach.institutions.models import Institution
from outreach.institutions.queries import select_institutions
from outreach.visits.models import VisitRequest
from outreach.visits.queries import select_requests
from outreach.web.paging import Page, paginate

Row = TypeVar("Row")

MOST_FOUND = 8


@dataclass(frozen=True)
class Found:
    """What the search box found, each kind with at most MOST_FOUND rows."""

    requests: Page[VisitRequest]
    events: Page[Event]
    institutions: Page[Institution]
    ambassadors: Page[Ambassador]

    @property
    def total(self) -> int:
        return sum(page.total for page in (self.requests, self.events, self.institutions, self.ambassadors))


def find_anything(words: str) -> Found:
    """Everything in which these words occur: references, titles, places, institutions, contacts, ambassadors."""
    return Found(
        requests=_some(select_requests(words=words)),
        events=_some(select_events(EventFilter(words=words), latest_first=True)),
        institutions=_some(select_institutions(words=words)),
        ambassadors=_some(_select_ambassadors(words)),
    )


def _some(query: Select[Row]) -> Page[Row]:
    return paginate(db.session(), query, per_page=MOST_FOUND)


def _select_ambassadors(words: str) -> Select[Ambassador]:
    return (
        select(Ambassador)
        .where(
            or_(
                Ambassador.name.icontains(words, autoescape=True),
                Ambassador.email.icontains(words, autoescape=True),
                Ambassador.job_title.icontains(words, autoescape=True),
            )
        )
        .options(joinedload(Ambassador.home_district), joinedload(Ambassador.employer))
        .order_by(Ambassador.name, Ambassador.id)
    )


def find_by_reference(reference: str) -> VisitRequest | Event | None:
    """The request or event of a reference."""
    if reference.startswith("VR"):
        return db.session.scalar(select(VisitRequest).where(VisitRequest.reference == reference))
    return db.session.scalar(select(Event).where(Event.reference == reference))
