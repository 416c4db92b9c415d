"""What the rules are told of one person alone is what they are told of them among everybody."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from flask import Flask

from outreach import clock
from outreach.ambassadors.models import Away, ManagerAgreement, WeeklyFree
from outreach.ambassadors.rules import Agreement
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.events.queries.shortlist import gather
from outreach.events.rules import AssignmentStatus
from tests import makers


def test_one_alone_is_told_as_among_everybody(app: Flask) -> None:
    with app.app_context():
        event, before, past = (makers.make_event(starts=makers.in_days(days)) for days in (21, 20, -30))
        people = [makers.make_ambassador(home="redditch", travels_to=["worcester"], notice_days=9) for _ in range(3)]
        day = clock.local(event.starts_at).date()
        for person in people:
            makers.make_assignment(event, person, status=AssignmentStatus.DECLINED)
            makers.make_assignment(before, person, status=AssignmentStatus.ACCEPTED)
            makers.make_assignment(past, person, status=AssignmentStatus.ATTENDED)
            db.session.add_all(
                [
                    Away(ambassador_id=person.id, first_day=day, last_day=day + timedelta(days=1)),
                    WeeklyFree(ambassador_id=person.id, weekday=1, part=PartOfDay.MORNING),
                    ManagerAgreement(
                        ambassador_id=person.id, manager_name="Mo", manager_email="mo@county.example",
                        status=Agreement.AGREED, hours_a_month=Decimal(6), words="", asked_at=clock.now(),
                    ),
                ]
            )  # fmt: skip
        db.session.commit()
        *_, everybody = gather(event.openings)
        for person in people:
            _, around, alone = gather(event.openings, only=person.id)
            assert alone.people == [one for one in everybody.people if one.id == person.id]
            assert alone.names == {person.id: person.name}
            assert around.outings == 0
            (told,) = alone.people
            assert all((told.held, told.child_days, told.travels_to, told.term_ids, told.agreed_minutes, told.here))
            assert told.last_outing is not None
            assert told.availability.away
            assert told.availability.pattern
        assert gather(event.openings, only=999_999)[2].people == []
