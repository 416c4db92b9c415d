"""Where an event is, in words: online is said once."""

from __future__ import annotations

import pytest
from flask import Flask

from outreach.events.forms import say_site
from outreach.institutions.models import Institution, Site
from tests import makers
from tests.kit.own import own_page
from tests.pages import PageClient

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("online", "place", "said"),
    [
        (True, "Online", "Online"),
        (True, "", "Online"),
        (True, "Room 4 & <b>5</b>", "Online: Room 4 & <b>5</b>"),
        (False, "Tudor & Sons, 5 High Street", "Tudor & Sons, 5 High Street"),
    ],
)
def test_where_it_is(app: Flask, online: bool, place: str, said: str) -> None:
    with app.app_context():
        held = makers.make_assignment(makers.make_event(online=online, place=place))
        own, invitation = own_page(held.ambassador), makers.link_to(held)
    person = PageClient(app)
    for page in (person.get(own), person.get(invitation)):
        assert said in page.main
        assert "Online: Online" not in page.main
        assert "&amp;" not in page.main


@pytest.mark.parametrize(
    ("name", "town", "said"),
    [
        ("Hill College", "Upton", "Hill College, Upton"),
        ("Hill Academy, Upton", "Upton", "Hill Academy, Upton"),
        ("Hill Academy, Upton", "Hanley", "Hill Academy, Upton, Hanley"),
        ("Upton", "Upton", "Upton"),
        ("Hill College", "", "Hill College"),
    ],
)
def test_a_site_says_its_town_once(name: str, town: str, said: str) -> None:
    assert say_site(Site(institution=Institution(name=name), name="Main site", town=town)) == said
