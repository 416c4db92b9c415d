"""Where an event is, in words: online is said once."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import makers
from tests.kit.own import own_page
from tests.pages import PageClient

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


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
