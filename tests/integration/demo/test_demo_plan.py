"""The demo county has a plan of the coming weeks that nobody has applied."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.db import db
from outreach.events.models import Plan, PlanPlace
from outreach.events.rules.plans import PlaceStatus, PlanStatus
from tests.pages import PageClient


@pytest.mark.one_database
def test_a_plan_waits_to_be_applied(county: Flask) -> None:
    with county.app_context():
        (plan,) = db.session.scalars(select(Plan))
        assert plan.status is PlanStatus.PROPOSED
        places = db.session.scalars(select(PlanPlace)).all()
        assert {one.status for one in places} == {PlaceStatus.PROPOSED, PlaceStatus.UNFILLED}
        id = plan.id
    coordinator = PageClient(county)
    coordinator.get("/demo")
    coordinator.submit("Be Chris Example")
    assert coordinator.get("/manage/plan").has("Somebody for")
    page = coordinator.get(f"/manage/plan/{id}")
    assert page.has("Proven the best possible")
