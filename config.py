"""One Config, read from the environment. Production refuses to start without its secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
DEFAULT_COUNTY = ROOT / "outreach" / "data" / "worcestershire.toml"
DEFAULT_SCHEME = ROOT / "outreach" / "data" / "scheme.toml"
SHORTEST_SECRET = 32


class BadConfig(SystemExit):
    """A setting that the product refuses to start with; the message names it and the remedy."""


@dataclass(frozen=True)
class Config:
    """Everything that differs between one installation and the next."""

    database_url: str
    secret_key: str
    hash_key: str
    base_url: str
    mail_from: str
    calendar_mailbox: str = ""
    smtp_url: str = ""
    imap_url: str = field(default="", repr=False)
    council_email_domains: tuple[str, ...] = ()
    demo: bool = False
    bind: str = "127.0.0.1:8000"
    trusted_proxies: int = 0
    county_file: Path = DEFAULT_COUNTY
    scheme_file: Path = DEFAULT_SCHEME
    oidc_metadata_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    embedded_worker: bool = True
    clock_offset_seconds: int = 0

    @property
    def oidc(self) -> bool:
        """Whether the council's own sign-in is set up."""
        return bool(self.oidc_metadata_url)

    @property
    def mail_replies(self) -> str:
        """The address that invitations come from and that answers go to: a mailbox that is read."""
        return self.calendar_mailbox or parseaddr(self.mail_from)[1]

    @property
    def invitations_from(self) -> str:
        """The From of an invitation: its organizer's own address, under the name that all mails bear."""
        return formataddr((parseaddr(self.mail_from)[0], self.mail_replies))

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration. Raises BadConfig naming the variable that is missing or unsafe."""
    demo = environ.get("DEMO", "") == "1"
    bind = environ.get("BIND", "127.0.0.1:8000")
    base_url = environ.get("BASE_URL", f"http://{bind}" if demo else "").rstrip("/")
    config = Config(
        database_url=environ.get("DATABASE_URL", f"sqlite:///{ROOT / 'instance' / 'outreach.db'}"),
        secret_key=environ.get("SECRET_KEY", "demo-only-secret-key-that-guards-nothing" if demo else ""),
        hash_key=environ.get("HASH_KEY", "demo-only-hash-key-that-protects-nothing" if demo else ""),
        base_url=base_url,
        mail_from=environ.get("MAIL_FROM", "outreach@county.example" if demo else ""),
        calendar_mailbox=environ.get("CALENDAR_MAILBOX", "").strip(),
        smtp_url=environ.get("SMTP_URL", ""),
        imap_url=environ.get("IMAP_URL", "").strip(),
        council_email_domains=_words(environ.get("COUNCIL_EMAIL_DOMAINS", "county.example" if demo else "")),
        demo=demo,
        bind=bind,
        trusted_proxies=_whole(environ, "TRUSTED_PROXIES"),
        county_file=Path(environ.get("COUNTY", DEFAULT_COUNTY)),
        scheme_file=Path(environ.get("SCHEME", DEFAULT_SCHEME)),
        oidc_metadata_url=environ.get("OIDC_METADATA_URL", ""),
        oidc_client_id=environ.get("OIDC_CLIENT_ID", ""),
        oidc_client_secret=environ.get("OIDC_CLIENT_SECRET", ""),
        embedded_worker=environ.get("WORKER", "thread") == "thread",
        clock_offset_seconds=_whole(environ, "CLOCK_OFFSET_SECONDS"),
    )
    check(config)
    return config


def check(config: Config) -> None:
    """Refuse what would be unsafe to run. Raises BadConfig."""
    _check_mailbox(config.imap_url)
    if config.demo:
        bind_host = config.bind.rsplit(":", 1)[0].strip("[]")
        if bind_host not in LOOPBACK or config.host not in LOOPBACK:
            raise BadConfig("DEMO=1 lets anybody be anybody, so BIND and BASE_URL must be on the loopback address.")
        if config.trusted_proxies:
            raise BadConfig("DEMO=1 must not stand behind a proxy: unset TRUSTED_PROXIES.")
        return
    for name, value in (("SECRET_KEY", config.secret_key), ("HASH_KEY", config.hash_key)):
        if len(value) < SHORTEST_SECRET:
            raise BadConfig(f"{name} must be set to at least {SHORTEST_SECRET} random characters.")
        if value.startswith("demo-only"):
            raise BadConfig(f"{name} is the demo value: set it to a secret of your own.")
    if config.secret_key == config.hash_key:
        raise BadConfig("SECRET_KEY and HASH_KEY must differ, so that one can be changed without the other.")
    if "@" not in config.mail_from:
        raise BadConfig("MAIL_FROM must be set to the address that mails come from.")
    if "@" not in config.mail_replies or any(character in config.mail_replies for character in " <>,;:"):
        raise BadConfig("CALENDAR_MAILBOX must be one address, such as visits@council.example.")
    if not config.host:
        raise BadConfig("BASE_URL must be set to the address people use, such as https://outreach.example.")
    if config.clock_offset_seconds:
        raise BadConfig("CLOCK_OFFSET_SECONDS is for tests and demonstrations: unset it.")


def _check_mailbox(url: str) -> None:
    """The message does not repeat the address: a password stands in it."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("imap", "imaps") and parts.hostname and parts.username and parts.port != 0
    except ValueError:
        usable = False
    if url and not usable:
        raise BadConfig("IMAP_URL must be an address such as imaps://user:password@mail.example/INBOX.")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip().lower().lstrip("@") for word in text.split(",") if word.strip())


def _whole(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name, "0")
    try:
        return int(text)
    except ValueError:
        raise BadConfig(f"{name} must be a whole number, not {text!r}.") from None
