"""Private feeds: what kinds there are, who may have which, and what their addresses end in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

UNUSED_DAYS = 400
"""After so long without a fetch an address is forgotten; as long it is remembered that one was ended."""

LONGEST_NAME = 80


class FeedKind(Enum):
    """What a private feed holds."""

    OWN = "own"  # an ambassador's invitations and visits
    VISITS = "visits"  # the visits to a contact's institution
    STAFF = "staff"  # everything in one district, or in the county
    WORK = "work"  # what a coordinator has to do
    REWARDS = "rewards"  # when rewards fall due


@dataclass(frozen=True)
class KindWords:
    """A kind of feed as people read it: what it is called, what is in it, and whether what is over stays."""

    title: str
    about: str
    shows: tuple[str, ...]
    stays: bool = True


KIND_WORDS = {
    FeedKind.OWN: KindWords(
        "Your visits",
        "The visits that you are invited to or have agreed to.",
        (
            "an invitation that you have not answered yet, as tentative",
            "a visit that you have agreed to, as busy",
            "a visit that is called off, marked “Cancelled”",
        ),
    ),
    FeedKind.VISITS: KindWords(
        "Your visits",
        "The visits that you have asked for, once they have a date.",
        (
            "when and where the visit is",
            "whether somebody has agreed to come",
            "a visit that is called off, marked “Cancelled”",
        ),
    ),
    FeedKind.STAFF: KindWords(
        "Everything that is planned",
        "Every event and visit, public or not: its state, who is on it and what is missing.",
        (
            "the names of the ambassadors who are coming or invited",
            "how many are still needed",
            "events that are called off, marked “Cancelled”",
        ),
    ),
    FeedKind.WORK: KindWords(
        "Your work",
        "Events that still lack ambassadors, and outcomes that nobody has recorded.",
        (
            "an event that lacks ambassadors, at its own time",
            "an outcome that is missing, on today’s date until it is recorded",
        ),
        stays=False,
    ),
    FeedKind.REWARDS: KindWords(
        "Rewards to come",
        "The days on which rewards fall due in the next six months, if all the terms are met. No names.",
        ("the reference of the referral and the milestone, as a whole day",),
        stays=False,
    ),
}

# A kind of feed as administrators read of it, with whose it is.
NAMES_WITH_HOLDERS = {
    FeedKind.OWN: "Ambassadors’ own visits",
    FeedKind.VISITS: "Contacts’ visits",
    FeedKind.STAFF: "Coordinators’ districts",
    FeedKind.WORK: "Coordinators’ work",
    FeedKind.REWARDS: "Recruitment officers’ due dates",
}

# The role that an account must have for a feed, by its code: the same as for the pages that show the same.
ROLE_FOR = {
    FeedKind.STAFF: "coordinator",
    FeedKind.WORK: "coordinator",
    FeedKind.REWARDS: "recruitment_officer",
}

# What is set as the `name` of a feed and stands at the end of its address; a district's feed is named after it.
NAMES = {
    FeedKind.OWN: "my-visits",
    FeedKind.VISITS: "visits",
    FeedKind.STAFF: "county",
    FeedKind.WORK: "work",
    FeedKind.REWARDS: "rewards",
}


def name_of(kind: FeedKind, district: str | None = None) -> str:
    """What a feed's address ends in; one holder has no two live feeds of one name."""
    return f"district-{district}" if district else NAMES[kind]


def attachment(reference: str, title: str) -> str:
    """The Content-Disposition of a single event's file: a plain name for every program, its title for those that can.

    Control characters, marks that turn the direction of text and what file systems refuse are left out.
    """
    kept = "".join(
        " "
        if letter in '\\/:*?"<>|' or unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        else letter
        for letter in title
    )
    name = " ".join(kept.split())[:LONGEST_NAME].strip(" .")
    plain = re.sub(r"[^A-Za-z0-9-]", "", reference) or "event"
    return f"attachment; filename=\"{plain}.ics\"; filename*=UTF-8''{quote(f'{name} {plain}.ics'.strip(), safe='')}"


def webcal(url: str) -> str:
    """An address as programs are opened by it; nothing for no address."""
    return "webcal://" + url.partition("://")[2] if url else ""
