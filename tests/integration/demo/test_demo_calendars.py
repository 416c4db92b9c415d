"""What the demo county shows of calendars: answers that wait for a person, and feeds that programs fetched."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.events.rules import AssignmentStatus
from outreach.replies.models import Reply
from outreach.replies.rules import Reason, ReplyStatus
from tests.pages import PageClient


def test_answers_wait_for_the_coordinator(county: Flask) -> None:
    """Each was read by the mailbox's own act, and points at the event that it is about."""
    with county.app_context():
        waiting = db.session.scalars(select(Reply).order_by(Reply.id)).all()
        assert [one.reason for one in waiting] == [Reason.PLAIN, Reason.OTHER_SENDER, Reason.COUNTER, Reason.WINMAIL]
        for one in waiting:
            assert one.status is ReplyStatus.WAITING
            assert one.assignment is not None
            assert one.assignment.status is AssignmentStatus.INVITED
            assert one.assignment.invited_at is not None
            assert one.assignment.invited_at < one.received_at < clock.now()


def test_calendars_were_fetched(county: Flask) -> None:
    person = PageClient(county)
    person.get("/demo")
    person.submit("Be Adi Specimen")
    page = person.get("/feeds")
    public = {row["Calendar"]: row["Last fetched"] for row in page.table("Public calendars")}
    assert "Google Calendar" in public["Worcestershire"]
    private = {row["Kind"]: row for row in page.table("Private calendars, by kind")}
    for kind in ("Coordinators’ districts", "Coordinators’ work"):
        assert private[kind]["Addresses"] == "1"
        assert not private[kind]["Largest"].startswith("0 ")
