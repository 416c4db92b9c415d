"""The public search: who is found, what is said of them, and telling of what nobody offers."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.actions import add_items
from outreach.ambassadors.models import Ambassador, UnmetDemand
from outreach.ambassadors.queries import list_items, list_requirements
from outreach.ambassadors.rules import AmbassadorStatus, RequirementKind
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.districts.rules import Vocabulary
from outreach.web.door import ActorKind, Role
from tests import makers
from tests.kit.counting import count_queries
from tests.pages import PageClient, PageView
from tests.pages.view import classes, words

FIND = "/find-an-ambassador"
POLISH_INTERVIEWS = f"{FIND}?district=redditch&activity=mock_interviews&language=polish"


@pytest.fixture
def anybody(app: Flask) -> PageClient:
    return PageClient(app)


def speak(ambassador: Ambassador, *languages: str) -> Ambassador:
    ambassador.terms = [*ambassador.terms, *[makers.term(Vocabulary.LANGUAGE, code) for code in languages]]
    db.session.commit()
    return ambassador


def agree(ambassador: Ambassador) -> Ambassador:
    """Have them agree to be shown."""
    consent = [one for one in list_requirements() if one.kind is RequirementKind.CONSENT]
    add_items(ambassador, consent, clock.today())
    db.session.commit()
    return ambassador


def shown(page: PageView) -> list[str]:
    return [words(e) for e in page.all("h3", having=lambda e: "app-offer__name" in classes(e))]


def body(page: PageView) -> str:
    return page.response.get_data(as_text=True)


def test_who_agreed_is_shown_by_first_name_and_role_and_nothing_that_reaches_them(
    app: Flask, anybody: PageClient
) -> None:
    with app.app_context():
        amina = makers.make_ambassador(
            "Amina Yusuf",
            email="amina@care.example",
            phone="01905 555 0199",
            notes="A private note",
            council=False,
            job_title="Care home nurse",
            travels_to=["redditch"],
            story="I came from a supermarket till.",
        )
        agree(speak(amina, "polish"))
        agree(makers.make_ambassador("Ben Carter", home="redditch"))
        anybody.typed |= {"I came from a supermarket till."}
    page = anybody.get(FIND)
    assert shown(page) == ["Amina, Care home nurse", "Ben, Care worker"]
    for told in ("Worcester, and travels to Redditch", "I came from a supermarket till.", "Polish", "Direct care"):
        assert told in page.main
    for hidden in ("Yusuf", "Carter", "amina@", "0199", "private note", makers.PROVIDER, "ambassadors/1"):
        assert hidden not in body(page)
    assert page.main.count(makers.COUNCIL) == 1


def test_who_did_not_agree_is_a_number_by_role_family_and_district(app: Flask, anybody: PageClient) -> None:
    with app.app_context():
        one = makers.make_ambassador("Amina Yusuf", job_title="Care home nurse", story="My own story")
        speak(one, "polish")
        makers.make_ambassador("Ben Carter")
        carol = agree(makers.make_ambassador("Carol Reed", home="redditch"))
        # A consent that was taken back counts no longer.
        db.session.delete(next(one for one in list_items(carol.id) if one.requirement.kind is RequirementKind.CONSENT))
        db.session.commit()
    page = anybody.get(FIND)
    assert shown(page) == []
    assert "3 ambassadors" in page.main
    assert "Direct care Redditch 1, Worcester 2" in page.main
    for hidden in ("Amina", "Ben", "Carol", "nurse", "My own story"):
        assert hidden not in body(page)


@pytest.mark.parametrize("role", ["", "&role_family=management", "&role_family=direct_care"])
def test_a_language_is_never_tied_to_a_role_of_somebody_who_is_not_shown(
    app: Flask, anybody: PageClient, role: str
) -> None:
    """The same page for every role family: neither a number nor its absence tells whose language it is."""
    with app.app_context():
        speak(makers.make_ambassador("Amina Yusuf", home="redditch", activities=["mock_interviews"]), "polish")
    page = anybody.get(POLISH_INTERVIEWS + role)
    assert "Somebody in Redditch can do this" in page.main
    assert "They have not agreed to be shown here, but they can be asked." in page.main
    assert "Direct care" not in page.main.partition("Somebody in Redditch")[2]
    tiles = page.all("a", having=lambda e: "app-tile" in classes(e))
    assert all("0 shown" in words(tile) for tile in tiles)


def test_only_the_ready_are_found(app: Flask, anybody: PageClient) -> None:
    with app.app_context():
        for status in AmbassadorStatus:
            if status is not AmbassadorStatus.ACTIVE:
                agree(makers.make_ambassador("Amina Yusuf", home="redditch", status=status))
        agree(makers.make_ambassador("Ben Carter", home="redditch", ready=False))
    page = anybody.get(f"{FIND}?district=redditch")
    assert shown(page) == []
    assert "Nobody in Redditch offers this yet" in page.main


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Amina", "Ben", "Carol"]),
        ("?district=redditch", ["Amina", "Ben"]),
        ("?activity=mentoring", ["Carol"]),
        ("?audience=job_seekers&district=worcester", ["Amina"]),
        ("?role_family=management", ["Ben"]),
        ("?language=polish", ["Carol"]),
        # What is no answer is no filter.
        ("?district=atlantis&language=%00&activity=%27--&page=999999999999", ["Amina", "Ben", "Carol"]),
        ("?name=Carol&words=Carol", ["Amina", "Ben", "Carol"]),
    ],
)
def test_filters(app: Flask, anybody: PageClient, query: str, expected: list[str]) -> None:
    with app.app_context():
        agree(makers.make_ambassador("Amina", travels_to=["redditch"], audiences=["job_seekers"]))
        management = makers.term(Vocabulary.ROLE_FAMILY, "management")
        agree(makers.make_ambassador("Ben", home="redditch", role_family=management))
        agree(speak(makers.make_ambassador("Carol", home="wychavon", activities=["mentoring"]), "polish"))
    page = anybody.get(FIND + query)
    assert [name.partition(",")[0] for name in shown(page)] == expected


def test_the_map_narrows_to_a_district_and_keeps_the_other_filters(app: Flask, anybody: PageClient) -> None:
    with app.app_context():
        for number in range(14):
            agree(makers.make_ambassador(f"P{number:02}", home="redditch", activities=["talk"]))
        makers.make_ambassador(home="worcester", travels_to=["redditch"], activities=["talk"])
        makers.make_ambassador(home="redditch", activities=["mentoring"])
    anybody.get(f"{FIND}?activity=talk&district=worcester")
    page = anybody.click("Redditch 15 can come")
    assert "15 ambassadors in Redditch" in page.main
    assert len(shown(page)) == 12
    page = anybody.click("Next")
    assert [name.partition(",")[0] for name in shown(page)] == ["P12", "P13"]
    assert "activity=talk" in page.link("Previous")


def test_asking_for_a_visit_begins_with_what_was_looked_for(app: Flask, anybody: PageClient) -> None:
    with app.app_context():
        agree(makers.make_ambassador("Amina", activities=["mentoring"], audiences=["job_seekers"]))
        chosen = str(makers.institution("Worcester Sixth Form College").id)
    anybody.get(f"{FIND}?activity=mentoring&audience=job_seekers")
    anybody.click("Ask for a visit like Amina’s")
    anybody.click("Start now")
    anybody.submit("Continue", {"institution": chosen})
    contact = {"name": "Jo", "job_title": "Head", "email": "jo@college.example", "phone": "01905 555 0111"}
    page = anybody.submit("Continue", contact)
    assert page.h1 == "What kind of visit would you like?"
    held = page.one("input", having=lambda e: e.get("value") == "mentoring")
    assert "checked" in held.attrib
    page = anybody.submit("Continue")
    assert "checked" in page.one("input", having=lambda e: e.get("value") == "job_seekers").attrib


def test_what_nobody_offers_is_said_and_told_once_a_combination(app: Flask, anybody: PageClient) -> None:
    with app.app_context():
        speak(makers.make_ambassador(home="redditch"), "polish")
    page = anybody.get(POLISH_INTERVIEWS)
    assert "Nobody in Redditch offers this yet" in page.main
    assert (
        "Mock interviews and interview tips, in Polish: no ambassador who can come to Redditch offers it." in page.main
    )
    page = anybody.submit("Tell the coordinator")
    assert "The coordinator sees what nobody offers yet" in page.text
    assert "activity=mock_interviews" in page.path or "Nobody in Redditch" in page.main
    # Somebody else; and a member of staff, of whom nothing is kept either.
    staff = PageClient(app)
    with app.app_context():
        makers.sign_in(staff.http, makers.make_account(Role.COORDINATOR))
    for person in (PageClient(app), staff):
        person.get(POLISH_INTERVIEWS)
        person.submit("Tell the coordinator")
    with app.app_context():
        row = db.session.scalars(select(UnmetDemand)).one()
        assert (row.times, row.district.slug, row.audience_id, row.closed_at) == (3, "redditch", None, None)
        lines = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "unmet_demand.tell")).all()
        assert {(one.actor_kind, one.actor_id) for one in lines} == {(ActorKind.PUBLIC, None)}
        # Done with, it begins anew; another combination is a row of its own.
        row.closed_at = clock.now()
        db.session.commit()
    for path in (POLISH_INTERVIEWS, f"{POLISH_INTERVIEWS}&audience=job_seekers"):
        anybody.get(path)
        anybody.submit("Tell the coordinator")
    with app.app_context():
        assert [one.times for one in db.session.scalars(select(UnmetDemand).order_by(UnmetDemand.id))] == [3, 1, 1]


def test_what_somebody_offers_cannot_be_told_nor_anything_without_a_district(app: Flask, anybody: PageClient) -> None:
    anybody.get(POLISH_INTERVIEWS)
    with app.app_context():
        speak(makers.make_ambassador(home="redditch", activities=["mock_interviews"]), "polish")
    page = anybody.submit("Tell the coordinator", status=422)
    assert "An ambassador offers this by now." in page.main
    anybody.get(f"{POLISH_INTERVIEWS}&audience=job_seekers")
    assert "Somebody" not in anybody.here.main
    form = anybody.here.forms()[-1]
    form.set("action", FIND)
    assert "Select a district first." in anybody.submit("Tell the coordinator", status=422).main
    with app.app_context():
        assert db.session.scalars(select(UnmetDemand)).all() == []


def test_a_robot_is_thanked_and_nothing_is_kept(app: Flask, anybody: PageClient) -> None:
    anybody.get(POLISH_INTERVIEWS)
    anybody.submit("Tell the coordinator", {"company_fax": "1"})
    with app.app_context():
        assert db.session.scalars(select(UnmetDemand)).all() == []


def test_the_number_of_queries_does_not_grow(app: Flask, anybody: PageClient) -> None:
    def queries_of() -> int:
        with count_queries(app) as seen:
            anybody.get(f"{FIND}?district=worcester")
        return len(seen)

    def add(number: int) -> None:
        with app.app_context():
            for one in range(number):
                agree(makers.make_ambassador(travels_to=["redditch"], employer=makers.employer(f"E {number} {one}")))
                makers.make_ambassador()

    add(1)
    queries_of()
    one = queries_of()
    add(11)
    assert queries_of() == one


@pytest.mark.one_database
def test_the_file_has_what_the_cards_say_and_nothing_that_reaches_anybody(app: Flask, anybody: PageClient) -> None:
    with app.app_context():
        agree(makers.make_ambassador("Amina Yusuf", email="amina@care.example", home="redditch", phone="01905 555 123"))
        agree(makers.make_ambassador("Ben Elsewhere", home="worcester"))
        makers.make_ambassador("Carys Silent", home="redditch")
    answer = anybody.http.get(f"{FIND}?district=redditch&file=csv")
    text = answer.get_data(as_text=True)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "Amina" in text
    assert not any(word in text for word in ("Yusuf", "amina@", "555", "Ben", "Carys"))
