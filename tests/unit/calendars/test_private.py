"""The names of private feeds and of files, and the families of programs."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.calendars.rules.clients import Client, family_of
from outreach.calendars.rules.private import (
    KIND_WORDS,
    NAMES,
    NAMES_WITH_HOLDERS,
    FeedKind,
    attachment,
    name_of,
    webcal,
)

DISPOSITION = re.compile(r"attachment; filename=\"([A-Za-z0-9-]{1,80}\.ics)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)")


def test_every_kind_has_words_a_name_and_a_holder() -> None:
    assert set(KIND_WORDS) == set(NAMES) == set(NAMES_WITH_HOLDERS) == set(FeedKind)
    assert len(set(NAMES.values())) == len(FeedKind)


def test_a_districts_feed_is_named_after_it_and_never_like_another() -> None:
    assert name_of(FeedKind.STAFF, "redditch") == "district-redditch"
    assert name_of(FeedKind.STAFF) == "county"
    assert name_of(FeedKind.STAFF, "work") != name_of(FeedKind.WORK)


def test_webcal_is_the_same_address_in_another_scheme() -> None:
    assert webcal("https://x.example/feeds/t/work.ics") == "webcal://x.example/feeds/t/work.ics"
    assert webcal("") == ""


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Careers talk", "Careers talk EV-2345-6789.ics"),
        ("Café “open” 🐈", "Café “open” 🐈 EV-2345-6789.ics"),
        ("../../etc/passwd", "etc passwd EV-2345-6789.ics"),
        ('a"; filename="x.exe', "a ; filename= x.exe EV-2345-6789.ics"),
        ("CR\r\nSet-Cookie: x\u202egpj\u2028", "CR Set-Cookie x gpj EV-2345-6789.ics"),
        ("", "EV-2345-6789.ics"),
        ("...", "EV-2345-6789.ics"),
    ],
)
def test_t11_a_file_has_a_plain_name_and_a_full_one(title: str, name: str) -> None:
    found = DISPOSITION.fullmatch(attachment("EV-2345-6789", title))
    assert found is not None
    assert found[1] == "EV-2345-6789.ics"
    assert unquote(found[2]) == name


@given(st.text(max_size=400))
def test_t11_no_title_breaks_out_of_the_header(title: str) -> None:
    found = DISPOSITION.fullmatch(attachment("EV-2345-6789", title))
    assert found is not None
    assert len(unquote(found[2])) <= 100


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("Google-Calendar-Importer", Client.GOOGLE),
        ("Mozilla/5.0 (compatible; Google-Calendar-Importer; +http://google.com)", Client.GOOGLE),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.3", Client.THUNDERBIRD),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)", Client.OUTLOOK),
        ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", Client.OUTLOOK),
        ("iOS/18.1 (22B83) dataaccessd/1.0", Client.APPLE),
        ("macOS/15.1 (24B83) CalendarAgent/1150", Client.APPLE),
        ("Nextcloud Webcal Service", Client.NEXTCLOUD),
        ("ICSx5/2.2.3 (ical4j/4.0 okhttp/4.12)", Client.ANDROID),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36", Client.BROWSER),
        ("vdirsyncer/0.19.3", Client.OTHER),
        ("", Client.UNNAMED),
        ("   ", Client.UNNAMED),
        (None, Client.UNNAMED),
        ("x" * 100_000 + "google", Client.OTHER),
        ("\r\n\x00é", Client.OTHER),
    ],
)
def test_a_program_is_known_by_its_family_only(said: str | None, client: Client) -> None:
    assert family_of(said) is client
