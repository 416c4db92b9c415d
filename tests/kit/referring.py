"""The steps of a referral, as people take them, and what can be looked up about one in a test."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import Account
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.referrals.models import Candidate, Referral, SchemeVersion
from outreach.referrals.queries.scheme import get_version_in_force
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.door import Role
from tests.makers import make_account, sign_in
from tests.pages import PageClient

FRIEND = "sam.friend@friends.example"
TYPED: dict[str, Any] = {
    "name": "Sam Friend",
    "email": FRIEND,
    "phone": "01905 555 0199",
    "post": "care_worker",
    "district": "worcester",
    "hours": "30",
    "new_to_care": "no",
    "of_age": "yes",
}
REST: dict[str, Any] = {name: TYPED[name] for name in ("post", "district", "new_to_care", "of_age")} | {"agree": "yes"}


def allow_details(app: Flask) -> None:
    """Put a second version in force, which lets referrers pass on details."""
    with app.app_context():
        first = get_version_in_force(clock.today())
        db.session.add(
            SchemeVersion(
                number=first.number + 1,
                name="With details",
                terms=first.terms | {"details_mode": True},
                effective_from=clock.today() - timedelta(days=1),
                status=VersionStatus.PUBLISHED,
                created_at=clock.now(),
                published_at=clock.now(),
            )
        )
        db.session.commit()


def signed_in(app: Flask, *roles: Role, name: str = "", email: str = "") -> PageClient:
    """Somebody of the council in front of their browser."""
    person = PageClient(app)
    with app.app_context():
        account = make_account(*roles, name=name, email=email)
        sign_in(person.http, account)
        person.typed.add(account.name)
    return person


def officer(app: Flask, name: str = "Olu Officer") -> PageClient:
    return signed_in(app, Role.RECRUITMENT_OFFICER, name=name)


def account_of(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Account.id).where(Account.name == name)).one()


def get_link(referrer: PageClient) -> str:
    """Have a referrer get their link; its path."""
    referrer.get("/refer")
    page = referrer.submit("Get my link") if "Get my link" in referrer.here.buttons() else referrer.here
    return next("/" + href.split("/", 3)[3] for href in page.links().values() if "/friend/" in href)


def type_details(friend: PageClient, path: str, **changed: Any) -> None:
    """A friend opens a referrer's link and sends their details."""
    friend.get(path)
    friend.submit("Send", TYPED | changed)


def mails_to(app: Flask, address: str, message: str = "") -> list[Mail]:
    with app.app_context():
        found = select(Mail).where(Mail.recipient == address).order_by(Mail.id)
        return [one for one in db.session.scalars(found) if not message or one.message == message]


def link_in(mail: Mail) -> str:
    """The path of the private link in a mail."""
    found = re.search(r"http://[^/\s]+(/friend/answer/\S+)", mail.body)
    assert found, mail.body
    return found[1]


def answer_link(app: Flask, address: str = FRIEND) -> str:
    """The path of the newest private link that was mailed to a friend."""
    return link_in(mails_to(app, address)[-1])


def agree(friend: PageClient, path: str) -> None:
    """A friend who typed their details says yes."""
    friend.get(path)
    friend.submit("Send your answer", answer="yes", agree="yes")
    assert friend.here.h1 == "Your referral"


def refer_and_agree(app: Flask, referrer: PageClient, **changed: Any) -> str:
    """From the referrer's link to a candidate; the reference."""
    friend = PageClient(app)
    type_details(friend, get_link(referrer), **changed)
    agree(friend, answer_link(app, changed.get("email", FRIEND)))
    return reference_of(app, changed.get("email", FRIEND))


def reference_of(app: Flask, email: str = FRIEND) -> str:
    with app.app_context():
        found = select(Referral.reference).join(Candidate).where(Candidate.email == email).order_by(Referral.id.desc())
        return db.session.scalars(found.limit(1)).one()


def pass_on(referrer: PageClient, name: str = "Sam", email: str = FRIEND, *, status: int | None = 200) -> None:
    """A referrer passes on a friend's details."""
    referrer.get("/refer/details")
    referrer.submit("Send", name=name, email=email, agreed="yes", status=status)


def record_stage(person: PageClient, reference: str, stage: str, day: date, *, status: int | None = 200) -> None:
    person.get(f"/candidates/{reference}/stages/{stage}")
    person.submit("Save", day=day, status=status)


def count_rows(app: Flask, *models: Any) -> dict[str, int]:
    """How many rows there are of each model."""
    with app.app_context():
        return {one.__tablename__: len(list(db.session.scalars(select(one)))) for one in models}
