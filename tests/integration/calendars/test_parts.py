"""Who is needed for a part of an event has that part in their calendar, however it gets there."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from flask.testing import FlaskClient

from outreach import clock
from outreach.db import db
from outreach.events import actions
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.web.door import SYSTEM
from tests.kit.feeds import tell
from tests.kit.ical_readers import read_with_icalendar
from tests.kit.private_feeds import own_feed, read
from tests.makers import in_days, link_to, make_ambassador, make_assignment, make_event, make_opening

ACCEPTED, INVITED = AssignmentStatus.ACCEPTED, AssignmentStatus.INVITED


def fair() -> Event:
    """An event from 9am to 5pm in three days, with a morning and an afternoon."""
    start, noon, end = in_days(3, 9), in_days(3, 12), in_days(3, 17)
    return make_event(starts=start, ends=end, needed=2, openings=[make_opening(start, noon), make_opening(noon, end)])


def times(client: FlaskClient, path: str) -> dict[str, tuple[datetime, datetime]]:
    return {uid: (_local(one.starts), _local(one.ends)) for uid, one in read(client, path).items()}


def _local(moment: datetime | date) -> datetime:
    assert isinstance(moment, datetime)
    return clock.local(moment)


def london(days: int, first: int, last: int) -> tuple[datetime, datetime]:
    return clock.local(in_days(days, first)), clock.local(in_days(days, last))


def test_own_feed_has_the_part_and_whole_events_beside_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        me, event = make_ambassador(), fair()
        make_assignment(event, me, status=ACCEPTED, opening=event.openings[1])
        make_assignment(event, status=ACCEPTED, opening=event.openings[0])
        part = tell(event).uid_staff
        other = make_event(starts=in_days(2))
        make_assignment(other, me)
        whole = tell(other).uid_staff
        path = own_feed(me.id)
    assert times(client, path) == {whole: london(2, 10, 11), part: london(3, 12, 17)}
    found = read(client, path)
    assert (found[part].status, found[whole].status) == ("CONFIRMED", "TENTATIVE")


def test_version_of_the_feed_follows_a_change_of_the_part(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        me, event = make_ambassador(), fair()
        make_assignment(event, me, status=ACCEPTED, opening=event.openings[1])
        uid, path, number = tell(event).uid_staff, own_feed(me.id), event.id
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with app.test_request_context():
        found = db.session.get_one(Event, number)
        actions.move_event(
            SYSTEM, found, starts_at=found.starts_at, ends_at=in_days(3, 16), place=found.place, online=False
        )
        db.session.commit()
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert times(client, path)[uid] == london(3, 12, 16)
    (before,), (after,) = read_with_icalendar(first.data), read_with_icalendar(second.data)
    assert after.sequence > before.sequence


def test_a_part_that_is_called_off_stays_marked_as_cancelled(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        me, event = make_ambassador(), fair()
        row = make_assignment(event, me, status=ACCEPTED, opening=event.openings[0], answered_at=clock.now())
        uid, path, number = tell(event).uid_staff, own_feed(me.id), row.event_id
    with app.test_request_context():
        actions.cancel_event(SYSTEM, db.session.get_one(Event, number), reason=None, words="")
        db.session.commit()
    found = read(client, path)[uid]
    assert (found.status, _local(found.ends)) == ("CANCELLED", london(3, 9, 12)[1])
    with app.app_context():
        assert db.session.get_one(Event, number).status is EventStatus.CANCELLED


def test_file_to_add_once_has_the_part(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = fair()
        row = make_assignment(event, status=INVITED, opening=event.openings[1])
        assert isinstance(row, Assignment)
        path = link_to(row)
    (found,) = read_with_icalendar(client.get(f"{path}/visit.ics").data)
    assert (_local(found.starts), _local(found.ends)) == london(3, 12, 17)
