"""When somebody drops out on the day: who can come now, for coordinators only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict, NotAllowed
from outreach.events import actions
from outreach.events.actions.today import ask_today, show_numbers, take_today
from outreach.events.models import Assignment, Choice, Event, Opening
from outreach.events.queries import lacking_of, list_places, list_short_events
from outreach.events.queries.leaving import list_missed
from outreach.events.queries.today import SHOWN_FIRST, list_now
from outreach.events.rules import AssignmentStatus, ChoiceWay, EventStatus
from outreach.web.door import Actor, ActorKind, Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient

Act = Callable[..., Any]
Letters = Callable[[], list[Any]]
HOUR = timedelta(hours=1)
PHONE = "07700 900 111"


@pytest.fixture
def soon(app: Flask) -> str:
    """A talk in Worcester that begins in two hours, from which Dora has dropped out."""
    with app.app_context():
        works_for = makers.employer(makers.PROVIDER)
        works_for.contact_name, works_for.contact_phone = "Rota desk", "01905 555 0400"
        event = makers.make_event(
            starts=clock.now() + 2 * HOUR,
            audience=makers.audience("adult_learners"),
            contact=makers.make_contact(name="Ms Host", phone="01905 555 0199", verified=False),
        )
        away = makers.make_ambassador("Dora Out", council=False)
        makers.make_assignment(event, away, status=AssignmentStatus.ACCEPTED)
        return event.reference


def drop_out(act: Act, reference: str) -> None:
    def run() -> None:
        event = db.session.scalars(select(Event).where(Event.reference == reference)).one()
        (row,) = event.assignments
        own = Actor(ActorKind.AMBASSADOR, row.ambassador_id)
        reason = list_terms(Vocabulary.CANNOT_COME_REASON)[0]
        actions.decline_invitation(own, row, reason=reason, words="A fever")

    act(run)


def opening_of(reference: str) -> Opening:
    return db.session.scalars(select(Opening).join(Opening.event).where(Event.reference == reference)).one()


def make_near(app: Flask, name: str = "Nia Near", town: str = "Worcester", **more: Any) -> int:
    with app.app_context():
        return makers.make_ambassador(name, base_town=town, phone=PHONE, notice_days=30, **more).id


def test_the_mail_says_today_and_leads_to_the_list(
    act: Act, soon: str, letters: Letters, coordinator: PageClient
) -> None:
    drop_out(act, soon)
    (told,) = [one for one in letters() if one.message == "events/cannot_come"]
    what = "action needed: Dora Out can no longer come: "
    assert told.subject.startswith((f"TODAY, {what}", f"TOMORROW, {what}"))
    assert f"/manage/events/{soon}/now?opening=" in told.body
    assert "Rota desk, 01905 555 0400" in told.body


def test_numbers_are_shown_once_it_is_in_the_audit_that_they_were(
    app: Flask, act: Act, soon: str, coordinator: PageClient, audit: Callable[[], list[str]]
) -> None:
    drop_out(act, soon)
    make_near(app)
    make_near(app, "Fay Far", "Nowhere near")
    coordinator.get("/work")
    page = coordinator.get(f"/manage/events/{soon}")
    page = coordinator.click("Who can come now")
    assert "Nia Near" in page.text
    assert "Fay Far" not in page.text
    assert "Asks for 30 days’ notice" in page.text
    assert "Dora Out cannot come" in page.text
    assert "A fever" in page.text
    assert "01905 555 0400" in page.text
    assert PHONE not in page.text
    before = audit()
    page = coordinator.submit("Show the telephone numbers")
    assert page.link(PHONE) == f"tel:{PHONE.replace(' ', '')}"
    assert audit() == [*before, "event.now_list"]
    assert PHONE in coordinator.get(f"/manage/events/{soon}/now").text
    assert audit() == [*before, "event.now_list"]


def test_they_said_yes_puts_them_on_with_one_mail(
    app: Flask, act: Act, soon: str, coordinator: PageClient, letters: Letters
) -> None:
    drop_out(act, soon)
    number = make_near(app)
    letters()
    coordinator.get(f"/manage/events/{soon}/now")
    assert "Nia Near is coming" in coordinator.submit("They said yes").banner
    theirs = [one for one in letters() if one.message.startswith("events/")]
    assert [one.message for one in theirs] == ["events/accepted"]
    assert "We have recorded for you" in theirs[0].body
    with app.app_context():
        row = db.session.scalars(select(Assignment).where(Assignment.ambassador_id == number)).one()
        assert (row.status, row.event.status) == (AssignmentStatus.ACCEPTED, EventStatus.CONFIRMED)
        choice = db.session.scalars(select(Choice)).one()
        assert (choice.way, choice.position, choice.out_of) == (ChoiceWay.NOW, 1, 1)
        assert row.mailed_sequence is not None  # it is put into their calendar


def test_asked_by_mail_they_have_an_hour(
    app: Flask, act: Act, soon: str, coordinator: PageClient, letters: Letters
) -> None:
    drop_out(act, soon)
    number = make_near(app)
    letters()
    coordinator.get(f"/manage/events/{soon}/now")
    coordinator.submit("Ask by email")
    assert [one.message for one in letters()] == ["events/invitation"]
    with app.app_context():
        row = db.session.scalars(select(Assignment).where(Assignment.ambassador_id == number)).one()
        assert row.status is AssignmentStatus.INVITED
        assert row.answer_by is not None
        assert row.answer_by <= row.starts_at
        assert row.answer_by == row.starts_at or row.answer_by - clock.now() <= HOUR or row.answer_by.minute == 0


def test_once_it_has_begun_a_yes_counts_and_a_mail_to_ask_does_not(
    app: Flask, act: Act, cora: Actor, letters: Letters
) -> None:
    with app.app_context():
        event = makers.make_event(
            starts=clock.now() - HOUR, ends=clock.now() + HOUR, needed=2, audience=makers.audience("adult_learners")
        )
        reference = event.reference
    first, second = make_near(app), make_near(app, "Nell Near")
    with pytest.raises(Conflict, match="would come too late: ring them"):
        act(lambda: ask_today(cora, opening_of(reference), first))
    assert letters() == []
    act(lambda: take_today(cora, opening_of(reference), first))
    assert [one.message for one in letters()] == ["events/accepted"]
    with pytest.raises(Conflict):  # she is on it
        act(lambda: take_today(cora, opening_of(reference), first))
    act(lambda: take_today(cora, opening_of(reference), second))


def test_who_is_reached_by_nothing_any_more_is_not_shown_and_a_yes_on_the_telephone_still_counts(
    app: Flask, act: Act, cora: Actor, soon: str, coordinator: PageClient, later: Callable[[timedelta], None]
) -> None:
    drop_out(act, soon)
    number = make_near(app)
    with app.app_context():
        makers.make_ambassador("Una Unlisted", phone=None, base_town="Worcester")
    page = coordinator.get(f"/manage/events/{soon}/now")
    assert (
        page.text.index("Nia Near") < page.text.index("Una Unlisted") < page.text.index("No telephone number is known")
    )
    assert re.findall(r"They said yes|Ask by email", page.main) == ["They said yes", "Ask by email", "Ask by email"]
    later(timedelta(minutes=91))
    page = coordinator.get(f"/manage/events/{soon}/now")
    assert "Una Unlisted" not in page.text
    assert re.findall(r"They said yes|Ask by email", page.main) == ["They said yes"]
    with app.app_context():
        opening = opening_of(soon)
        nearly_over = opening.ends_at - clock.now() + timedelta(minutes=91 - 5)
        db.session.get_one(Ambassador, number).base_town = "Evesham"
        db.session.commit()
    later(nearly_over)
    assert "Nia Near" not in coordinator.get(f"/manage/events/{soon}/now").text
    act(lambda: take_today(cora, opening_of(soon), number))


def test_who_cannot_come_any_more_is_refused_and_leaves_no_trace(
    app: Flask, act: Act, soon: str, coordinator: PageClient, traces: Callable[[], tuple[int, ...]]
) -> None:
    drop_out(act, soon)
    number = make_near(app)
    coordinator.get(f"/manage/events/{soon}/now")
    with app.app_context():
        other = makers.make_event(starts=clock.now() + 2 * HOUR)
        makers.make_assignment(other, db.session.get_one(Ambassador, number))
    before = traces()
    page = coordinator.submit("They said yes", status=422)
    assert "Nia Near cannot come any more" in page.errors[""]
    assert traces() == before


def test_one_place_is_for_one_person(
    app: Flask, act: Act, cora: Actor, soon: str, coordinator: PageClient, traces: Callable[[], tuple[int, ...]]
) -> None:
    """The second of two coordinators is told, whichever button they press on the page that they still have open."""
    drop_out(act, soon)
    first, second, third = make_near(app), make_near(app, "Nell Near"), make_near(app, "Nora Near")
    address = f"/manage/events/{soon}/now"
    coordinator.get(address)
    act(lambda: ask_today(cora, opening_of(soon), second))
    before = traces()
    for button in ("yes", "ask"):
        page = coordinator.post(address, {"act": button, "who": str(first)}, status=422)
        assert "Not answered yet: Nell Near" in page.errors[""]
        assert "Nia Near" not in page.main
    page = coordinator.post(address, {"act": "yes", "who": str(second)}, status=422)
    assert "Nell Near has been asked already, and has not answered." in page.errors[""]
    assert page.link("Record what they say").endswith("/answer")
    assert traces() == before
    coordinator.get(address)
    page = coordinator.post(address, {"act": "ask", "who": str(first)}, status=422)
    coordinator.click("Take Nell Near off")
    coordinator.submit("Take them off")
    coordinator.get(address)
    act(lambda: take_today(cora, opening_of(soon), third))
    before = traces()
    page = coordinator.submit("They said yes (Nia Near)", status=422)
    assert "Everybody who is needed is coming" in page.errors[""]
    page = coordinator.post(address, {"act": "yes", "who": str(third)}, status=422)
    assert page.errors[""] == "Nora Near is coming already."
    assert traces() == before


def test_whose_time_is_over_has_no_place_before_the_worker_says_so(
    app: Flask, act: Act, cora: Actor, soon: str, coordinator: PageClient, later: Callable[[timedelta], None]
) -> None:
    drop_out(act, soon)
    first, second = make_near(app), make_near(app, "Nell Near")
    act(lambda: ask_today(cora, opening_of(soon), first))
    assert "Everybody who is needed is coming, or has been asked" in coordinator.get(f"/manage/events/{soon}/now").text
    later(HOUR + timedelta(minutes=1))
    page = coordinator.get(f"/manage/events/{soon}/now")
    assert "1 person is missing" in page.text
    assert "may answer until" not in page.text
    shown = coordinator.get(f"/manage/events/{soon}").text
    with app.app_context():
        event = opening_of(soon).event
        due = next(one.answer_by for one in event.assignments if one.ambassador_id == first)
        date, time = (app.jinja_env.filters[name](due) for name in ("date", "time"))
        assert f"Did not answer by {date}, {time}" in shown
        assert (lacking_of(event), list_places(event.openings)[0].left) == (1, 1)
        assert [one.id for one in list_short_events()] == [event.id]
        path = makers.link_to(next(one for one in event.assignments if one.ambassador_id == first))
    nia = PageClient(app)
    assert nia.get(path).has("You can still say yes")
    act(lambda: ask_today(cora, opening_of(soon), second))
    nia.submit("Yes, I can come", status=422)
    assert nia.get(path).has("The time to answer is over")
    act(actions.lapse_invitations)
    with app.app_context():
        states = {one.ambassador_id: one.status for one in opening_of(soon).event.assignments}
        assert (states[first], states[second]) == (AssignmentStatus.LAPSED, AssignmentStatus.INVITED)


@pytest.mark.parametrize("who", ["", "x", "-1", "9" * 5000, "٣", "1\r\n"])
def test_a_number_or_a_button_that_is_none(soon: str, coordinator: PageClient, who: str) -> None:
    coordinator.get(f"/manage/events/{soon}/now")
    for act in ("yes", "ask", "nothing", "x" * 10_000):
        coordinator.post(f"/manage/events/{soon}/now", {"act": act, "who": who}, status=404, follow=False)
    coordinator.post(f"/manage/events/{soon}/now", {"act": "yes", "who": "999999999"}, status=422)


def test_only_a_coordinator_sees_numbers_or_acts(app: Flask, act: Act, soon: str) -> None:
    number = make_near(app)
    viewer = Actor(ActorKind.ACCOUNT, None, "Vi", frozenset({Role.VIEWER}))
    for function, more in ((take_today, (number,)), (ask_today, (number,))):
        with pytest.raises(NotAllowed):
            act(lambda do=function, more=more: do(viewer, opening_of(soon), *more))
    with pytest.raises(NotAllowed):
        act(lambda: show_numbers(viewer, opening_of(soon).event))
    person = PageClient(app)
    with app.app_context():
        makers.sign_in(person.http, makers.make_account(Role.VIEWER))
    assert PHONE not in person.get(f"/manage/events/{soon}/now", status=403).text


@pytest.mark.one_database
def test_with_nobody_near_it_says_to_ring_the_host(app: Flask, act: Act, soon: str, coordinator: PageClient) -> None:
    drop_out(act, soon)
    page = coordinator.get(f"/manage/events/{soon}/now")
    assert "Nobody can come now" in page.text
    assert "01905 555 0199" in page.text
    assert page.link("Move it")


@pytest.mark.one_database
def test_with_time_it_leads_to_the_shortlist(app: Flask, coordinator: PageClient) -> None:
    with app.app_context():
        later = makers.make_event(starts=clock.now() + 25 * HOUR).reference
        over = makers.make_event(starts=clock.now() - 2 * HOUR, ends=clock.now() - HOUR).reference
        off = makers.make_event(starts=clock.now() + HOUR, status=EventStatus.CANCELLED).reference
    assert coordinator.get(f"/manage/events/{later}/now").link("Choose from the shortlist")
    assert "This is over" in coordinator.get(f"/manage/events/{over}/now").text
    coordinator.get(f"/manage/events/{off}/now", status=409)
    for address in (f"{later}/now?opening=999999", f"{later}/now?opening=%00", "EV-0000-0000/now"):
        coordinator.get(f"/manage/events/{address}", status=404)


def test_as_many_queries_for_one_as_for_thirty(app: Flask, soon: str) -> None:
    counts = []
    for number in (1, 29):
        for _ in range(number):
            make_near(app, "Nia Near")
        with count_queries(app) as seen, app.app_context():
            found = list_now(opening_of(soon))
            assert all(one.ambassador.home_district.name for one in found.people)
        counts.append((len(seen), len(found.people), found.more))
    assert counts[0][0] == counts[1][0]
    assert counts[1][1:] == (SHOWN_FIRST, 30 - SHOWN_FIRST)


def test_what_is_logged_once_it_is_over_alarms_nobody(
    app: Flask, act: Act, letters: Letters, coordinator: PageClient, cora: Actor
) -> None:
    with app.app_context():
        event = makers.make_event(starts=clock.now() - 4 * HOUR, ends=clock.now() - 2 * HOUR)
        number, reference, person = event.id, event.reference, makers.make_ambassador("Amina Khan").id
    act(lambda: actions.invite_ambassadors(cora, db.session.get_one(Event, number), [person]))
    letters()
    assert act(actions.watch_departures) == 0
    assert letters() == []
    with app.app_context():
        assert list_missed() == []
    page = coordinator.get(f"/manage/events/{reference}")
    assert page.has("Amina Khan")
    assert not page.has("has not told us that they left")
