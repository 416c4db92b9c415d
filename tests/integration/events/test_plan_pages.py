"""The pages of plans: asking for one, looking at it, choosing what is kept, and asking the people it proposes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from outreach import clock
from outreach.ambassadors.models import Ambassador, Away
from outreach.db import db
from outreach.districts.models import SchoolTerm
from outreach.districts.rules import Vocabulary
from outreach.events.models import Event, Opening
from outreach.events.rules.plans import PlaceStatus, PlanMethod, PlanStatus, say_method, seconds_for
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.planning import Desk, fill_county
from tests.pages import PageClient

pytestmark = pytest.mark.one_database
Act = Callable[..., Any]


def days(first: date, last: date) -> dict[str, str]:
    return {
        f"{name}-{part}": str(getattr(day, part))
        for name, day in (("first_day", first), ("last_day", last))
        for part in ("day", "month", "year")
    }


def answers(first: date, last: date, **more: str) -> dict[str, str]:
    return {"period": "other"} | days(first, last) | more


def ask(coordinator: PageClient, first: date, last: date, **more: str) -> Any:
    coordinator.get("/manage/plan")
    return coordinator.submit("Plan", answers(first, last, **more))


def test_a_term_is_planned_looked_at_and_applied_by_its_pages(app: Flask, coordinator: PageClient, desk: Desk) -> None:
    today = clock.today()
    with app.app_context():
        makers.make_event(starts=makers.in_days(20), title="Talk at the college")
        makers.make_event(starts=makers.in_days(20), title="Fair in the hall", home="wyre-forest")
        makers.make_ambassador("Asha Patel")
    page = ask(coordinator, today, today + timedelta(days=60))
    assert "The worker begins with it in a moment." in page.text
    assert "See how far it is now" in page.text
    desk.work()
    page = coordinator.click("See how far it is now")
    assert "0 of 2 before, 1 of 2 with this plan" in page.text
    assert "Proven the best possible" in page.text
    assert "1 place: the shortlist rules everybody out, most often for: does not travel there" in page.text
    assert "Number 1 of 1 on its shortlist" in page.text
    assert "Asha Patel" in coordinator.click("Outings before and after").text
    coordinator.click("The plan")
    assert "Kept when you plan again." in coordinator.submit("Keep Asha Patel at Talk at the college").text
    page = coordinator.submit("Plan again and keep what is kept")
    assert "Waiting" in page.text
    desk.work()
    coordinator.click("See how far it is now")
    coordinator.click("Ask these people")
    page = coordinator.submit("Ask them", {"within": "48", "words": "Bring your stories"})
    assert "Being applied: 0 of 1 asked so far." in page.text
    assert "Applied" not in page.text
    desk.work()
    page = coordinator.click("See how far it is now")
    assert "1 asked" in page.text
    assert "Bring your stories" in {one.words for one in desk.asked()}
    assert "Somebody for 1 of 2 places" in coordinator.click("Plan the term").text


def test_a_school_term_can_be_chosen(app: Flask, coordinator: PageClient, desk: Desk) -> None:
    today = clock.today()
    with app.app_context():
        term = SchoolTerm(name="Term of tests", first_day=today, last_day=today + timedelta(days=30))
        db.session.add(term)
        db.session.commit()
        number = term.id
    coordinator.get("/manage/plan")
    page = coordinator.submit("Plan", {"period": str(number)})
    assert "The worker begins" in page.text


def test_what_will_not_do_is_said_and_what_was_typed_is_kept(coordinator: PageClient) -> None:
    today = clock.today()
    coordinator.get("/manage/plan")
    page = coordinator.submit("Plan", {}, status=422)
    assert list(page.errors.values()) == ["Select a period"]
    page = coordinator.submit("Plan", {"period": "other"}, status=422)
    assert list(page.errors.values()) == ["Enter the first day", "Enter the last day"]
    page = coordinator.submit("Plan", answers(today, today + timedelta(days=400)), status=422)
    assert list(page.errors.values()) == ["The period must be 400 days or fewer"]
    page = coordinator.submit("Plan", answers(today, today - timedelta(days=1)), status=422)
    assert list(page.errors.values()) == ["The last day must be the same as or after the first day"]
    page = coordinator.submit(
        "Plan", answers(today, today) | {"first_day-day": "31", "first_day-month": "2"}, status=422
    )
    assert list(page.errors.values()) == ["First day must be a real date"]
    assert any(one.get("value") == "31" for one in page.all("input"))
    page = coordinator.submit("Plan", answers(today, today) | {"first_day-year": "9" * 5000}, status=422)
    assert page.errors


def test_filters_narrow_the_places_and_outlive_a_choice(app: Flask, coordinator: PageClient, desk: Desk) -> None:
    with app.app_context():
        makers.make_event(starts=makers.in_days(20), title="Here")
        makers.make_event(starts=makers.in_days(27), title="There", home="wyre-forest")
        makers.make_ambassador()
    desk.planned()
    page = coordinator.get(f"/manage/plan/{desk.plan_id}?district=wyre-forest")
    assert ("There" in page.text, "Here" in page.text) == (True, False)
    page = coordinator.submit("Leave out There")
    assert ("There" in page.text, "Here" in page.text) == (True, False)
    assert "Left out" in page.text
    assert "1 place: left out by a coordinator" in page.text
    assert "Here" in coordinator.get(f"/manage/plan/{desk.plan_id}?state=proposed").text
    assert "0 places" in coordinator.get(f"/manage/plan/{desk.plan_id}?state=proposed&district=wyre-forest").text
    for odd in ("state=nonsense", "week=31-02", "district=" + "x" * 5000, "page=" + "9" * 50):
        coordinator.get(f"/manage/plan/{desk.plan_id}?{odd}")


def test_who_was_passed_over_is_counted_by_reason_with_the_people_behind_it(
    app: Flask, coordinator: PageClient, desk: Desk
) -> None:
    with app.app_context():
        for number in range(3):
            makers.make_event(starts=makers.in_days(20 + number), title=f"Talk {number}")
        makers.make_ambassador("Asha Patel")
    desk.planned()
    with app.app_context():
        for number, (_, asha) in enumerate(desk.went()):
            day = makers.in_days(20 + number).date()
            db.session.add(Away(ambassador_id=asha, first_day=day, last_day=day))
        db.session.commit()
    desk.apply()
    desk.work()
    page = coordinator.get(f"/manage/plan/{desk.plan_id}")
    assert page.text.count("whom the plan proposed was passed over") == 1
    assert "3 places: whom the plan proposed was passed over: away then" in page.text
    page = coordinator.click("whom the plan proposed was passed over: away then")
    assert page.text.count("Away on ") == 3
    assert "Only what is not filled for one reason: away then." in page.text
    assert "Only what" not in coordinator.get(f"/manage/plan/{desk.plan_id}?why=" + "x" * 3000).text


def test_old_facts_are_told(app: Flask, coordinator: PageClient, desk: Desk, later: Act) -> None:
    with app.app_context():
        opening = makers.make_event(starts=makers.in_days(20)).openings[0].id
        makers.make_ambassador()
    desk.planned()
    assert "changed since" not in coordinator.get(f"/manage/plan/{desk.plan_id}").text
    later(timedelta(minutes=1))
    with app.app_context():
        db.session.get_one(Opening, opening).event.changed_at = clock.now()
        db.session.commit()
    assert "1 opening has changed since this plan was made" in coordinator.get(f"/manage/plan/{desk.plan_id}").text


def test_a_plan_of_nothing(coordinator: PageClient, desk: Desk) -> None:
    desk.planned()
    assert "No places are free" in coordinator.get(f"/manage/plan/{desk.plan_id}").text
    assert "proposes nobody" in coordinator.get(f"/manage/plan/{desk.plan_id}/apply", status=409).text


def test_a_stopped_plan_can_be_asked_again(app: Flask, coordinator: PageClient, desk: Desk) -> None:
    desk.ask()
    coordinator.get(f"/manage/plan/{desk.plan_id}")
    assert "Stopped" in coordinator.submit("Stop").text
    coordinator.submit("Plan again")
    assert desk.status() is PlanStatus.QUEUED


def test_a_place_of_another_plan_or_an_unknown_choice_is_not_there(
    app: Flask, coordinator: PageClient, desk: Desk
) -> None:
    with app.app_context():
        makers.make_event(starts=makers.in_days(20))
        makers.make_ambassador()
    first = desk.planned()
    place = desk.places()[0][0]
    second = desk.planned()
    coordinator.get(f"/manage/plan/{first}")
    coordinator.post(f"/manage/plan/{second}/places/{place}/pin", {}, status=404)
    coordinator.post(f"/manage/plan/{first}/places/{place}/nonsense", {}, status=404)
    coordinator.get("/manage/plan/4711", status=404)
    assert desk.places(PlaceStatus.PROPOSED)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMINISTRATOR, Role.RECRUITMENT_OFFICER])
def test_nobody_else_comes_in(app: Flask, desk: Desk, role: Role) -> None:
    desk.planned()
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(role))
    for where in ("", f"/{desk.plan_id}", f"/{desk.plan_id}/people", f"/{desk.plan_id}/apply"):
        person.get(f"/manage/plan{where}", status=403)


def test_a_long_plan_asks_the_database_no_more_often(app: Flask, coordinator: PageClient, desk: Desk) -> None:
    coordinator.get("/manage/plan")
    seen = []
    for openings, people, tag in ((4, 6, "T"), (20, 40, "U")):
        with app.app_context():
            fill_county(openings, people, tag=tag)
        desk.planned(last_day=clock.today() + timedelta(days=200))
        with count_queries(app) as found:
            coordinator.get(f"/manage/plan/{desk.plan_id}")
        seen.append(len(found))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("openings", "people", "seconds"), [(0, 0, 20), (60, 30, 20), (400, 361, 34), (1200, 1000, 120), (4000, 3610, 120)]
)
def test_a_plan_may_take_as_long_as_its_size_needs(openings: int, people: int, seconds: int) -> None:
    assert seconds_for(openings, people) == seconds


OPTIMAL, BOUNDED, GREEDY = PlanMethod


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ((OPTIMAL, 0.0, 0, None), "Proven the best possible"),
        (
            (OPTIMAL, 0.0, 0, 25),
            "Proven the best possible, with 25 people looked at for each opening: the best, and some of the others",
        ),
        ((BOUNDED, 0.013, 0, None), "Within 1.3% of the best possible"),
        ((BOUNDED, 0.00001, 0, None), "Within 0.1% of the best possible"),
        ((BOUNDED, 0.9, 1, None), "Up to 1 more place might be filled, which is not proven either way"),
        ((GREEDY, None, None, None), "A quick plan, not proven: it took the best person for one place after the other"),
    ],
)
def test_how_good_a_plan_is(known: tuple[PlanMethod, float | None, int | None, int | None], words: str) -> None:
    assert say_method(*known).endswith(words)


def test_a_qualification_is_named_on_the_place_that_still_needs_it(
    app: Flask, coordinator: PageClient, desk: Desk
) -> None:
    with app.app_context():
        nurse = makers.term(Vocabulary.QUALIFICATION, "nurse")
        event = makers.make_event(starts=makers.in_days(20), needed=2)
        event.openings[0].qualification_id, event.openings[0].qualified_needed = nurse.id, 1
        one, _, held = makers.make_ambassador("Nia Nurse"), makers.make_ambassador("Max Manager"), event.id
        one.terms.append(nurse)
        db.session.commit()
        number, label = one.id, nurse.label
    desk.planned()
    assert coordinator.get(f"/manage/plan/{desk.plan_id}").main.count(f"Worcester, {label}") == 1
    with app.app_context():
        makers.make_assignment(db.session.get_one(Event, held), db.session.get_one(Ambassador, number))
    # The nurse's place is held: whoever goes with them need be no nurse.
    desk.planned()
    page = coordinator.get(f"/manage/plan/{desk.plan_id}")
    assert page.has("Max Manager")
    assert f"Worcester, {label}" not in page.main
