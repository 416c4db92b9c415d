"""What a referrer does: a link and its poster, details where the terms allow them, and their own list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.accounts.queries import get_account
from outreach.db import db
from outreach.privacy.actions import apply_retention
from outreach.referrals.actions.refer import add_referral
from outreach.referrals.models import PendingFriend, ReferLink, Referral
from outreach.referrals.queries.scheme import get_version_in_force
from outreach.referrals.rules.consent import Way
from tests.kit.counting import count_queries
from tests.kit.referring import (
    FRIEND,
    account_of,
    allow_details,
    count_rows,
    get_link,
    link_in,
    mails_to,
    officer,
    pass_on,
    refer_and_agree,
    signed_in,
    type_details,
)
from tests.makers import sign_in
from tests.pages import PageClient


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@pytest.fixture
def referrer(app: Flask) -> PageClient:
    return signed_in(app, name="Jo Referrer", email="jo.referrer@county.example")


@pytest.mark.one_database
def test_strangers_are_sent_to_sign_in(app: Flask) -> None:
    for path in ("/refer", "/refer/mine", "/refer/poster", "/refer/details", "/candidates"):
        assert PageClient(app).get(path).path.startswith("/sign-in")


def test_a_link_is_made_once_and_can_be_renewed(app: Flask, referrer: PageClient) -> None:
    first = get_link(referrer)
    assert get_link(referrer) == first
    assert len(first.removeprefix("/friend/")) == 18
    PageClient(app).get(first)
    PageClient(app).get(first.lower().replace("/FRIEND", "/friend"))
    referrer.get("/refer")
    referrer.click("Get another link")
    assert referrer.submit("Get another link").errors == {"sure": "Tick the box to stop your present link"}
    assert referrer.submit("Get another link", sure="yes").banner == "You have a new link. The old one has stopped."
    assert get_link(referrer) != first
    PageClient(app).get(first, status=404)
    assert count_rows(app, ReferLink) == {"refer_link": 1}


@pytest.mark.one_database
def test_the_code_is_a_picture_without_style_or_script(app: Flask, referrer: PageClient) -> None:
    get_link(referrer)
    for path in ("/refer", "/refer/poster"):
        html = referrer.get(path).response.get_data(as_text=True)
        picture = html[html.index("<svg") : html.index("</svg>") + 6]
        assert "style" not in picture
        assert "<path" in picture


def test_nothing_is_offered_without_a_scheme_in_force(app: Flask, referrer: PageClient) -> None:
    path = get_link(referrer)
    clock.set_offset(timedelta(days=-5000))
    with app.app_context():
        sign_in(referrer.http, get_account(account_of(app, "Jo Referrer")))
    assert referrer.get("/refer").has("The scheme is not open at the moment")
    referrer.get("/refer/poster", status=404)
    referrer.get("/refer/details", status=404)
    PageClient(app).get(path, status=404)


def test_details_are_taken_only_where_the_terms_allow_it(app: Flask, referrer: PageClient) -> None:
    referrer.get("/refer/details", status=404)
    referrer.get("/refer")
    referrer.post("/refer/details", {"name": "Sam", "email": FRIEND, "agreed": "yes"}, status=404)
    assert count_rows(app, Referral) == {"referral": 0}
    allow_details(app)
    assert "pass on their first name and email address" in referrer.get("/refer").links()


def test_a_friend_is_asked_once_by_one_neutral_mail(app: Flask, referrer: PageClient) -> None:
    allow_details(app)
    pass_on(referrer)
    assert referrer.here.h1 == "Thank you"
    (mail,) = mails_to(app, FRIEND)
    assert mail.subject.startswith("Jo Referrer gave us your address")
    assert "Hello Sam" in mail.body
    assert "/privacy" in mail.body
    row = referrer.get("/refer/mine").main
    assert "A friend, referred on" in row
    assert "Sam" not in row
    assert "Waiting for your friend" in row


@pytest.mark.parametrize(
    "email", ["jo.referrer@county.example", "JoReferrer@county.example", "j.o.referrer+friend@County.Example"]
)
def test_nobody_refers_themselves(app: Flask, referrer: PageClient, email: str) -> None:
    allow_details(app)
    pass_on(referrer, email=email, status=422)
    assert "You cannot refer yourself" in referrer.here.errors["email"]
    path = get_link(referrer)
    assert referrer.get(path).has("You cannot refer yourself")
    friend = PageClient(app)
    type_details(friend, path, email=email)
    assert friend.here.h1 == "Now look at your email"
    assert count_rows(app, Referral, PendingFriend) == {"referral": 0, "pending_friend": 0}
    assert mails_to(app, email.lower()) == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter your friend’s first name"),
        ("name", "x" * 10_000, "Your friend’s first name must be 60 characters or fewer"),
        ("email", "sam@friends.example\r\nBcc: all@friends.example", "Enter an email address in the correct format"),
        ("email", "sam", "Enter an email address in the correct format"),
        ("agreed", None, "Tick the box once your friend knows"),
    ],
)
@pytest.mark.one_database
def test_what_does_not_fit_is_said_beside_the_field(
    app: Flask, referrer: PageClient, field: str, value: str | None, words: str
) -> None:
    allow_details(app)
    referrer.get("/refer/details")
    referrer.submit("Send", {"name": "Sam", "email": FRIEND, "agreed": "yes"} | {field: value}, status=422)
    assert referrer.here.errors[field].startswith(words)
    assert count_rows(app, Referral, PendingFriend) == {"referral": 0, "pending_friend": 0}
    assert mails_to(app, FRIEND) == []


def test_the_form_sent_twice_counts_once(app: Flask, referrer: PageClient) -> None:
    allow_details(app)
    pass_on(referrer)
    assert referrer.send_again().h1 == "Thank you"
    assert count_rows(app, Referral) == {"referral": 1}
    assert len(mails_to(app, FRIEND)) == 1


def test_five_may_wait_and_the_sixth_is_refused_also_where_nobody_was_written_to(
    app: Flask, referrer: PageClient
) -> None:
    allow_details(app)
    other = signed_in(app, name="Olive Other")
    pass_on(other)
    pass_on(referrer)  # is waiting at the other's already: no mail, and it counts all the same
    for number in range(4):
        pass_on(referrer, email=f"friend{number}@friends.example")
    pass_on(referrer, email="friend5@friends.example", status=422)
    assert "You can have 5 friends waiting" in referrer.here.errors[""]
    assert mails_to(app, "friend5@friends.example") == []
    assert len(mails_to(app, FRIEND)) == 1


def test_the_list_does_not_tell_whether_a_friend_was_known(app: Flask, referrer: PageClient) -> None:
    allow_details(app)
    refer_and_agree(app, signed_in(app, name="Olive Other"), email="known@friends.example")
    pass_on(referrer, "Kim", "known@friends.example")
    pass_on(referrer, "Kay", "fresh@friends.example")
    rows = [row.partition("RF-")[0] for row in referrer.get("/refer/mine").main.split("A friend,")[1:]]
    assert len(rows) == 2
    assert rows[0] == rows[1]


def test_the_same_address_twice_adds_one_referral_whether_it_is_known_or_not(app: Flask, referrer: PageClient) -> None:
    refer_and_agree(app, signed_in(app, name="Olive Other"), email="known@friends.example")
    path = get_link(referrer)
    for email in ("known@friends.example", "fresh@friends.example"):
        before = count_rows(app, Referral)["referral"]
        for _ in range(3):
            type_details(PageClient(app), path, email=email)
        assert count_rows(app, Referral)["referral"] == before + 1


def test_taking_back_and_asking_again_sends_no_second_notice(app: Flask, referrer: PageClient) -> None:
    allow_details(app)
    pass_on(referrer)
    referrer.get("/refer/mine")
    referrer.click("Take it back")
    referrer.submit("Take it back", sure="yes")
    assert mails_to(app, FRIEND) == []
    pass_on(referrer)
    assert referrer.here.h1 == "Thank you"
    assert mails_to(app, FRIEND) == []
    clock.set_offset(timedelta(days=31))
    with app.app_context():
        apply_retention()
        db.session.commit()
        sign_in(referrer.http, get_account(account_of(app, "Jo Referrer")))
    pass_on(referrer)
    assert len(mails_to(app, FRIEND)) == 1


def test_the_list_says_the_same_of_every_ending_and_not_before_its_time(app: Flask, referrer: PageClient) -> None:
    allow_details(app)
    pass_on(referrer)
    friend = PageClient(app)
    friend.get(link_in(mails_to(app, FRIEND)[0]))
    friend.submit("Send your answer", answer="no")
    with app.app_context():
        referral = db.session.query(Referral).one()
        assert referral.closed_shown_at
        wait = referral.closed_shown_at - clock.now()
    assert timedelta(0) < wait <= timedelta(days=1)
    page = referrer.get("/refer/mine")
    assert page.has("Waiting for your friend")
    clock.set_offset(wait + timedelta(seconds=1))
    assert referrer.get("/refer/mine", status=None).status in (200, 303)
    with app.app_context():
        sign_in(referrer.http, get_account(account_of(app, "Jo Referrer")))
    page = referrer.get("/refer/mine")
    assert page.has("Closed")
    assert page.has("A friend, referred on")
    assert not page.has("Sam")


def test_a_referral_is_taken_back_by_its_referrer_alone(app: Flask, referrer: PageClient) -> None:
    allow_details(app)
    pass_on(referrer)
    path = referrer.get("/refer/mine").link("Take it back")
    stranger = signed_in(app, name="Stan Stranger")
    stranger.get(path, status=404)
    stranger.post(path, {"sure": "yes"}, status=404)
    assert count_rows(app, PendingFriend) == {"pending_friend": 1}
    referrer.get(path)
    assert referrer.submit("Take it back").errors
    assert count_rows(app, PendingFriend) == {"pending_friend": 1}
    assert referrer.submit("Take it back", sure="yes").has("details have been deleted")
    assert count_rows(app, PendingFriend) == {"pending_friend": 0}
    assert mails_to(app, FRIEND) == []
    assert referrer.get("/refer/mine").has("Waiting for your friend")
    referrer.get(path)
    referrer.submit("Take it back", sure="yes", status=200)


def test_an_agreed_referral_cannot_be_taken_back(app: Flask, referrer: PageClient) -> None:
    reference = refer_and_agree(app, referrer)
    referrer.get(f"/refer/mine/{reference}/take-back", status=404)
    page = referrer.get("/refer/mine")
    assert page.has("With recruitment")
    assert not page.has("Sam")
    officer(app).get(f"/candidates/{reference}")


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(app: Flask, referrer: PageClient) -> None:
    path = get_link(referrer)
    type_details(PageClient(app), path)
    referrer.get("/refer/mine")
    with count_queries(app) as few:
        referrer.get("/refer/mine")
    with app.app_context():
        account = get_account(account_of(app, "Jo Referrer"))
        for _ in range(30):
            add_referral(account, get_version_in_force(clock.today()), Way.LINK)
        db.session.commit()
    with count_queries(app) as many:
        referrer.get("/refer/mine")
    assert len(many) == len(few)
