"""An event with another host: who is asked again, who is told, and what a visit that was asked for cannot do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from outreach.db import db
from outreach.errors import Conflict
from outreach.events import actions
from outreach.events.actions import Host
from outreach.events.models import Event
from outreach.events.rules import AssignmentStatus
from outreach.events.rules.children import UNSUPERVISED
from outreach.institutions.models import Contact, Site
from outreach.visits.rules import RequestStatus
from outreach.web.door import Actor
from tests import makers
from tests.pages import PageClient

Letters = Callable[[], list[Any]]
Act = Callable[..., Any]
Traces = Callable[[], tuple[int, ...]]


def test_another_host_by_its_pages(
    coordinator: PageClient, app: Flask, letters: Letters, audit: Callable[[], list[str]]
) -> None:
    with app.app_context():
        old, new = makers.make_institution("Old School"), makers.make_institution("New School", home="redditch")
        was = makers.make_contact(old, name="Olive Old", email="olive@school.example")
        makers.make_contact(new, name="Nina New", email="nina@school.example", verified=False)
        event = makers.make_event(
            institution=old, site=old.sites[0], contact=was, title="Talk at Old School", place="Old School, Worcester"
        )
        makers.make_assignment(event, makers.make_ambassador("Amina Khan"), status=AssignmentStatus.ACCEPTED)
        number, reference, site = event.id, event.reference, new.sites[0].id
    coordinator.get(f"/manage/events/{reference}")
    coordinator.click("Change host")
    page = coordinator.submit("Continue", site=str(site))
    assert page.h1 == "Check the new host"
    assert page.has("1 ambassador will be asked again")
    assert page.has("Amina Khan, coming")
    assert page.has("not verified yet")
    assert letters() == []
    assert coordinator.submit("Change the host", status=422).errors["contact"] == "Select who the contact is"
    # Whoever was to stay with the group is of the old school: nobody goes there on their word.
    page = coordinator.submit("Change the host", contact="Nina New", status=422)
    assert page.errors == {"supervisor": UNSUPERVISED}
    assert letters() == []
    coordinator.submit(
        "Change the host", contact="Nina New", supervisor="Ms Newman, 01905 555 0144", words="Old School has no room"
    )
    with app.app_context():
        found = db.session.get_one(Event, number)
        assert (found.site_id, found.district.slug, found.title) == (site, "redditch", "Talk at New School")
        assert found.contact is not None
        assert (found.contact.name, found.place) == ("Nina New", "New School, Worcester")
        assert found.assignments[0].status is AssignmentStatus.INVITED
    told = {one.message: one for one in letters()}
    assert sorted(told) == ["events/host_off", "events/host_on", "events/moved"]
    assert told["events/moved"].subject.endswith(": Talk at New School has another host")
    assert "It was: " in told["events/moved"].body
    assert "Old School has no room" in told["events/moved"].body
    assert (told["events/host_off"].to, told["events/host_on"].to) == ("olive@school.example", "nina@school.example")
    assert told["events/host_off"].subject.startswith("Cancelled, no answer needed: Talk at Old School")
    for one in ("events/host_off", "events/host_on"):
        assert "Amina" not in told[one].body + told[one].subject
        assert "Mr Invented" not in told[one].body
    assert "Ms Newman" in told["events/host_on"].body
    assert "New School" not in told["events/host_off"].body
    assert audit() == ["event.rehost"]


def test_another_contact_of_the_same_host_asks_nobody_again(
    app: Flask, act: Act, cora: Actor, letters: Letters
) -> None:
    with app.app_context():
        school = makers.make_institution()
        old, new = makers.make_contact(school), makers.make_contact(school)
        event = makers.make_event(institution=school, site=school.sites[0], contact=old)
        makers.make_assignment(event, status=AssignmentStatus.ACCEPTED)
        number, contact = event.id, new.id

    def run() -> None:
        found = db.session.get_one(Event, number)
        assert found.site is not None
        host = Host(found.site, db.session.get_one(Contact, contact), found.place, found.title)
        actions.rehost_event(cora, found, host)

    act(run)
    assert sorted(one.message for one in letters()) == ["events/host_off", "events/host_on", "events/host_people"]
    with app.app_context():
        assert db.session.get_one(Event, number).assignments[0].status is AssignmentStatus.ACCEPTED
    with pytest.raises(Conflict, match="already"):
        act(run)


def test_a_visit_that_was_asked_for_changes_its_site_only(
    coordinator: PageClient, app: Flask, act: Act, cora: Actor, letters: Letters, traces: Traces
) -> None:
    with app.app_context():
        school, other = makers.make_institution("Asking School"), makers.make_institution("Other School")
        school.sites.append(
            Site(name="Upper site", address="", town="Redditch", postcode="", district=makers.district("redditch"))
        )
        contact = makers.make_contact(school)
        event = makers.make_event(
            request=makers.make_request(contact, status=RequestStatus.ACCEPTED), place="Asking School, Worcester"
        )
        makers.make_assignment(event, status=AssignmentStatus.ACCEPTED)
        number, reference, upper = event.id, event.reference, school.sites[1].id
        elsewhere, holder = other.sites[0].id, contact.id
    page = coordinator.get(f"/manage/events/{reference}/host")
    assert "Other School" not in page.main
    before = traces()

    def move_away() -> None:
        found, site = db.session.get_one(Event, number), db.session.get_one(Site, elsewhere)
        actions.rehost_event(cora, found, Host(site, None, "Other School", found.title))

    with pytest.raises(Conflict, match="asked for by Asking School"):
        act(move_away)
    assert traces() == before
    page = coordinator.get(f"/manage/events/{reference}/host")
    assert page.has("Select another site of theirs")
    page = coordinator.submit("Continue", status=422)
    assert page.errors == {"site": "It is at this site already: select another site."}
    coordinator.submit("Continue", site=str(upper))
    coordinator.submit("Change the host")
    with app.app_context():
        found = db.session.get_one(Event, number)
        assert (found.site_id, found.contact_id, found.district.slug) == (upper, holder, "redditch")
    told = {one.message: one.subject for one in letters()}
    assert sorted(told) == ["events/moved", "visits/moved"]
    assert told["events/moved"].endswith(" is at another place")
    assert "your visit is at another place, " in told["visits/moved"]


def test_event_without_a_host_gets_one_and_a_past_one_is_put_right_quietly(
    app: Flask, act: Act, cora: Actor, letters: Letters
) -> None:
    with app.app_context():
        school = makers.make_institution()
        contact, site = makers.make_contact(school).id, school.sites[0].id
        row = makers.make_assignment(makers.make_event(starts=makers.in_days(-5)), status=AssignmentStatus.ACCEPTED)
        number, person = row.event_id, row.id

    def run() -> None:
        found, where = db.session.get_one(Event, number), db.session.get_one(Site, site)
        known = db.session.get_one(Contact, contact)
        actions.rehost_event(cora, found, Host(where, known, "There", found.title))

    act(run)
    assert letters() == []
    with app.app_context():
        found = db.session.get_one(Event, number)
        assert (found.contact_id, found.assignments[0].status) == (contact, AssignmentStatus.ACCEPTED)
        assert person == found.assignments[0].id


@pytest.mark.one_database
def test_contact_of_another_host_and_odd_addresses_are_refused(
    coordinator: PageClient, app: Flask, act: Act, cora: Actor, traces: Traces
) -> None:
    with app.app_context():
        school, event = makers.make_institution(), makers.make_event()
        stranger, site, number, reference = makers.make_contact().id, school.sites[0].id, event.id, event.reference
    before = traces()

    def run() -> None:
        found, where = db.session.get_one(Event, number), db.session.get_one(Site, site)
        actions.rehost_event(cora, found, Host(where, db.session.get(Contact, stranger), "There", "A talk"))

    with pytest.raises(Conflict, match="contact of the new host"):
        act(run)
    assert traces() == before
    for odd in ("", "x", "0", "99999", "٣", "9" * 400, "2147483648"):
        coordinator.get(f"/manage/events/{reference}/host/confirm?site={odd}", status=404)
    coordinator.get(f"/manage/events/{reference}/host")
    assert coordinator.submit("Continue", site="", status=422).errors == {"site": "Select the host"}


@pytest.mark.one_database
def test_where_nothing_else_can_be_selected_the_first_page_says_so(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        request = makers.make_request(makers.make_contact(makers.make_institution()), status=RequestStatus.ACCEPTED)
        asked = makers.make_event(request=request, site=request.site).reference
        school = makers.make_institution()
        own = makers.make_event(institution=school, site=school.sites[0]).reference
    page = coordinator.get(f"/manage/events/{asked}/host")
    assert page.has("they have no other site")
    assert "Continue" not in page.main
    page = coordinator.get(f"/manage/events/{own}/host")
    assert page.has("Select another site or another institution")
    # It could only be had with the contact it has, which is nobody.
    assert coordinator.submit("Continue", status=422).errors["site"].startswith("It is with this host already")


@pytest.mark.one_database
def test_who_is_needed_with_under_18s_only_is_not_called_optional(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        old, new = makers.make_institution(), makers.make_institution()
        event = makers.make_event(institution=old, site=old.sites[0])
        paths = ["new", f"{event.reference}/edit", f"{event.reference}/host/confirm?site={new.sites[0].id}"]
    for path in paths:
        page = coordinator.get(f"/manage/events/{path}")
        assert page.has("with the ambassadors on the day Name, role")
        assert page.has("You must name them if")
