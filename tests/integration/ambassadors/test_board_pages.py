"""The promise board on its pages: what turns a cell, who sees names, and what was asked for in vain."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.actions import add_items
from outreach.ambassadors.models import Ambassador, Away, ReadinessItem, UnmetDemand, WeeklyFree
from outreach.ambassadors.queries import list_requirements
from outreach.ambassadors.rules import AmbassadorStatus, RequirementKind
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.ambassadors.rules.board import weeks_from
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient, PageView
from tests.pages.view import classes, words


@pytest.fixture
def cora(app: Flask) -> PageClient:
    return signed_in(app, Role.COORDINATOR)


def signed_in(app: Flask, *roles: Role) -> PageClient:
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(*roles))
    return person


def week(number: int) -> date:
    """The Monday of that week of the board; the first is 1."""
    return weeks_from(clock.today())[number - 1]


def lights(page: PageView, district: str) -> str:
    """The first letters of a district's cells, week by week."""
    cells = page.all("a", having=lambda e: "app-weeks__cell" in classes(e))
    return "".join(
        words(e).partition(": ")[0][-5:].split()[-1][0].lower() for e in cells if words(e).startswith(district)
    )


def go_away(id: int, first: date, last: date) -> None:
    db.session.add(Away(ambassador_id=id, first_day=first, last_day=last))
    db.session.commit()


def tick_all(id: int) -> None:
    required = [one for one in list_requirements() if one.required]
    add_items(db.session.get_one(Ambassador, id), required, clock.today())
    db.session.commit()


def test_dark_in_week_seven_amber_by_a_neighbour_and_green_again(app: Flask, cora: PageClient) -> None:
    """The story of the issue, on the pages: the only ambassador of a district goes on leave in week 7."""
    with app.app_context():
        only = makers.make_ambassador("Amina Yusuf", home="redditch").id
        neighbour = makers.make_ambassador(
            "Ben Carter", home="worcester", travels_to=["redditch"], status=AmbassadorStatus.IN_TRAINING
        ).id
        joiner = makers.make_ambassador("Carol Reed", home="redditch", status=AmbassadorStatus.IN_TRAINING).id
    assert lights(cora.get("/board"), "Redditch") == "a" * 12
    with app.app_context():
        go_away(only, week(7), week(7) + timedelta(days=4))
    page = cora.get("/board")
    assert lights(page, "Redditch") == "aaaaaadaaaaa"
    assert "None of six districts kept for the next 12 weeks" in page.main
    day = week(7)
    said = f"Redditch goes dark on {day:%A} {day.day} {day:%B %Y}"
    assert said in page.main

    page = cora.get(f"/board/redditch/{week(7)}")
    assert "Dark No council-employed ambassador who is ready can be sent in Redditch in this week." in page.main
    assert f"{said}, because of Amina Yusuf." in page.main
    assert "Away from" in page.main
    # Who could fill it, with what they have yet to do; each name leads to where that is recorded.
    assert "Carol Reed, Care workerTo do: Manager’s agreement, Induction, Safeguarding briefing." in page.main
    assert "Ben Carter, Care worker (works in Worcester)" in page.main
    assert page.link("Ben Carter") == f"/ambassadors/{neighbour}"

    with app.app_context():
        tick_all(neighbour)
        tick_all(joiner)
    start(cora, neighbour)
    assert lights(cora.get("/board"), "Redditch") == "ggggggaggggg"
    assert "only a neighbour covers it" in cora.get(f"/board/redditch/{week(7)}").main
    start(cora, joiner)
    page = cora.get("/board")
    assert lights(page, "Redditch") == "g" * 12
    # The neighbour keeps the promise of their own district, too.
    assert "Two of six districts kept for the next 12 weeks" in page.main
    assert "3 council-employed ambassadors ready today; the commitment is 6" in page.main


def start(person: PageClient, id: int) -> None:
    """End somebody's training, as the button on their page does."""
    person.post(f"/ambassadors/{id}/start", follow=False, status=303)
    with person.http.application.app_context():
        assert db.session.get_one(Ambassador, id).status is AmbassadorStatus.ACTIVE


def test_a_pause_with_a_day_of_return_and_an_item_that_expires(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        paused = makers.make_ambassador("Amina Yusuf", home="redditch", status=AmbassadorStatus.PAUSED)
        paused.paused_until = week(3) + timedelta(days=6)
        makers.make_ambassador("Dev Paused", home="redditch", status=AmbassadorStatus.PAUSED)
        lapsing = makers.make_ambassador("Ben Carter", home="worcester")
        item = db.session.scalars(
            select(ReadinessItem).where(
                ReadinessItem.ambassador_id == lapsing.id, ReadinessItem.expires_on.is_not(None)
            )
        ).one()
        item.expires_on = week(5) + timedelta(days=1)
        db.session.commit()
    page = cora.get("/board")
    assert lights(page, "Redditch") == "ddd" + "a" * 9
    assert lights(page, "Worcester") == "aaaaa" + "d" * 7
    assert "1 council-employed ambassador ready today" in page.main
    page = cora.get(f"/board/redditch/{week(1)}")
    assert "Paused until" in page.main
    assert "Paused, with no day of return." in page.main
    page = cora.get(f"/board/worcester/{week(5)}")
    assert "Something on the checklist of 1 person expires in this week." in page.main
    assert "Safeguarding briefing expires on" in page.main


def test_others_the_unready_and_the_unreleased_do_not_count(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        makers.make_ambassador(home="redditch", council=False)
        makers.make_ambassador(home="redditch", ready=False)
        unreleased = makers.make_ambassador(home="redditch")
        manager = next(one for one in list_requirements() if one.kind is RequirementKind.MANAGER)
        for item in db.session.scalars(select(ReadinessItem).where(ReadinessItem.ambassador_id == unreleased.id)):
            if item.requirement_id == manager.id:
                db.session.delete(item)
        makers.make_ambassador(home="redditch", status=AmbassadorStatus.SUSPENDED)
        makers.make_ambassador(home="worcester", council=False, travels_to=["redditch"])
        # Only at weekends: that is a week, too.
        weekender = makers.make_ambassador(home="wychavon")
        db.session.add(WeeklyFree(ambassador_id=weekender.id, weekday=5, part=PartOfDay.MORNING))
        db.session.commit()
    page = cora.get("/board")
    assert lights(page, "Redditch") == "d" * 12
    assert lights(page, "Wychavon") == "a" * 12


def test_a_viewer_sees_the_same_board_and_no_name_anywhere(app: Flask) -> None:
    with app.app_context():
        only = makers.make_ambassador("Amina Yusuf", home="redditch")
        go_away(only.id, week(7), week(7) + timedelta(days=4))
        makers.make_ambassador("Carol Reed", home="redditch", status=AmbassadorStatus.IN_TRAINING)
    viewer = signed_in(app, Role.VIEWER)
    assert lights(viewer.get("/board"), "Redditch") == "aaaaaadaaaaa"
    for number in (1, 6, 7, 12):
        body = viewer.get(f"/board/redditch/{week(number)}").response.get_data(as_text=True)
        for told in ("Amina", "Yusuf", "Carol", "Reed", "Away", "/ambassadors/"):
            assert told not in body
    assert "goes dark on" in viewer.here.main


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/board", "/board/redditch/{}"])
def test_the_board_is_not_for_others(app: Flask, path: str) -> None:
    path = path.format(week(1))
    PageClient(app).get(path, status=303, follow=False)
    signed_in(app, Role.RECRUITMENT_OFFICER, Role.ADMINISTRATOR).get(path, status=403)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "tail", ["redditch/2026-02-31", "redditch/1999-01-04", "redditch/x", "atlantis/{}", "redditch/%00"]
)
def test_no_such_cell(app: Flask, cora: PageClient, tail: str) -> None:
    assert cora.get(f"/board/{tail.format(week(1))}", status=404).h1 == "Page not found"


@pytest.mark.parametrize("path", ["/board", "/board/redditch/{}"])
def test_the_number_of_queries_does_not_grow(app: Flask, cora: PageClient, path: str) -> None:
    def queries_of() -> int:
        with count_queries(app) as seen:
            cora.get(path.format(week(2)))
        return len(seen)

    def add(number: int) -> None:
        with app.app_context():
            for _ in range(number):
                one = makers.make_ambassador(home="redditch", travels_to=["worcester"])
                db.session.add(WeeklyFree(ambassador_id=one.id, weekday=1, part=PartOfDay.MORNING))
                go_away(one.id, week(4), week(5))
                makers.make_ambassador(home="worcester", travels_to=["redditch"], status=AmbassadorStatus.IN_TRAINING)

    add(1)
    queries_of()
    one = queries_of()
    add(25)
    assert queries_of() == one


def test_unmet_demand_is_done_once(app: Flask, cora: PageClient) -> None:
    with app.app_context():
        told = clock.now()
        row = UnmetDemand(
            district=makers.district("redditch"),
            activity=makers.activity("mock_interviews"),
            times=3,
            first_told_at=told,
            last_told_at=told,
        )
        db.session.add(row)
        db.session.commit()
        id = row.id
    assert "Redditch: Mock interviews and interview tips" in signed_in(app, Role.VIEWER).get("/board").main
    page = cora.get("/board")
    assert "Asked for 3 times" in page.main
    page = cora.submit("Mark as done")
    assert "Done: Mock interviews and interview tips, Redditch." in page.text
    assert "Asked for 3 times" not in page.main
    cora.post(f"/board/demand/{id}/done", status=409)
    cora.post("/board/demand/999999/done", status=404)
    with app.app_context():
        assert [one.action for one in db.session.scalars(select(AuditEntry))][-1:] == ["unmet_demand.close"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_viewer_cannot_be_done_with_demand(app: Flask) -> None:
    viewer = signed_in(app, Role.VIEWER)
    viewer.get("/account")
    viewer.post("/board/demand/1/done", status=403)
