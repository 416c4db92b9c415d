"""The terms pages: read by everybody who signs in, drafted by one officer and published by another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import Account
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.referrals.actions.scheme import draft_version
from outreach.referrals.models import SchemeVersion
from outreach.referrals.queries.scheme import find_newest_number, get_version
from outreach.referrals.rules.terms import Terms
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.door import Actor, ActorKind, Role
from tests.makers import make_account, sign_in
from tests.pages import PageClient

OFFICER = Role.RECRUITMENT_OFFICER


def signed_in(app: Flask, *roles: Role) -> PageClient:
    client = PageClient(app)
    with app.app_context():
        sign_in(client.http, make_account(*roles))
    return client


def terms_of(app: Flask, number: int) -> Terms:
    """The terms of a version as the database has them now."""
    with app.app_context():
        return get_version(number).read()


def newest(app: Flask) -> int:
    with app.app_context():
        return find_newest_number()


def status_of(app: Flask, number: int) -> VersionStatus:
    with app.app_context():
        return get_version(number).status


def drafted(app: Flask, begins: date | None = None) -> tuple[PageClient, int]:
    """An officer's browser, and the number of the draft they began."""
    client = signed_in(app, OFFICER)
    client.get("/scheme/new")
    client.submit("Draft this version", name="Spring terms", effective_from=begins or soon())
    assert "Spring terms" in client.here.text, client.here.text
    return client, newest(app)


def soon(days: int = 30) -> date:
    return clock.today() + timedelta(days=days)


@pytest.mark.one_database
def test_everybody_who_signs_in_reads_the_terms(app: Flask) -> None:
    client = signed_in(app)
    page = client.get("/scheme")
    assert "Your friend starts: £250." in page.text
    assert "£50 more if they have not worked in care before" in page.text
    assert "Draft a new version" not in page.text
    assert "Change the terms" not in client.get("/scheme/1").text
    client.get("/scheme/2", status=404)
    client.get("/scheme/99999999999", status=404)


@pytest.mark.parametrize("path", ["/scheme/new", "/scheme/1/publish", "/scheme/1/terms", "/scheme/1/milestones/new"])
@pytest.mark.one_database
def test_only_recruitment_drafts(app: Flask, path: str) -> None:
    for roles in ((), (Role.COORDINATOR,), (Role.ADMINISTRATOR,), (Role.VIEWER,)):
        signed_in(app, *roles).get(path, status=403)


def test_a_draft_is_seen_by_recruitment_only(app: Flask) -> None:
    _, number = drafted(app)
    signed_in(app).get(f"/scheme/{number}", status=404)
    page = signed_in(app).get("/scheme")
    assert "Spring terms" not in page.text
    assert "Spring terms" in signed_in(app, OFFICER).get("/scheme").text


def test_one_drafts_and_another_publishes(app: Flask) -> None:
    drafter, number = drafted(app)
    drafter.get(f"/scheme/{number}/publish")
    page = drafter.submit("Publish this version", status=422)
    assert "You drafted this version, so somebody else must publish it" in page.text
    assert status_of(app, number) is VersionStatus.DRAFT

    other = signed_in(app, OFFICER)
    other.get(f"/scheme/{number}")
    other.click("Publish this version")
    page = other.submit("Publish this version")
    assert "is published" in page.text
    assert status_of(app, number) is VersionStatus.PUBLISHED
    for path in ("publish", "terms", "rename", "discard", "milestones/start", "stages/new"):
        other.get(f"/scheme/{number}/{path}", status=404)
    assert "To come" in other.get("/scheme").text


@pytest.mark.parametrize(
    ("begins", "words"),
    [
        (clock.today, "must be after today"),
        (lambda: date(2024, 4, 1), "must be in the future"),
        (lambda: soon(40), "takes effect on that day"),
        (lambda: soon(39), "terms may not overlap"),
    ],
)
def test_a_version_may_not_overlap(app: Flask, begins: object, words: str) -> None:
    with app.app_context():
        published(2, soon(40))
    client = signed_in(app, OFFICER)
    client.get("/scheme/new")
    page = client.submit("Draft this version", name="Spring terms", effective_from=begins(), status=422)  # type: ignore[operator]
    assert words in page.text
    assert newest(app) == 2


@pytest.mark.one_database
def test_a_date_that_is_none_and_a_name_that_is_too_long(app: Flask) -> None:
    client = signed_in(app, OFFICER)
    client.get("/scheme/new")
    page = client.submit(
        "Draft this version",
        fields={"effective_from-day": "31", "effective_from-month": "2", "effective_from-year": "2030"},
        name="x" * 10_000,
        status=422,
    )
    assert "must be a real date" in page.text
    assert "must be 100 characters or fewer" in page.text


def test_two_drafts_of_one_day_cannot_both_be_published(app: Flask) -> None:
    _, first = drafted(app, soon())
    _, second = drafted(app, soon())
    publisher = signed_in(app, OFFICER)
    publisher.get(f"/scheme/{first}/publish")
    publisher.submit("Publish this version")
    publisher.get(f"/scheme/{second}/publish")
    page = publisher.submit("Publish this version", status=422)
    assert "takes effect on that day" in page.text


def test_a_draft_that_waited_too_long_is_not_published(app: Flask) -> None:
    _, number = drafted(app, soon(3))
    clock.set_offset(timedelta(days=3))
    try:
        publisher = signed_in(app, OFFICER)
        publisher.get(f"/scheme/{number}/publish")
        page = publisher.submit("Publish this version", status=422)
    finally:
        clock.set_offset(timedelta(0))
    assert "must be after today" in page.text


@pytest.mark.one_database
def test_the_terms_are_changed_and_read_back(app: Flask) -> None:
    client, number = drafted(app)
    client.get(f"/scheme/{number}/terms")
    page = client.submit(
        "Save the terms",
        employment="Permanent staff\nBank staff 🙂",
        excluded_roles="",
        least_age="18",
        cap_pence="£1,250.50",
        budget_pence="9,000",
    )
    assert "Bank staff 🙂" in page.text
    terms = terms_of(app, number)
    assert [one.code for one in terms.referrers.employment] == ["permanent", "bank_staff"]
    assert terms.referrers.excluded_roles == ()
    assert (terms.caps.pence, terms.budget_pence, terms.friends.least_age) == (125_050, 900_000, 18)
    client.get(f"/scheme/{number}/terms")
    assert "1250.50" in client.here.response.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("employment", "", "Enter the staff who may refer a friend"),
        ("posts", "Care worker\ncare worker", "stands there twice"),
        ("posts", "x" * 101, "must be 100 characters or fewer"),
        ("posts", "\n".join(f"Post {n}" for n in range(51)), "Enter 50 lines or fewer"),
        ("least_age", "13", "must be 16 or more"),
        ("least_age", "9" * 5000, "must be 100 or fewer"),
        ("cap_pence", "-5", "must be a sum of money"),
        ("cap_pence", "1.234", "must be a sum of money"),
        ("budget_pence", "1000001", "must be £1,000,000 or less"),
    ],
)
@pytest.mark.one_database
def test_answers_that_do_not_fit(app: Flask, field: str, value: str, words: str) -> None:
    client, number = drafted(app)
    before = terms_of(app, number)
    client.get(f"/scheme/{number}/terms")
    page = client.submit("Save the terms", fields={field: value}, status=422)
    assert words in page.text
    assert terms_of(app, number) == before


def test_milestones_are_added_changed_and_removed(app: Flask) -> None:
    client, number = drafted(app)
    client.get(f"/scheme/{number}/milestones/new")
    page = client.submit("Save the milestone", label="Checks done", stage="checks", kind="money", status=422)
    assert "Enter how much “Checks done” earns" in page.text
    client.submit("Save the milestone", pence="99.99")
    assert terms_of(app, number).milestones[-1].pence == 9_999
    client.get(f"/scheme/{number}/milestones/checks_done")
    client.submit("Save the milestone", kind="badge", pence="", words="A card of thanks")
    page = client.get(f"/scheme/{number}")
    assert "A card of thanks" in page.text
    for code in ("start", "six_months", "year_badge", "checks_done"):
        client.get(f"/scheme/{number}/milestones/{code}/remove")
        client.submit("Remove it")
    assert "a scheme without one never rewards anybody" in client.here.text
    other = signed_in(app, OFFICER)
    other.get(f"/scheme/{number}/publish")
    page = other.submit("Publish this version", status=422)
    assert "Add a milestone" in page.text


def test_stages_are_data(app: Flask) -> None:
    client, number = drafted(app)
    client.get(f"/scheme/{number}/stages/new")
    page = client.submit("Save the stage", label="Trial shift", after="interview", since_1="applied", status=422)
    assert "Enter after how many days it is late" in page.text
    client.submit("Save the stage", days_1="10")
    terms = terms_of(app, number)
    assert terms.position("trial_shift") == 3
    assert terms.stages[3].limits[0].days == 10
    client.get(f"/scheme/{number}/stages/applied/remove")
    assert "counts from this stage" in client.submit("Remove it", status=422).text
    client.get(f"/scheme/{number}/stages/started/remove")
    assert "it stays" in client.submit("Remove it", status=422).text
    client.get(f"/scheme/{number}/stages/interview")
    page = client.submit("Save the stage", after="months_6", status=200)
    client.get(f"/scheme/{number}/stages/months_3")
    page = client.submit("Save the stage", after="confirmed", status=422)
    assert "must come after it" in page.text


def test_kinds_of_reward_are_data(app: Flask) -> None:
    client, number = drafted(app)
    client.get(f"/scheme/{number}/rewards/new")
    client.submit("Save the kind of reward", label="Day off", given_by="Line manager")
    assert terms_of(app, number).kinds[-1].code == "day_off"
    client.get(f"/scheme/{number}/rewards/money/remove")
    assert "earns this" in client.submit("Remove it", status=422).text
    client.get(f"/scheme/{number}/rewards/day_off/remove")
    client.submit("Remove it")
    assert len(terms_of(app, number).kinds) == 4


@pytest.mark.parametrize(
    "path", ["milestones/nowhere", "stages/nowhere", "rewards/nowhere", "milestones/nowhere/remove"]
)
@pytest.mark.one_database
def test_parts_that_are_not_there(app: Flask, path: str) -> None:
    client, number = drafted(app)
    client.get(f"/scheme/{number}/{path}", status=404)


def test_only_who_drafted_it_changes_a_draft(app: Flask) -> None:
    _, number = drafted(app)
    other = signed_in(app, OFFICER)
    other.get(f"/scheme/{number}/terms")
    page = other.submit("Save the terms", least_age="20", status=422)
    assert "Only the person who drafted this version changes it" in page.text


def test_a_form_opened_before_another_change_is_refused(app: Flask) -> None:
    client, number = drafted(app)
    client.get(f"/scheme/{number}/terms")
    opened = client.here
    again = PageClient(client.http)
    again.get(f"/scheme/{number}/terms")
    again.submit("Save the terms", least_age="21")
    client.page = opened
    page = client.submit("Save the terms", least_age="22", status=422)
    assert "Somebody else has changed this" in page.text
    assert terms_of(app, number).friends.least_age == 21


def test_a_draft_is_thrown_away(app: Flask) -> None:
    client, number = drafted(app)
    client.get(f"/scheme/{number}/discard")
    client.submit("Throw the draft away")
    assert newest(app) == 1
    client.get(f"/scheme/{number}", status=404)


def test_another_officer_throws_away_what_nobody_is_left_to_finish(app: Flask) -> None:
    _, number = drafted(app)
    other = signed_in(app, OFFICER)
    other.get(f"/scheme/{number}")
    other.click("Throw the draft away")
    other.submit("Throw the draft away")
    assert newest(app) == 1


def test_which_stages_a_referrer_is_told_of_is_in_the_terms(app: Flask) -> None:
    client, number = drafted(app)
    assert [one.code for one in terms_of(app, number).stages if not one.shown] == ["confirmed", "applied", "checks"]
    client.get(f"/scheme/{number}/stages/applied")
    client.submit("Save the stage", shown="yes")
    client.get(f"/scheme/{number}/stages/interview")
    client.submit("Save the stage", shown=None)
    assert [one.code for one in terms_of(app, number).stages if not one.shown] == ["confirmed", "interview", "checks"]


def test_what_is_refused_leaves_no_audit_line(app: Flask) -> None:
    client, number = drafted(app)
    before = entries(app)
    client.get(f"/scheme/{number}/publish")
    client.submit("Publish this version", status=422)
    assert entries(app) == before


def entries(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def published(number: int, day: date) -> SchemeVersion:
    account: Account = make_account(OFFICER)
    actor = Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({OFFICER}))
    draft = draft_version(actor, name=f"Version {number}", effective_from=day, based_on=get_version(1))
    draft.status, draft.published_at = VersionStatus.PUBLISHED, clock.now()
    db.session.commit()
    return draft
