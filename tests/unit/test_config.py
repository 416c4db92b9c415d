"""Production refuses to start unsafe, and says why; the demo refuses to be reached from elsewhere."""

from __future__ import annotations

import pytest

from config import BadConfig, from_environment

GOOD = {
    "SECRET_KEY": "s" * 40,
    "HASH_KEY": "h" * 40,
    "BASE_URL": "https://outreach.example",
    "MAIL_FROM": "care@outreach.example",
}


def test_production_starts_with_its_secrets() -> None:
    config = from_environment(GOOD | {"COUNCIL_EMAIL_DOMAINS": "@Council.example, schools.example"})
    assert not config.demo
    assert config.https
    assert config.host == "outreach.example"
    assert config.council_email_domains == ("council.example", "schools.example")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"HASH_KEY": ""}, "HASH_KEY"),
        ({"SECRET_KEY": "demo-only-secret-key-that-guards-nothing"}, "SECRET_KEY"),
        ({"HASH_KEY": "s" * 40}, "HASH_KEY"),
        ({"MAIL_FROM": ""}, "MAIL_FROM"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"CLOCK_OFFSET_SECONDS": "60"}, "CLOCK_OFFSET_SECONDS"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES"),
    ],
)
def test_production_refuses_and_names_the_setting(changed: dict[str, str], named: str) -> None:
    with pytest.raises(BadConfig, match=named):
        from_environment(GOOD | changed)


def test_demo_needs_nothing() -> None:
    config = from_environment({"DEMO": "1"})
    assert config.demo
    assert config.base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "changed",
    [
        {"BIND": "0.0.0.0:8000"},
        {"BIND": "192.168.1.5:8000"},
        {"BASE_URL": "https://outreach.example"},
        {"TRUSTED_PROXIES": "1"},
    ],
)
def test_demo_refuses_to_be_reached_from_elsewhere(changed: dict[str, str]) -> None:
    with pytest.raises(BadConfig):
        from_environment({"DEMO": "1"} | changed)


def test_demo_is_only_ever_the_word_1() -> None:
    with pytest.raises(BadConfig):
        from_environment({"DEMO": "true"})


@pytest.mark.parametrize(
    "url",
    ["mail.example", "https://me:secret@mail.example", "imaps://mail.example/INBOX", "imaps://me:secret@",
     "imaps://[me:secret@x"],
)  # fmt: skip
def test_mailbox_must_be_an_address_with_a_user_and_its_password_is_not_told(url: str) -> None:
    with pytest.raises(BadConfig) as refused:
        from_environment({"DEMO": "1", "IMAP_URL": url})
    assert "secret" not in str(refused.value)
    assert "imap_url" not in repr(from_environment({"DEMO": "1", "IMAP_URL": "imaps://me:secret@mail.example/INBOX"}))
