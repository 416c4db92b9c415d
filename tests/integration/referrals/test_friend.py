"""What a friend does by a referrer's link and by the link in their mail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from outreach import clock
from outreach.db import db
from outreach.referrals.models import Asked, Candidate, PendingFriend, Referral, Refusal, StageEntry
from outreach.referrals.rules.consent import ReferralState
from outreach.web.door import Role
from tests.kit.referring import (
    FRIEND,
    TYPED,
    agree,
    allow_details,
    answer_link,
    count_rows,
    get_link,
    link_in,
    mails_to,
    officer,
    pass_on,
    refer_and_agree,
    reference_of,
    signed_in,
    type_details,
)
from tests.pages import PageClient
from tests.pages.view import answers as held


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@pytest.fixture
def referrer(app: Flask) -> PageClient:
    return signed_in(app, name="Jo Referrer", email="jo.referrer@county.example")


@pytest.fixture
def path(referrer: PageClient) -> str:
    return get_link(referrer)


def nothing_held(app: Flask) -> bool:
    """Whether what waits is a hash without a name, an address or a link."""
    with app.app_context():
        rows = db.session.scalars(select(PendingFriend)).all()
        return all((one.name, one.email, one.phone, one.mails) == ("", "", None, 0) for one in rows)


def candidate(app: Flask) -> Candidate:
    with app.app_context():
        return db.session.scalars(select(Candidate)).one()


@pytest.mark.one_database
def test_the_page_says_who_what_why_and_how_long(app: Flask, path: str) -> None:
    page = PageClient(app).get(path)
    for words in ("Jo, who works for", "Who:", "What:", "Why:", "How long:", "14 days", "12 months", "withdraw"):
        assert page.has(words)
    assert not page.has("Referrer")  # a first name is enough
    PageClient(app).get("/friend/AAAAAAAAAAAAAAAAAA", status=404)
    PageClient(app).get("/friend/" + "9" * 5000, status=404)


def test_nothing_counts_until_the_mailed_link_is_answered(app: Flask, path: str) -> None:
    friend = PageClient(app)
    type_details(friend, path)
    assert friend.here.h1 == "Now look at your email"
    assert count_rows(app, Candidate, PendingFriend) == {"candidate": 0, "pending_friend": 1}
    agree(friend, answer_link(app))
    found = candidate(app)
    assert (found.name, found.email, found.hours, found.new_to_care) == ("Sam Friend", FRIEND, 30, True)
    assert found.progress_shown is False
    with app.app_context():
        (entry,) = db.session.scalars(select(StageEntry))
        assert (entry.stage, entry.reached_on) == ("confirmed", clock.today())
    assert "Thank you" in mails_to(app, FRIEND, "referrals/agreed")[0].subject


def test_recruitment_is_told_without_the_friends_name(app: Flask, referrer: PageClient) -> None:
    signed_in(app, Role.RECRUITMENT_OFFICER, name="Olu Officer", email="olu@county.example")
    own = signed_in(app, Role.RECRUITMENT_OFFICER, name="Rita Recruiter", email="rita@county.example")
    refer_and_agree(app, own)
    (mail,) = mails_to(app, "olu@county.example", "referrals/new_candidate")
    assert "Sam" not in mail.subject + mail.body
    assert mails_to(app, "rita@county.example", "referrals/new_candidate") == []


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"of_age": None}, "of_age", "You must be 16 or over to be referred"),
        ({"name": ""}, "name", "Enter your full name"),
        ({"name": "é" * 10_000}, "name", "Your full name must be 100 characters or fewer"),
        ({"email": "sam@friends.example\r\nBcc: x@y.example"}, "email", "Enter an email address in the correct format"),
        ({"phone": "9" * 5000}, "phone", "Enter a telephone number"),
        ({"hours": "9" * 5000}, "hours", "Hours a week must be 60 or fewer"),
        ({"hours": "-1"}, "hours", "Hours a week must be 1 or more"),
        ({"post": "chief_executive"}, "post", "Select the work you are looking for"),
        ({"district": "narnia"}, "district", "Select where you want to work"),
        ({"new_to_care": None}, "new_to_care", "Select whether you have worked in care before"),
    ],
)
@pytest.mark.one_database
def test_what_does_not_fit_leaves_no_row_and_no_mail(
    app: Flask, path: str, changed: dict[str, Any], field: str, words: str
) -> None:
    friend = PageClient(app)
    friend.get(path)
    friend.submit("Send", TYPED | changed, status=422)
    assert friend.here.errors[field].startswith(words)
    assert count_rows(app, Referral, PendingFriend) == {"referral": 0, "pending_friend": 0}
    assert mails_to(app, FRIEND) == []


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=HYPERLINK(1)", "👩‍👩‍👧 Sam", "\u202eSam \u200bFriend", 'O\'Brien "S"']
)
@pytest.mark.one_database
def test_odd_names_are_names(app: Flask, path: str, name: str) -> None:
    friend = PageClient(app)
    friend.typed.update({name, 'O\'Brien "S"'})
    type_details(friend, path, name=name)
    agree(friend, answer_link(app))
    recruiter = officer(app)
    recruiter.typed.update({name, 'O\'Brien "S"'})
    recruiter.get("/candidates")
    recruiter.get(f"/candidates/{reference_of(app)}")
    assert b"<script>alert" not in recruiter.here.response.data


@pytest.mark.one_database
def test_robots_are_thanked_and_forgotten(app: Flask, path: str) -> None:
    robot = PageClient(app)
    robot.get(path)
    robot.submit("Send", TYPED | {"company_fax": "yes"})
    assert robot.here.h1 == "Now look at your email"
    assert count_rows(app, Referral) == {"referral": 0}
    assert mails_to(app, FRIEND) == []


def test_one_address_gets_one_mail_a_day_and_three_in_all_over_all_links(app: Flask, path: str) -> None:
    other = get_link(signed_in(app, name="Olive Other"))
    for one in (path, path, other):
        type_details(PageClient(app), one, name="Anybody")
    assert len(mails_to(app, FRIEND)) == 1
    assert count_rows(app, PendingFriend) == {"pending_friend": 2}
    for days in range(1, 6):
        clock.set_offset(timedelta(days=days, minutes=1))
        type_details(PageClient(app), path)
    assert len(mails_to(app, FRIEND)) == 3


def test_whoever_comes_again_gets_the_link_they_have(app: Flask, referrer: PageClient, path: str) -> None:
    first = refer_and_agree(app, referrer)
    other = get_link(signed_in(app, name="Olive Other"))
    stranger = PageClient(app)
    type_details(stranger, other, name="Somebody Else", email="Sam.Friend+again@friends.example")
    assert stranger.here.h1 == "Now look at your email"
    (mail,) = mails_to(app, FRIEND, "referrals/already")
    assert "Hello Sam Friend" in mail.body
    assert mails_to(app, "sam.friend+again@friends.example") == []
    type_details(PageClient(app), other)
    assert len(mails_to(app, FRIEND, "referrals/already")) == 1
    page = officer(app).get(f"/candidates/{first}")
    assert page.has("The same person, it seems")
    assert page.has("by Olive Other")
    assert page.has("later than this one")
    assert count_rows(app, Candidate) == {"candidate": 1}
    assert nothing_held(app)


def test_the_first_yes_ends_the_other_notices(app: Flask, referrer: PageClient, path: str) -> None:
    other = get_link(signed_in(app, name="Olive Other"))
    type_details(PageClient(app), path)
    clock.set_offset(timedelta(days=1, minutes=1))
    type_details(PageClient(app), other)
    first, second = mails_to(app, FRIEND)
    agree(PageClient(app), link_in(second))
    PageClient(app).get(link_in(first), status=410)
    with app.app_context():
        states = db.session.scalars(select(Referral.state).order_by(Referral.id)).all()
    assert states == [ReferralState.CLOSED, ReferralState.AGREED]


def test_never_stops_others_also_where_they_pass_details_on(app: Flask, referrer: PageClient, path: str) -> None:
    allow_details(app)
    friend = PageClient(app)
    type_details(friend, path)
    friend.get(answer_link(app))
    friend.submit("Send your answer", answer="never")
    pass_on(referrer, email="samfriend@friends.example")
    type_details(PageClient(app), path, email="s.amfriend@friends.example")
    assert mails_to(app, "samfriend@friends.example") == []
    assert mails_to(app, "s.amfriend@friends.example") == []
    assert count_rows(app, Refusal) == {"refusal": 1}
    assert nothing_held(app)


def test_never_ends_the_notices_of_others_too(app: Flask, path: str) -> None:
    type_details(PageClient(app), path)
    clock.set_offset(timedelta(days=1, minutes=1))
    type_details(PageClient(app), get_link(signed_in(app, name="Olive Other")))
    first, second = (link_in(mail) for mail in mails_to(app, FRIEND))
    friend = PageClient(app)
    friend.get(second)
    friend.submit("Send your answer", answer="never")
    PageClient(app).get(first, status=410)
    assert count_rows(app, PendingFriend, Refusal) == {"pending_friend": 0, "refusal": 1}


def test_a_no_does_not_start_the_count_of_mails_anew(app: Flask, path: str) -> None:
    for _ in range(3):
        type_details(PageClient(app), path)
        if mails_to(app, FRIEND):
            friend = PageClient(app)
            friend.get(answer_link(app))
            friend.submit("Send your answer", answer="no")
    assert mails_to(app, FRIEND) == []
    with app.app_context():
        (asked,) = db.session.scalars(select(Asked))
        assert asked.mails == 1


def test_a_yes_needs_its_tick_and_is_given_once(app: Flask, path: str) -> None:
    friend = PageClient(app)
    type_details(friend, path)
    link = answer_link(app)
    friend.get(link)
    friend.submit("Send your answer", answer="yes", status=422)
    assert friend.here.errors == {"agree": "Tick the box if you agree"}
    friend.submit("Send your answer", answer="yes", agree="yes")
    assert friend.send_again().h1 == "Your referral"
    assert count_rows(app, Candidate) == {"candidate": 1}


def test_the_friend_corrects_their_details_with_the_yes(app: Flask, path: str) -> None:
    friend = PageClient(app)
    type_details(friend, path)
    friend.get(answer_link(app))
    friend.click("Change these details")
    assert friend.submit("Say yes", status=422).errors.keys() == {"of_age", "agree"}
    friend.submit("Say yes", name="Samantha Friend", hours="20", phone="", of_age="yes", agree="yes", status=200)
    found = candidate(app)
    assert (found.name, found.hours, found.phone, found.email) == ("Samantha Friend", 20, None, FRIEND)


def test_the_friend_corrects_their_details_after_the_yes(app: Flask, path: str) -> None:
    friend = PageClient(app)
    type_details(friend, path)
    link = answer_link(app)
    agree(friend, link)
    friend.click("Change your details")
    assert friend.submit("Save", name="", hours="99", status=422).errors.keys() == {"name", "hours"}
    friend.submit("Save", name="Samantha Friend", phone="", hours="16", district="wychavon", status=200)
    found = candidate(app)
    assert (found.name, found.phone, found.phone_hash, found.hours) == ("Samantha Friend", None, None, 16)
    assert (found.email, found.new_to_care) == (FRIEND, True)
    friend.get(link)
    friend.click("Withdraw")
    friend.submit("Withdraw", sure="yes")
    PageClient(app).get(f"{link}/correct", status=410)


def test_the_friend_chooses_what_the_referrer_sees(app: Flask, referrer: PageClient, path: str) -> None:
    friend = PageClient(app)
    type_details(friend, path)
    link = answer_link(app)
    agree(friend, link)
    friend.click("Change what is shown")
    friend.submit("Save", progress="yes")
    assert friend.here.summary()["Shown to Jo"].startswith("Interview, offer and start")
    assert candidate(app).progress_shown is True
    friend.click("Change what is shown")
    friend.submit("Save", progress=None)
    assert candidate(app).progress_shown is False


def test_one_friends_link_opens_no_other_page(app: Flask, path: str) -> None:
    type_details(PageClient(app), path)
    token = answer_link(app).rsplit("/", 1)[1]
    for other in ("/invitations/", "/outcomes/", "/visits/follow/"):
        PageClient(app).get(other + token, status=404)
    for page in ("", "/details", "/progress", "/withdraw"):
        PageClient(app).get(f"/friend/answer/{'x' * 43}{page}", status=404)
    for page in ("/progress", "/withdraw"):
        PageClient(app).get(f"/friend/answer/{token}{page}", status=410)


def test_two_yeses_of_one_friend_at_once_make_one_candidate(app: Flask, path: str) -> None:
    other = get_link(signed_in(app, name="Olive Other"))
    type_details(PageClient(app), path)
    clock.set_offset(timedelta(days=1, minutes=1))
    type_details(PageClient(app), other)
    friends = [PageClient(app), PageClient(app)]
    for friend, mail in zip(friends, mails_to(app, FRIEND), strict=True):
        friend.get(link_in(mail))
    ready, answers = threading.Barrier(2), list[int]()

    def press(friend: PageClient) -> None:
        sent = held(friend.here.form("Send your answer")) | {"answer": ["yes"], "agree": ["yes"]}
        ready.wait()
        answers.append(friend.http.post(friend.here.path, data=MultiDict(sent)).status_code)

    threads = [threading.Thread(target=press, args=(friend,)) for friend in friends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever is second finds the notice ended by the first: its link has stopped.
    assert sorted(answers) in ([303, 410], [303, 422])
    assert count_rows(app, Candidate, PendingFriend) == {"candidate": 1, "pending_friend": 0}
