"""Hostile input for every page: seeded, so that each input can be repeated alone by its number."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from outreach import clock
from outreach.accounts.links import mint_link
from outreach.accounts.models import Account, AccountRole
from outreach.db import db
from outreach.demo.rules import PERSONAS
from outreach.districts.models import District
from outreach.events.models import Assignment, Event
from outreach.visits.models import VisitRequest
from outreach.web.door import ActorKind, Purpose, Role, access_of
from tests.makers import sign_in
from tests.pages.view import PageView, answers, choices

HOSTILE = [
    "",
    " ",
    "0",
    "-1",
    "½",
    "1e309",
    "NaN",
    "9" * 5000,
    "٣١",
    "31",
    "2",
    "2026-02-31",
    "0000",
    "1:30",
    "25:61",
    "yes",
    "None",
    "null",
    "x" * 10_000,
    "é" * 201,
    "😀👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\u202egnirts desrever\u202c",
    "a\x00b",
    "a\r\nb\n\n\n\nc",
    "a@b.example\r\nBcc: c@d.example",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=1+1",
    "@SUM(A1)",
    "{{ 7 * 7 }}",
    "%s%n%d",
    "' OR 1=1 --",
    "%",
    "_",
    "\\",
    "../../../etc/passwd",
    "//evil.example/",
    "javascript:alert(1)",
    "\ufffe\uffff",
    "ﷺ" * 50,
    "a" + "\u0301" * 300,
]
ROLES = (*(persona.key for persona in PERSONAS), None)
ARGUMENT = re.compile(r"<(?:(?P<kind>[^:<>]+):)?(?P<name>[^<>]+)>")


@dataclass
class Known:
    """What is in the database, so that half of the addresses lead somewhere."""

    words: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Attack:
    """One request: who, what and with which answers."""

    number: int
    role: str | None
    method: str
    path: str
    sent: dict[str, list[str]]

    def __str__(self) -> str:
        short = {name: [value[:60] for value in values] for name, values in self.sent.items()}
        return f"input {self.number}: {self.method} {self.path[:200]} as {self.role}, with {short}"


class Fuzzer:
    """Attacks an application that has the demo county in its database. Forms need no CSRF token there."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.config["WTF_CSRF_ENABLED"] = False
        self.rules = sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=str)
        with app.app_context():
            self.accounts = {persona.key: self._account(persona.email) for persona in PERSONAS}
            self.known = self._known()
        self.clients: dict[str | None, FlaskClient] = {role: app.test_client() for role in ROLES}
        for role in ROLES:
            self.let_in(role)

    def _account(self, email: str) -> int:
        return db.session.scalars(select(Account.id).where(Account.email == email)).one()

    def let_in(self, role: str | None) -> None:
        """Sign somebody in, whatever earlier input did to their session, their roles or their account."""
        persona = next((one for one in PERSONAS if one.key == role), None)
        if persona is None:
            return
        with self.app.app_context():
            account = db.session.get_one(Account, self.accounts[persona.key])
            account.disabled_at = None
            if {one.role.value for one in account.roles} != set(persona.roles):
                account.roles = []
                db.session.flush()
                account.roles = [AccountRole(role=Role(name)) for name in persona.roles]
            sign_in(self.clients[role], account)

    def _known(self) -> Known:
        requests = db.session.scalars(select(VisitRequest).order_by(VisitRequest.id.desc()).limit(40)).all()
        events = db.session.scalars(select(Event).order_by(Event.id.desc()).limit(40)).all()
        assignments = db.session.scalars(select(Assignment).order_by(Assignment.id.desc()).limit(10)).all()
        ends = clock.now() + timedelta(days=300)
        links = [mint_link(Purpose.FOLLOW, one.id, ActorKind.CONTACT, one.contact_id, ends) for one in requests[:10]]
        for purpose in (Purpose.INVITATION, Purpose.OUTCOME):
            links += [mint_link(purpose, one.id, ActorKind.AMBASSADOR, one.ambassador_id, ends) for one in assignments]
        hosted = [one for one in events if one.contact_id and one.visit_request_id is None][:5]
        links += [mint_link(Purpose.HOST, one.id, ActorKind.CONTACT, one.contact_id or 0, ends) for one in hosted]
        db.session.commit()
        slugs = list(db.session.scalars(select(District.slug).order_by(District.id)))
        uids = list(db.session.scalars(select(Event.uid_public).order_by(Event.id).limit(5)))
        month = clock.today().strftime("%Y-%m")
        return Known(
            {
                "reference": [one.reference for one in (*requests, *events)],
                "token": [link.rsplit("/", 1)[1] for link in links],
                "slug": [*slugs, "county", "nowhere"],
                "month": [month, "2026-13", "9999-12", "0001-01"],
                "step": ["institution", "site", "contact", "activity", "audience", "dates", "supervisor"],
                "uid": uids,
                "key": ["coordinator", "nobody"],
            }
        )

    def attack(self, number: int) -> tuple[Attack, int]:
        """Send input `number`; the answer's status."""
        chance = random.Random(f"fuzz {number}")
        rule = chance.choice(self.rules)
        role = self._somebody(rule, chance)
        self.let_in(role)
        path = self.path_of(rule, chance, true=chance.random() < 0.5)
        method = "POST" if "POST" in (rule.methods or ()) and chance.random() < 0.75 else "GET"
        sent = self._answers(role, path, chance) if method == "POST" else self._query(rule, chance)
        attack = Attack(number, role, method, path, sent)
        where = {"data": MultiDict(sent)} if method == "POST" else {"query_string": MultiDict(sent)}
        address = f"10.{chance.randint(0, 255)}.{chance.randint(0, 255)}.1"
        response = self.clients[role].open(
            path,
            method=method,
            environ_base={"REMOTE_ADDR": address},
            **where,  # type: ignore[arg-type]
        )
        return attack, response.status_code

    def _somebody(self, rule: Rule, chance: random.Random) -> str | None:
        """Mostly somebody who may enter: the door stops the others, and behind it nothing would be tried."""
        access = access_of(self.app, rule.endpoint)
        roles = {role.value for role in access.roles} if access else set()
        able = [one.key for one in PERSONAS if roles.intersection(one.roles)]
        return chance.choice(able) if able and chance.random() < 0.8 else chance.choice(ROLES)

    def path_of(self, rule: Rule, chance: random.Random, *, true: bool = False) -> str:
        """The rule's address with something in the place of each argument; `true` keeps to what is there."""

        def fill(found: re.Match[str]) -> str:
            if (found["kind"] or "").startswith("int"):
                return str(chance.choice([1, 2, 3, 30] if true else [0, 1, 2, 3, 30, 2147483647, 2147483648, 10**30]))
            if (found["kind"] or "").startswith("any"):
                return chance.choice(re.findall(r"\w+", found["kind"])[1:])
            known = self.known.words.get(found["name"], ["1"])
            return quote(chance.choice(known if true or chance.random() < 0.7 else HOSTILE[1:]), safe="")

        return ARGUMENT.sub(fill, rule.rule)

    def _query(self, rule: Rule, chance: random.Random) -> dict[str, list[str]]:
        names = ["page", "q", "words", "status", "district", "next", "from", "kind", "short", "first-day", "x"]
        return {name: [chance.choice(HOSTILE)] for name in chance.sample(names, chance.randint(0, 4))}

    def _answers(self, role: str | None, path: str, chance: random.Random) -> dict[str, list[str]]:
        """The answers of one of the page's own forms, some of them replaced, some left out, some doubled."""
        page = PageView(self.clients[role].get(path), path)
        forms = [form for form in page.forms() if form.get("method") == "post"] if page.is_html else []
        if not forms:
            return {chance.choice(["email", "name", "once", "x"]): [chance.choice(HOSTILE)] for _ in range(3)}
        form = chance.choice(forms)
        sent = answers(form)
        for name in sent:
            dice = chance.random()
            offered = list(choices(form, name).values())
            if dice < 0.35 and offered:
                sent[name] = [chance.choice(offered)]
            elif dice < 0.75:
                sent[name] = [chance.choice(HOSTILE) for _ in range(chance.choice((1, 1, 1, 2)))]
            elif dice < 0.8:
                sent[name] = []
        return sent
