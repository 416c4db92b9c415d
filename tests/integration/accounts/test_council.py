"""Signing in with the council's account, against a provider of our own on the loopback address."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select

from config import Config
from outreach import clock
from outreach.accounts.actions import mint_sign_in
from outreach.accounts.models import Account, SignedIn
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.web.door import Role
from tests.makers import make_account
from tests.pages import PageClient

CLIENT_ID, CLIENT_SECRET = "outreach", "a-client-secret"
KEY, OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})
JO = {"sub": "jo-at-outreach", "name": "Jo Bloggs", "email": "jo@county.example", "email_verified": True}


@dataclass
class Provider:
    """An OpenID provider that keeps to the protocol, unless a test changes what it says next."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: dict(JO))
    changed: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    broken: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    exchanges: int = 0

    def authorize(self, location: str) -> str:
        """What the person's browser does there: they sign in, and come back by this path."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.url}/authorize?")
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        assert asked["redirect_uri"] == "http://localhost/sign-in/council/return"
        assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"/sign-in/council/return?code={code}&state={asked['state']}"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.exchanges += 1
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or authorization != f"Basic {basic}":
            return 400, {"error": "invalid_grant"}
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.person | self.changed
        header = {"alg": "RS256", "kid": "one"}
        token = jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, self.key)
        return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token}


@pytest.fixture(scope="module")
def _provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {
                "/.well-known/openid-configuration": provider.metadata(),
                "/keys": {"keys": [KEY.as_dict(private=False)]},
            }
            self.answer(503 if provider.broken else 200, pages[self.path])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(*provider.exchange(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def provider(_provider: Provider) -> Provider:
    fresh = Provider(url=_provider.url)
    vars(_provider).update(vars(fresh))
    return _provider


def of(provider: Provider) -> dict[str, str]:
    return {
        "oidc_metadata_url": f"{provider.url}/.well-known/openid-configuration",
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
    }


@pytest.fixture
def settings(settings: Config, provider: Provider) -> Config:
    return replace(settings, **of(provider))


def go(person: PageClient, provider: Provider, start: str = "/sign-in?next=/account") -> str:
    """Up to the provider and back: the path that the browser is sent to at the end."""
    person.get(start)
    away = person.get(person.here.link("Sign in with your council account"), follow=False, status=302)
    return provider.authorize(away.response.headers["Location"])


def sessions(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(SignedIn)).all())


def account(app: Flask, email: str = "jo@county.example") -> Account:
    with app.app_context():
        return db.session.scalars(select(Account).where(Account.email == email)).one()


def test_unknown_person_gets_an_account_that_can_only_refer(app: Flask, provider: Provider) -> None:
    person = PageClient(app)
    page = person.get(go(person, provider))
    assert page.h1 == "Your account"
    assert page.summary()["Email address"] == "jo@county.example"
    found = account(app)
    assert (found.name, found.issuer, found.subject, found.roles) == ("Jo Bloggs", provider.url, "jo-at-outreach", [])
    with app.app_context():
        ours = select(AuditEntry.action).where(AuditEntry.subject_kind.in_(("account", "session")))
        assert list(db.session.scalars(ours.order_by(AuditEntry.id))) == ["account.join", "session.start"]


def test_known_address_is_matched_once_then_the_subject_counts(app: Flask, provider: Provider) -> None:
    with app.app_context():
        make_account(Role.ADMINISTRATOR, name="Jo", email="jo@county.example")
    person = PageClient(app)
    # The council's own sign-in brought its second factor: no second step.
    assert person.get(go(person, provider, "/sign-in?next=/accounts")).h1 == "Accounts"
    # A new surname and address: still the same person.
    provider.person |= {"email": "jo.new@county.example", "name": "Jo New"}
    other = PageClient(app)
    assert other.get(go(other, provider)).summary()["Email address"] == "jo@county.example"
    assert sessions(app) == 2


@pytest.mark.one_database
def test_entra_names_people_by_object_and_tenant(app: Flask, provider: Provider) -> None:
    provider.person = {"sub": "pairwise", "oid": "o-1", "tid": "t-1", "email": "jo@county.example", "xms_edov": True}
    person = PageClient(app)
    assert person.get(go(person, provider)).summary()["Name"].startswith("Jo")
    assert account(app).subject == "t-1:o-1"


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": "jo@elsewhere.example"},
        {"email": "jo@county.example.evil.example"},
    ],
)
@pytest.mark.one_database
def test_address_that_is_not_vouched_for_opens_nothing(app: Flask, provider: Provider, claims: dict[str, Any]) -> None:
    with app.app_context():
        make_account(Role.ADMINISTRATOR, email="jo@county.example")
    provider.changed = claims
    person = PageClient(app)
    page = person.get(go(person, provider), status=403)
    assert "did not give us an email address" in page.main
    assert sessions(app) == 0
    assert account(app).subject is None


def test_second_person_with_the_same_address_is_refused(app: Flask, provider: Provider) -> None:
    person, other = PageClient(app), PageClient(app)
    person.get(go(person, provider))
    provider.person |= {"sub": "somebody-else"}
    page = other.get(go(other, provider), status=403)
    assert "Another person’s council account" in page.main
    assert sessions(app) == 1


@pytest.mark.parametrize("linked", [True, False])
def test_disabled_account_is_refused(app: Flask, provider: Provider, linked: bool) -> None:
    with app.app_context():
        make_account(
            email="jo@county.example",
            disabled_at=clock.now(),
            **({"issuer": provider.url, "subject": "jo-at-outreach"} if linked else {}),
        )
    person = PageClient(app)
    assert "Your account is disabled" in person.get(go(person, provider), status=403).main
    assert sessions(app) == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
    ],
)
@pytest.mark.one_database
def test_token_that_is_not_for_this_sign_in_is_refused(app: Flask, provider: Provider, claims: dict[str, Any]) -> None:
    provider.changed = claims
    person = PageClient(app)
    assert person.get(go(person, provider), status=400).h1 == "You were not signed in"
    assert sessions(app) == 0


@pytest.mark.one_database
def test_token_signed_by_another_key_is_refused(app: Flask, provider: Provider) -> None:
    provider.key = OTHER_KEY
    person = PageClient(app)
    person.get(go(person, provider), status=400)
    assert sessions(app) == 0


@pytest.mark.one_database
def test_another_state_is_refused_before_the_provider_is_asked(app: Flask, provider: Provider) -> None:
    person = PageClient(app)
    back = go(person, provider)
    person.get(back.split("&state=")[0] + "&state=another", status=400)
    person.get(back.split("&state=")[0], status=400)
    assert provider.exchanges == 0
    assert sessions(app) == 0


def test_return_in_another_browser_signs_nobody_in(app: Flask, provider: Provider) -> None:
    """Else whoever is lured to the address would work in the account of the one who made it."""
    person, lured = PageClient(app), PageClient(app)
    back = go(person, provider)
    lured.get("/sign-in")
    lured.get(back, status=400)
    assert provider.exchanges == 0
    assert sessions(app) == 0


def test_address_of_the_return_works_once(app: Flask, provider: Provider) -> None:
    person = PageClient(app)
    back = go(person, provider)
    person.get(back)
    person.get(back, status=400)
    assert (sessions(app), provider.exchanges) == (1, 1)


def test_code_works_once_even_with_a_state_of_its_own(app: Flask, provider: Provider) -> None:
    person, thief = PageClient(app), PageClient(app)
    back = go(person, provider)
    person.get(back)
    theirs = go(thief, provider)
    stolen = back.split("&state=")[0] + "&state=" + theirs.split("&state=")[1]
    thief.get(stolen, status=400)
    assert sessions(app) == 1


def test_code_of_another_sign_in_fails_the_proof_key(app: Flask, provider: Provider) -> None:
    """A code that was caught on the way is of no use in the catcher's own browser."""
    person, thief = PageClient(app), PageClient(app)
    caught, theirs = go(person, provider), go(thief, provider)
    thief.get(caught.split("&state=")[0] + "&state=" + theirs.split("&state=")[1], status=400)
    assert (sessions(app), provider.exchanges) == (0, 1)


@pytest.mark.one_database
def test_answer_of_another_issuer_is_refused(app: Flask, provider: Provider) -> None:
    person = PageClient(app)
    person.get(go(person, provider) + "&iss=https://evil.example", status=400)
    assert (sessions(app), provider.exchanges) == (0, 0)


@pytest.mark.one_database
def test_refusal_of_the_provider_is_told(app: Flask, provider: Provider) -> None:
    person = PageClient(app)
    back = go(person, provider)
    state = back.split("&state=")[1]
    page = person.get(f"/sign-in/council/return?error=access_denied&state={state}", status=400)
    assert page.h1 == "You were not signed in"
    assert person.click("Start again").h1 == "Sign in"


@pytest.mark.one_database
def test_provider_that_does_not_answer_is_told(make_app: Callable[..., Flask], provider: Provider) -> None:
    app = make_app()  # one that has not asked the provider yet
    provider.broken = True
    page = PageClient(app).get("/sign-in/council", status=503)
    assert "does not answer at the moment" in page.main
    provider.broken = False
    person = PageClient(app)
    assert person.get(go(person, provider)).h1 == "Your account"


@pytest.mark.one_database
def test_next_leads_to_no_other_site(app: Flask, provider: Provider) -> None:
    person = PageClient(app)
    person.get("/sign-in?next=//evil.example")
    away = person.get("/sign-in/council?next=https://evil.example", follow=False, status=302)
    back = provider.authorize(away.response.headers["Location"])
    assert person.get(back, follow=False, status=303).response.headers["Location"] == "/"


def test_mailed_links_are_off_where_the_council_signs_in(app: Flask, provider: Provider) -> None:
    with app.app_context():
        make_account(name="Jo", email="jo@county.example")
        link, code = mint_sign_in("jo@county.example")
        db.session.commit()
    person = PageClient(app)
    assert "Send me a link" not in person.get("/sign-in").buttons()
    # A link from the command line still lets somebody in when the provider is down.
    person.get("/" + link.split("/", 3)[3])
    person.post("/sign-in", {"email": "jo@county.example"}, status=404)
    person.get("/" + link.split("/", 3)[3])
    person.submit("Sign in", code=code, follow=False, status=303)
    assert person.get("/account").summary()["Name"].startswith("Jo")
    with app.app_context():
        assert db.session.scalars(select(Mail)).all() == []


@pytest.mark.one_database
def test_council_pages_are_absent_without_a_provider(make_app: Callable[..., Flask]) -> None:
    person = PageClient(make_app(oidc_metadata_url=""))
    person.get("/sign-in/council", status=404)
    person.get("/sign-in/council/return?code=a&state=b", status=404)
