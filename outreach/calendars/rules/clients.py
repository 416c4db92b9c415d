"""Which family a calendar program belongs to, by what it says of itself."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache


class Client(Enum):
    """A family of calendar programs: all that is kept of who fetches a feed."""

    GOOGLE = "google"
    OUTLOOK = "outlook"
    APPLE = "apple"
    THUNDERBIRD = "thunderbird"
    NEXTCLOUD = "nextcloud"
    ANDROID = "android"
    BROWSER = "browser"
    UNNAMED = "unnamed"
    OTHER = "other"


CLIENT_WORDS = {
    Client.GOOGLE: "Google Calendar",
    Client.OUTLOOK: "Outlook",
    Client.APPLE: "Apple Calendar",
    Client.THUNDERBIRD: "Thunderbird",
    Client.NEXTCLOUD: "Nextcloud",
    Client.ANDROID: "an Android app",
    Client.BROWSER: "a web browser",
    Client.UNNAMED: "a program that gives no name",
    Client.OTHER: "another program",
}

# The first that is found decides: Thunderbird and Outlook call themselves Mozilla too, as every browser does.
SIGNS: tuple[tuple[re.Pattern[str], Client], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), client)
    for pattern, client in (
        (r"google", Client.GOOGLE),
        (r"thunderbird|lightning", Client.THUNDERBIRD),
        (r"outlook|microsoft|exchange|\bmsoffice", Client.OUTLOOK),
        (r"nextcloud|owncloud", Client.NEXTCLOUD),
        (r"icsx5|davx5|icsdroid|etar", Client.ANDROID),
        (r"dataaccessd|calendaragent|\bcalendar/|\bical/|accountsd|remindd", Client.APPLE),
        (r"^mozilla/", Client.BROWSER),
    )
)
LONGEST = 300


def family_of(user_agent: str | None) -> Client:
    """The family of a program. What is very long, or says nothing known, is another program."""
    said = (user_agent or "")[:LONGEST].strip()
    return _family_of(said) if said else Client.UNNAMED


@lru_cache(maxsize=256)
def _family_of(said: str) -> Client:
    return next((client for sign, client in SIGNS if sign.search(said)), Client.OTHER)
