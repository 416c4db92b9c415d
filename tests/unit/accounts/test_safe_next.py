"""Where a sign-in may lead: pages of ours, in thirty spellings of pages that are not."""

from __future__ import annotations

import pytest
from flask import Flask

from outreach.web.door import safe_next

OURS = [
    "/",
    "/requests",
    "/requests?state=new&page=2",
    "/requests/VR-1234-5678",
    "/requests?next=//evil.example",
    "/requests?next=https://evil.example/",
]

NOT_OURS = [
    None,
    "",
    " ",
    "requests",
    "//evil.example",
    "///evil.example",
    "////evil.example/requests",
    "//evil.example/requests",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "/requests\r\nSet-Cookie: a=b",
    "\t//evil.example",
    " //evil.example",
    " /requests",
    "/requests\x00",
    "/requests\x7f",
    "/%09/evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "http:evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "https://localhost@evil.example/requests",
    "https://localhost/requests",
    "http://localhost:80/requests",
    "javascript:alert(1)",
    "data:text/html,hello",
    "/nowhere",
    "/requests/",
    "/only-post",
    "@evil.example",
    "?next=/requests",
    "/requests?" + "a" * 2000,
]


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(__name__)
    for rule in ("/", "/requests", "/requests/<reference>"):
        app.add_url_rule(rule, rule, lambda **_: "")
    app.add_url_rule("/only-post", "only-post", lambda: "", methods=["POST"])
    return app


@pytest.mark.parametrize("target", OURS)
def test_our_pages_are_kept(app: Flask, target: str) -> None:
    with app.test_request_context("/sign-in"):
        assert safe_next(target) == target


@pytest.mark.parametrize("target", NOT_OURS)
def test_other_addresses_are_dropped(app: Flask, target: str | None) -> None:
    with app.test_request_context("/sign-in"):
        assert safe_next(target) is None
