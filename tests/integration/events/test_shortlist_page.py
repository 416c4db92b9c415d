"""How the shortlist, the page of somebody whom it rules out, and the page that says why are drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Away
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.db import db
from outreach.events.models import Assignment, Choice, Event, InvitationOrder, OtherDate, StandIn
from outreach.events.rules import AssignmentStatus, ChoiceWay, StandInStatus
from outreach.web.door import Actor, Role
from tests import makers
from tests.pages import PageClient

pytestmark = pytest.mark.one_database
HOSTILE = "<script>alert(1)</script> \u202e𝓐mina " + "x" * 150


def make_away(name: str, event: Event) -> int:
    person = makers.make_ambassador(name)
    day = clock.local(event.starts_at).date()
    db.session.add(Away(ambassador_id=person.id, first_day=day, last_day=day))
    db.session.commit()
    return person.id


def names_in(text: str, *names: str) -> list[str]:
    """These names in the order in which a page says them, those that it does not say left out."""
    return sorted((one for one in names if one in text), key=text.index)


def test_who_can_be_asked_is_listed_best_first_and_the_rest_with_its_reason(
    coordinator: PageClient, app: Flask
) -> None:
    with app.app_context():
        event = makers.make_event(needed=2)
        makers.make_ambassador("Second Best", audiences=())
        makers.make_ambassador("Best Of All")
        make_away("Is Away", event)
        makers.make_ambassador("Far Off", home="redditch")
        path = f"/manage/events/{event.reference}/assign"
    page = coordinator.get(path)
    assert "2 people can be asked, best first" in page.main
    assert "2 of 2 places are free" in page.main
    assert names_in(page.main, "Second Best", "Best Of All", "Is Away", "Far Off") == [
        "Best Of All", "Second Best", "Far Off", "Is Away",
    ]  # fmt: skip
    assert "1. Best Of All" in page.main
    assert page.main.index("Second Best") < page.main.index("Find somebody by name"), "nothing comes before the best"
    assert page.has(
        "In this district (20), in the same town (20), talks to this audience (15), offers this kind of visit (15)"
    )
    assert page.has("No outing yet")
    assert page.has("Does not travel to Worcester")
    assert "Choose anyway: Is Away" in page.links()
    assert "Away then : 1" in page.main or "Away then: 1" in page.main


def test_the_rest_is_counted_by_reason_filtered_and_paged(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event()
        make_away("Is Away", event)
        for number in range(23):
            makers.make_ambassador(f"Far {number:02}", home="redditch")
        path = f"/manage/events/{event.reference}/assign"
    page = coordinator.get(path)
    assert page.h1 == "Choose ambassadors"
    assert page.has("Nobody can be asked as it stands")
    assert page.has("Does not travel there: 23 people")
    page = coordinator.click("Does not travel there")
    assert "Far 00" in page.main
    assert "Is Away" not in page.main
    page = coordinator.get(f"{path}?why=far&page=3")
    assert names_in(page.main, "Far 00", "Far 20", "Far 22") == ["Far 20", "Far 22"]
    assert coordinator.get(f"{path}?why=away").has("Is Away")
    assert coordinator.get(f"{path}?why=children").has("Nobody is ruled out by this any more.")
    for odd in ("why=nonsense", "page=x", "page=999999999999", "show=" + "9" * 5000, "show=-1"):
        assert coordinator.get(f"{path}?{odd}").has("Everybody else, and why not")


def test_more_are_shown_on_demand_and_ticks_are_never_out_of_sight(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        ids = [makers.make_ambassador(f"Person {number:02}").id for number in range(25)]
        path = f"/manage/events/{makers.make_event().reference}/assign"
    page = coordinator.get(path)
    assert names_in(page.main, "Person 00", "Person 09", "Person 10") == ["Person 00", "Person 09"]
    page = coordinator.click("Show 10 more")
    assert names_in(page.main, "Person 19", "Person 20") == ["Person 19"]
    coordinator.get(path)
    page = coordinator.submit("Ask by email", ambassadors=[str(ids[22]), "0"], status=422)
    assert names_in(page.main, "Person 22", "Person 24") == ["Person 22"]


@pytest.mark.parametrize(("words", "found"), [("KHAN", True), ("zzz", False), ("%", False)])
def test_somebody_is_found_by_name_in_both_lists(coordinator: PageClient, app: Flask, words: str, found: bool) -> None:
    with app.app_context():
        event = makers.make_event()
        makers.make_ambassador("Amina Khan")
        make_away("Ben Khan", event)
        makers.make_ambassador("Carys Price")
        path = f"/manage/events/{event.reference}/assign"
    page = coordinator.get(path)
    page = coordinator.submit("Find", find=words)
    assert page.main.index("Show everybody") < (page.main + "can be asked, best").index("can be asked, best")
    assert ("Amina Khan" in page.main, "Ben Khan" in page.main, "Carys Price" in page.main) == (found, found, False)


def test_the_openings_of_an_event_are_chosen_for_one_by_one(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        day = [makers.in_days(21, hour) for hour in (9, 11, 13)]
        openings = [makers.make_opening(day[0], day[1]), makers.make_opening(day[1], day[2], 2)]
        event = makers.make_event(starts=day[0], ends=day[2], needed=3, openings=openings)
        first, second = (one.id for one in event.openings)
        person = makers.make_ambassador("Amina Khan").id
        reference = event.reference
        other = makers.make_event().openings[0].id
    page = coordinator.get(f"/manage/events/{reference}/assign")
    assert page.path.endswith(f"opening={first}") or f"opening={first}" in page.path
    page = coordinator.click("2 people, 11am to 1pm")
    assert page.has("2 of 2 places are free")
    coordinator.submit("Ask by email", ambassadors=[str(person)])
    with app.app_context():
        assert db.session.scalars(select(Assignment)).one().opening_id == second
    for odd in (other, "x", "-1", "9" * 5000):
        coordinator.get(f"/manage/events/{reference}/assign?opening={odd}", status=404)


def test_those_ticked_can_be_asked_in_order(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        second = makers.make_ambassador("Second", audiences=()).id
        first = makers.make_ambassador("First").id
        path = f"/manage/events/{makers.make_event().reference}/assign"
    coordinator.get(path)
    page = coordinator.submit("Ask in this order until filled", status=422)
    assert page.errors == {"ambassadors": "Select who to ask"}
    coordinator.get(path)
    ticked = {"ambassadors": [str(second), str(first)], "within": "1 day", "words": "Do come"}
    coordinator.submit("Ask in this order until filled", ticked)
    page = coordinator.send_again()  # the browser's Back, and the button
    assert page.h1 == "Ask one after the other"
    assert names_in(page.main, "Second", "First") == ["First", "Second"]
    assert "Do" not in page.path + page.form("Start asking").get("action", "")
    with app.app_context():
        assert db.session.scalars(select(Assignment)).all() == []
    page = coordinator.submit("Start asking", {f"place_{first}": "x"}, status=422)
    assert page.has("Do come")
    coordinator.submit("Start asking", {f"place_{first}": "1"})
    with app.app_context():
        order = db.session.scalars(select(InvitationOrder)).one()
        assert (order.answer_hours, order.words) == (24, "Do come")


def test_no_order_is_set_beside_one_that_runs_and_what_was_typed_is_kept(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        first, second = (makers.make_ambassador(one).id for one in ("First", "Second"))
        path = f"/manage/events/{makers.make_event().reference}/assign"
    ask = "Ask in this order until filled"
    coordinator.get(path)
    coordinator.submit(ask, ambassadors=[str(first)])
    coordinator.submit("Start asking")
    coordinator.get(path)
    page = coordinator.submit(ask, ambassadors=[str(second)], words="Do come", status=422)
    assert page.has("in an order already")
    assert page.has("Do come")


def test_full_says_so_and_asks_all_the_same(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event()
        makers.make_assignment(event)
        person = makers.make_ambassador("Amina Khan").id
        path = f"/manage/events/{event.reference}/assign"
    assert coordinator.get(path).has("The place is taken")
    coordinator.submit("Ask by email", ambassadors=[str(person)], status=422)
    assert "1 ambassador asked by email." in coordinator.submit("Ask by email", more="yes").banner


def test_somebody_is_asked_all_the_same_and_the_page_says_why(
    coordinator: PageClient, app: Flask, letters: Callable[[], list[Any]]
) -> None:
    with app.app_context():
        event = makers.make_event()
        make_away(HOSTILE, event)
        path = f"/manage/events/{event.reference}/assign"
    coordinator.get(path)
    page = coordinator.click(next(one for one in coordinator.here.links() if one.startswith("Choose anyway")))
    assert page.has("Away on")
    page = coordinator.submit("Ask by email", words="Do come", status=422)
    assert page.errors == {"override": "Enter why you ask them all the same"}
    assert page.has("Do come")
    page = coordinator.submit("Ask by email", override="=cmd|' /C calc'!A0 <b>back early</b>")
    assert "asked by email." in page.banner
    assert len(letters()) == 1
    page = coordinator.click(next(one for one in page.links() if one.startswith("Why them")))
    assert page.has("<b>back early</b>")
    assert page.has("Chosen from the shortlist, when 0 other people could be asked")
    assert page.has("Away on")
    assert "by Cora" in page.main


def test_everything_that_is_overridden_is_shown_before_and_can_be_read_later(
    coordinator: PageClient, app: Flask
) -> None:
    with app.app_context():
        event = makers.make_event()
        makers.make_ambassador("Amina Khan", home="redditch", notice_days=60)
        path = f"/manage/events/{event.reference}/assign"
    assert not coordinator.get(path).has("Does not travel to Worcester"), "the list tells one reason"
    page = coordinator.click(next(one for one in coordinator.here.links() if one.startswith("Choose anyway")))
    assert page.has("The shortlist rules Amina Khan out for 2 reasons")
    assert page.has("21 days’ notice, asks for 60")
    assert page.has("Does not travel to Worcester")
    page = coordinator.submit("Ask by email", override="Asked to come")
    page = coordinator.click(next(one for one in page.links() if one.startswith("Why them")))
    said = page.main
    assert page.has("The shortlist ruled Amina Khan out for 2 reasons")
    assert names_in(said, "21 days’ notice", "Does not travel", "because:", "Asked to come") == [
        "21 days’ notice", "Does not travel", "because:", "Asked to come",
    ]  # fmt: skip
    assert said.count("Does not travel to Worcester") == 1


def test_nobody_is_asked_all_the_same_whom_nothing_rules_out_or_a_hard_bar_does(
    coordinator: PageClient, app: Flask
) -> None:
    with app.app_context():
        event = makers.make_event()
        free, asked = makers.make_ambassador("Is Free").id, makers.make_assignment(event).ambassador_id
        path = f"/manage/events/{event.reference}/assign"
    assert coordinator.get(f"{path}/{free}", status=409).has("Nothing rules Is Free out")
    assert coordinator.get(f"{path}/{asked}", status=409).has("already invited")
    coordinator.get(f"{path}/999999", status=404)
    coordinator.get(f"{path}/99999999999", status=404)


def test_why_somebody_is_on_it_can_be_said_a_year_later(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        event = makers.make_event()
        others = [makers.make_ambassador(f"Other {number}") for number in range(2)]
        row = makers.make_assignment(event, others[0], status=AssignmentStatus.DECLINED, said="On shift")
        account = makers.make_account(Role.COORDINATOR, name="Dee Sample")
        for days, way in ((400, ChoiceWay.BY_HAND), (300, ChoiceWay.ORDER)):
            db.session.add(
                Choice(
                    assignment_id=row.id,
                    made_at=clock.now() - timedelta(days=days),
                    made_by_id=account.id,
                    way=way,
                    position=2 if way is ChoiceWay.ORDER else None,
                    out_of=7 if way is ChoiceWay.ORDER else None,
                    score=33 if way is ChoiceWay.ORDER else None,
                    reasons=[{"code": "gone", "words": "as it was said then", "points": 33}] * (way is ChoiceWay.ORDER),
                )
            )
        db.session.add(OtherDate(assignment_id=row.id, day=clock.today(), part=PartOfDay.MORNING))
        db.session.add(
            StandIn(
                assignment_id=row.id, name="Zoe", email="zoe@care.example", status=StandInStatus.NAMED,
                named_at=clock.now(),
            )
        )  # fmt: skip
        db.session.commit()
        reference, number = event.reference, row.id
        elsewhere = makers.make_event().reference
    page = coordinator.get(f"/manage/events/{reference}/ambassadors/{number}")
    assert page.h1 == "Why Other 0"
    assert page.has("Asked in the order that was set, at number 2 of 7 who could be asked")
    assert page.has("As it was said then")
    assert page.has("+33")
    assert page.has("by Dee Sample")
    assert page.has("Put on it by name")
    assert page.has("No reasons were kept with this")
    assert page.summary()["In their words"] == "On shift"
    assert page.has("Zoe")
    assert page.has("morning")
    coordinator.get(f"/manage/events/{elsewhere}/ambassadors/{number}", status=404)
    coordinator.get(f"/manage/events/{reference}/ambassadors/99999999999", status=404)


def test_who_was_asked_before_reasons_were_kept(coordinator: PageClient, app: Flask) -> None:
    with app.app_context():
        row = makers.make_assignment()
        path = f"/manage/events/{row.event.reference}/ambassadors/{row.id}"
    assert coordinator.get(path).has("before reasons were kept")


def test_other_roles_do_not_see_these_pages(app: Flask) -> None:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.VIEWER, Role.ADMINISTRATOR))
        row = makers.make_assignment()
        base = f"/manage/events/{row.event.reference}"
    for path in (f"{base}/assign", f"{base}/assign/{row.ambassador_id}", f"{base}/ambassadors/{row.id}"):
        person.get(path, status=403)


def test_a_past_event_is_only_written_down(coordinator: PageClient, app: Flask, cora: Actor) -> None:
    with app.app_context():
        event = makers.make_event(starts=makers.in_days(-30))
        person = makers.make_ambassador("Amina Khan", home="redditch", notice_days=60)
        path, number = f"/manage/events/{event.reference}/assign", person.id
    page = coordinator.get(path)
    assert page.has("there is nobody to suggest")
    assert "Everybody else" not in page.main
    assert not re.search(r"\d+ points", page.main)
    coordinator.submit("Put on the event", ambassadors=[str(number)])
    with app.app_context():
        kept = db.session.scalars(select(Choice)).one()
        assert (kept.way, kept.reasons, kept.made_by_id) == (ChoiceWay.BY_HAND, [], kept.made_by_id)
