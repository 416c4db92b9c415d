"""An ambassador's own page, for tests: their link, and visits they have given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from outreach import clock
from outreach.accounts.links import mint_link
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.outcomes.models import Outcome, Reach
from outreach.web.door import ActorKind, Purpose
from tests.makers import audience, in_days, make_ambassador, make_assignment, make_event


@dataclass(frozen=True)
class Own:
    """Somebody and the address of their own page, readable outside the session that made them."""

    id: int
    page: str


def make_own(name: str = "Amina Khan", **more: object) -> Own:
    one = make_ambassador(name, **more)  # type: ignore[arg-type]
    return Own(one.id, own_page(one))


def own_page(ambassador: Ambassador) -> str:
    """The path of a fresh link to somebody's own page."""
    lasts = clock.now() + timedelta(days=30)
    url = mint_link(Purpose.OWN, ambassador.id, ActorKind.AMBASSADOR, ambassador.id, lasts)
    db.session.commit()
    return "/" + url.split("/", 3)[3]


def make_given(
    ambassador: Ambassador, days: int, *, hours: str | None = "2", people: int = 30, code: str = "students_16_to_18",
    home: str = "worcester", took_place: bool = True, recorded: bool = True,
) -> Assignment:  # fmt: skip
    """A visit of so many days from now that somebody went to, and what is recorded of it."""
    event = make_event(starts=in_days(days), status=EventStatus.DONE, home=home)
    went = Decimal(hours) if hours else None
    assignment = make_assignment(event, ambassador, status=AssignmentStatus.ATTENDED, hours=went)
    if recorded:
        reached = [Reach(audience=audience(code), people=people)] if took_place else []
        outcome = Outcome(
            event=event, took_place=took_place, note="", recorded_at=clock.now(), recorded_by_kind=ActorKind.ACCOUNT,
            recorded_by_id=1, reached=reached,
        )  # fmt: skip
        db.session.add(outcome)
        db.session.commit()
    return assignment
