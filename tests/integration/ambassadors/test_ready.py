"""The condition of a query says of each person what the rule says of them."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.actions import add_items
from outreach.ambassadors.models import Ambassador, ReadinessItem
from outreach.ambassadors.queries import (
    find_ready_ids,
    holds,
    list_people,
    list_requirements,
    readiness_today,
    select_ambassadors,
)
from outreach.ambassadors.queries.board import list_members
from outreach.ambassadors.queries.search import Wanted, select_shown
from outreach.ambassadors.rules import AmbassadorStatus, RequirementKind
from outreach.db import db
from tests import makers


def test_ready_by_the_query_is_ready_by_the_rule_one_person_at_a_time(app: Flask) -> None:
    """What one person has done makes nobody else ready, whatever the query around the condition selects."""
    with app.app_context():
        today = clock.today()
        whole = makers.make_ambassador("Whole")
        makers.make_ambassador("Nothing", ready=False)
        for number, requirement in enumerate(list_requirements()):
            partly = makers.make_ambassador(f"Only {requirement.code}", ready=False)
            add_items(partly, [requirement], today - timedelta(days=number))
        for name, done_on, expires_on in (
            ("Expired", today - timedelta(days=9), today - timedelta(days=1)),
            ("Last day", today - timedelta(days=9), today),
            ("Tomorrow", today + timedelta(days=1), None),
        ):
            one = makers.make_ambassador(name)
            item = db.session.scalars(select(ReadinessItem).where(ReadinessItem.ambassador_id == one.id)).first()
            assert item is not None
            item.done_on, item.expires_on = done_on, expires_on
        makers.make_ambassador("Paused", status=AmbassadorStatus.PAUSED)
        db.session.commit()
        people = db.session.scalars(select_ambassadors()).all()
        by_rule = {one.name for one in people if readiness_today(one).ready}
        assert by_rule == {"Whole", "Last day"}
        assert {one.name for one in people if one.id in find_ready_ids()} == by_rule
        assert {one.name for one in people if one.id in {member.id for member in list_members(today)}} == by_rule
        assert len(list_people()) == len(by_rule)
        consents = select(Ambassador.name).where(holds(RequirementKind.CONSENT, today))
        assert set(db.session.scalars(consents)) == {"Only consent"}
        consent = [one for one in list_requirements() if one.kind is RequirementKind.CONSENT]
        add_items(whole, consent, today)
        assert [one.name for one in db.session.scalars(select_shown(Wanted()))] == ["Whole"]
