"""The door, walked as everybody: each route as its declared access says, each row as whose it is.

The walk takes the routes from the URL map, so a new one is in it from the day it is written. What it cannot
know, rows that are one's own, somebody else's or absent, is in CASES: each feature adds its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from outreach.accounts.models import Account, SignedIn
from outreach.ambassadors.rules import AmbassadorStatus, AmbassadorStep
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.web.door import Access, Purpose, Role, access_of
from tests.kit import door_links
from tests.kit.databases import Database
from tests.kit.own import own_page
from tests.makers import link_to, make_account, make_ambassador, make_assignment, make_request, sign_in

SAFE = {"GET", "HEAD", "OPTIONS"}
GUARDED_BY_ROLE: dict[str, tuple[Role, ...]] = {
    "public": (),
    "coordinator": (Role.COORDINATOR,),
    "recruitment officer": (Role.RECRUITMENT_OFFICER,),
    "viewer": (Role.VIEWER,),
    "administrator": (Role.ADMINISTRATOR,),
    "signed in": (),
    "half-way": tuple(Role),
    "ambassador": (),
    "contact": (),
}
PEOPLE = tuple(GUARDED_BY_ROLE)
WITHOUT_ACCOUNT = {"public", "ambassador", "contact"}  # a link opens its own pages and no others


@dataclass(frozen=True)
class Person:
    """Somebody with a browser."""

    name: str
    client: FlaskClient
    roles: frozenset[Role]

    @property
    def has_account(self) -> bool:
        return self.name not in WITHOUT_ACCOUNT


@pytest.fixture
def database(_sqlite: Database) -> Database:
    """One of the two databases: the door asks them nothing that the features' own tests do not ask of both."""
    _sqlite.reset()
    return _sqlite


@pytest.fixture(params=PEOPLE)
def person(request: pytest.FixtureRequest, app: Flask) -> Person:
    return someone(app, request.param)


def someone(app: Flask, name: str) -> Person:
    client, roles = app.test_client(), GUARDED_BY_ROLE[name]
    with app.app_context():
        if name == "ambassador":
            client.get(link_to(make_assignment()))
        elif name == "contact":
            client.get(link_to(make_request()))
        elif name != "public":
            sign_in(client, make_account(*roles), second_step=name != "half-way")
    return Person(name, client, frozenset(roles))


def with_token(person: Person) -> str:
    """A token for this browser's forms: what is refused then is refused by the door."""
    page = person.client.get("/account" if person.name not in (*WITHOUT_ACCOUNT, "half-way") else "/sign-in")
    if person.name == "half-way":
        page = person.client.get("/sign-in/second-step")
    found = re.search(r'name="csrf_token" value="([^"]+)', page.get_data(as_text=True))
    assert found is not None, page.get_data(as_text=True)[:500]
    return found[1]


# The routes


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def takes(rule: Rule, method: str) -> bool:
    return method in (rule.methods or ())


def access(app: Flask, rule: Rule) -> Access:
    found = access_of(app, rule.endpoint)
    assert found is not None, f"{rule.endpoint} does not declare who may enter"
    return found


def parameters(rule: Rule) -> set[str]:
    """What stands in the address; what a rule gives by default does not."""
    return set(rule._converters)


def absent(converter: BaseConverter) -> Any:
    """A value that the address takes and no row has."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, IntegerConverter):
        return (converter.max or 2147483647) - 1
    words = ["absent", *(("absent-" * 10)[:length] for length in range(1, 70))]
    return next(word for word in words if re.fullmatch(converter.regex, word))


def path_of(app: Flask, rule: Rule) -> str:
    """The rule's address, of a row that is not there."""
    values = {name: absent(rule._converters[name]) for name in parameters(rule)} | dict(rule.defaults or {})
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or {"GET"})))


def expected(app: Flask, found: Access, person: Person) -> tuple[str, set[int]]:
    """What the door does with this person: a word for it, and the statuses it may have."""
    if found.demo_only:
        return ("enters", set()) if app.config["DEMO"] else ("absent", {404})
    if found.everyone:
        return "enters", set()
    if found.purposes:
        return "absent", {404}
    if not person.has_account:
        return "signs in", {303}
    if found.half_way:
        return "enters", set()
    if person.name == "half-way":
        return "second step", {303}
    if found.signed_in or person.roles & found.roles:
        return "enters", set()
    return "refused", {403}


def check(person: Person, path: str, response: Any, word: str, statuses: set[int]) -> str | None:
    """What is wrong with an answer, if anything."""
    if word == "enters":
        wrong = response.status_code in (401, 403) or (response.status_code >= 500 and response.status_code != 503)
        return f"{person.name} {path}: {response.status_code}" if wrong else None
    if response.status_code not in statuses:
        return f"{person.name} {path}: {response.status_code}, not {statuses}"
    to = {"signs in": "/sign-in?next=", "second step": "/sign-in/second-step?next="}.get(word, "")
    if to and not response.headers["Location"].startswith(to):
        return f"{person.name} {path}: goes to {response.headers['Location']}"
    return None


def test_every_endpoint_declares_who_may_enter(app: Flask) -> None:
    undeclared = [rule.endpoint for rule in rules(app) if access_of(app, rule.endpoint) is None]
    assert undeclared == []


def test_every_declaration_lets_somebody_in(app: Flask) -> None:
    empty = Access()
    assert [rule.endpoint for rule in rules(app) if access_of(app, rule.endpoint) == empty] == []


def test_routes_by_link_carry_a_token_and_no_others_declare_one(app: Flask) -> None:
    wrong = [
        rule.endpoint
        for rule in rules(app)
        if access(app, rule).purposes and ("token" not in parameters(rule) or access(app, rule).roles)
    ]
    assert wrong == []


def test_pages_without_parameters_let_in_whom_they_declare(app: Flask, person: Person) -> None:
    walked, wrong = 0, []
    for rule in rules(app):
        if parameters(rule) or not takes(rule, "GET"):
            continue
        word, statuses = expected(app, access(app, rule), person)
        wrong.append(check(person, rule.rule, person.client.get(rule.rule), word, statuses))
        walked += 1
    assert [one for one in wrong if one] == []
    assert walked > 5


def test_absent_rows_look_the_same_to_whoever_may_enter(app: Flask, person: Person) -> None:
    """And whoever may not enter is told so before it is looked whether there is such a row."""
    wrong = []
    for rule in rules(app):
        if not parameters(rule) or not takes(rule, "GET") or rule.endpoint == "static":
            continue
        path = path_of(app, rule)
        word, statuses = expected(app, access(app, rule), person)
        response = person.client.get(path)
        wrong.append(check(person, path, response, word, statuses))
        # A page of everybody's may answer an unknown name in its own way (an ended link is 410, a wrong step 303).
        if word == "enters" and not access(app, rule).everyone and response.status_code not in (404, 303):
            wrong.append(f"{person.name} {path}: {response.status_code} for a row that is not there")
    assert [one for one in wrong if one] == []


@pytest.mark.parametrize("name", ["public", "administrator"])
def test_every_post_without_a_token_is_refused(app: Flask, name: str) -> None:
    person = someone(app, name)
    before = rows(app)
    posts = [rule for rule in rules(app) if takes(rule, "POST")]
    answers = {rule.endpoint: person.client.post(path_of(app, rule)).status_code for rule in posts}
    assert {endpoint: status for endpoint, status in answers.items() if status != 400} == {}
    assert len(posts) > 5
    assert rows(app) == before


def test_posts_of_the_wrong_role_are_refused_and_leave_nothing(app: Flask, person: Person) -> None:
    token = with_token(person)
    before = rows(app)
    wrong = []
    for rule in rules(app):
        found = access(app, rule)
        if SAFE.issuperset(rule.methods or SAFE) or not (found.roles or found.signed_in):
            continue
        word, _ = expected(app, found, person)
        if word == "enters":
            continue
        status = {"signs in": 401, "second step": 303, "refused": 403}[word]
        path = path_of(app, rule)
        for method in sorted((rule.methods or set()) - SAFE):
            answer = person.client.open(path, method=method, data={"csrf_token": token})
            if answer.status_code != status:
                wrong.append(f"{person.name} {method} {path}: {answer.status_code}, not {status}")
    assert wrong == []
    assert rows(app) == before


def rows(app: Flask) -> dict[str, int]:
    """How many rows an act leaves behind: the audit, mails, accounts and sessions."""
    with app.app_context():
        return {
            model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (AuditEntry, Mail, Account, SignedIn)
        }


def test_a_link_opens_the_pages_of_its_purpose_only(app: Flask) -> None:
    with app.test_request_context():
        assignment = make_assignment()
        tokens = {
            Purpose.INVITATION: link_to(assignment),
            Purpose.OUTCOME: link_to(assignment, Purpose.OUTCOME),
            Purpose.FOLLOW: link_to(make_request()),
            Purpose.HOST: door_links.hosted_pack(),
            Purpose.OWN: own_page(assignment.ambassador),
            Purpose.MANAGER: door_links.manager_page(make_ambassador(status=AmbassadorStatus.INTERESTED, ready=False)),
        }
    client, wrong, opened = app.test_client(), [], 0
    for rule in rules(app):
        found = access(app, rule)
        if not found.purposes or not takes(rule, "GET"):
            continue
        for purpose, path in tokens.items():
            # What an invitation's link opens once the invitation is over, it opens before as well.
            opens = {purpose, Purpose.LEAVING} if purpose is Purpose.INVITATION else {purpose}
            own = bool(opens.intersection(found.purposes))
            values = {name: absent(rule._converters[name]) for name in parameters(rule)}
            values["token"] = path.rsplit("/", 1)[1]
            status = client.get(app.url_map.bind("localhost").build(rule.endpoint, values)).status_code
            opened += own
            if not own and status != 404:
                wrong.append(f"{rule.endpoint} answers {status} to a link of {purpose.value}")
            if own and status in (401, 403):
                wrong.append(f"{rule.endpoint} answers {status} to its own link")
    assert wrong == []
    assert opened > 0 or not any(access(app, rule).purposes for rule in rules(app))


# Rows: one's own, somebody else's, absent


@dataclass(frozen=True)
class Case:
    """One row and one route.

    `make(app, client)` signs the client in, makes the rows and returns the address. With `method` POST the
    form's token is sent along with `data`.
    """

    name: str
    make: Callable[[Flask, FlaskClient], str]
    status: int
    method: str = "GET"
    data: tuple[tuple[str, str], ...] = ()


def _session_of(app: Flask, client: FlaskClient, *, own: bool, roles: tuple[Role, ...] = ()) -> tuple[int, int]:
    """Sign the client in; the account and the number of another session of theirs or of a stranger."""
    with app.app_context():
        account = make_account(*roles)
        sign_in(client, account)
        whose = account if own else make_account()
        sign_in(app.test_client(), whose)
        newest = db.session.scalars(
            select(SignedIn.id).where(SignedIn.account_id == whose.id).order_by(SignedIn.id.desc())
        ).first()
        assert newest is not None
        return whose.id, newest


def _own_session(app: Flask, client: FlaskClient) -> str:
    return f"/account/sessions/{_session_of(app, client, own=True)[1]}/end"


def _other_session(app: Flask, client: FlaskClient) -> str:
    return f"/account/sessions/{_session_of(app, client, own=False)[1]}/end"


def _absent_session(app: Flask, client: FlaskClient) -> str:
    _session_of(app, client, own=True)
    return "/account/sessions/2147483647/end"


def _session_as_administrator(app: Flask, client: FlaskClient) -> str:
    account, session = _session_of(app, client, own=False, roles=(Role.ADMINISTRATOR,))
    return f"/accounts/{account}/sessions/{session}/end"


def _session_under_another_account(app: Flask, client: FlaskClient) -> str:
    account, session = _session_of(app, client, own=False, roles=(Role.ADMINISTRATOR,))
    with app.app_context():
        other = make_account().id
    assert other != account
    return f"/accounts/{other}/sessions/{session}/end"


CASES: list[Case] = [
    Case("own session is ended", _own_session, 303, "POST"),
    Case("session of somebody else is absent", _other_session, 404, "POST"),
    Case("absent session is absent", _absent_session, 404, "POST"),
    Case("administrator ends anybody's session", _session_as_administrator, 303, "POST"),
    Case("session under another account is absent", _session_under_another_account, 404, "POST"),
    Case("own visit opens from the own page", door_links.own_visit, 200),
    Case("visit of another ambassador is absent", door_links.visit_of_another, 404),
    Case("outcome of another ambassador is absent", door_links.outcome_of_another, 404),
    Case("an invitation's link opens no own page", door_links.visit_by_an_invitation, 404),
    Case("an own page's link opens no invitation", door_links.invitation_by_own_link, 404),
    Case("a contact's link opens the pack of what they host", door_links.hosted, 200),
    Case("own card of thanks opens", door_links.card(own=True), 200),
    Case("card of another ambassador is absent", door_links.card(own=False), 404),
    Case("own page ends with a pause", door_links.own_page_after(AmbassadorStep.PAUSE), 410),
    Case("own page ends with a suspension", door_links.own_page_after(AmbassadorStep.SUSPEND), 410),
    Case("a line manager's link opens their page", door_links.managers_own, 200),
    Case("a line manager's link ends with another's", door_links.managers_link_after_another, 410),
    Case("a line manager's link opens no own page", door_links.own_page_by_the_managers, 404),
    Case("an applicant's link opens no line manager's page", door_links.managers_page_by_the_own, 404),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rows_open_to_whose_they_are(app: Flask, case: Case) -> None:
    client = app.test_client()
    path = case.make(app, client)
    before = rows(app)
    data = dict(case.data)
    if case.method != "GET":
        data["csrf_token"] = with_token(Person("row", client, frozenset()))
    answer = client.open(path, method=case.method, data=data)
    assert answer.status_code == case.status
    if case.status >= 400:
        assert rows(app) == before
