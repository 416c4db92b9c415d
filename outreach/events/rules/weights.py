"""What the order of the shortlist is made of: each criterion in words, and how many points it counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

MOST_POINTS = 100


class Criterion(Enum):
    """What speaks for somebody, or against them. The codes are kept with each choice and never change."""

    DISTRICT = "district"
    TRAVEL = "travel"
    AUDIENCE = "audience"
    ACTIVITY = "activity"
    QUALIFICATION = "qualification"
    FREE = "free"
    HOURS = "hours"
    REST = "rest"
    SHARE = "share"
    NOTICE = "notice"
    DECLINED = "declined"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Weighing:
    """A criterion as a coordinator reads it, and what it counts where nobody has changed it."""

    criterion: Criterion
    called: str
    words: str
    points: int
    against: bool = False  # its points are taken off


WEIGHINGS = (
    Weighing(
        Criterion.DISTRICT,
        "In the district",
        "All of these points if they are based in the district of the event, half if they travel to it. "
        "None for an event online.",
        20,
    ),
    Weighing(
        Criterion.TRAVEL,
        "Travel time",
        "All of these points in their own town, half at 30 minutes, none from 60 minutes. None for an event online.",
        20,
    ),
    Weighing(Criterion.AUDIENCE, "Talks to the audience", "All of these points if they talk to this audience.", 15),
    Weighing(Criterion.ACTIVITY, "Offers the kind of visit", "All of these points if they offer it.", 15),
    Weighing(
        Criterion.QUALIFICATION,
        "Has the qualification",
        "All of these points if the opening asks for a role or qualification and they have it.",
        20,
    ),
    Weighing(Criterion.FREE, "Free then", "All of these points if it lies in the usual week that they gave.", 10),
    Weighing(
        Criterion.HOURS,
        "Agreed hours left",
        "All of these points if none of the hours a month that their manager agreed are used, half if half are.",
        10,
    ),
    Weighing(
        Criterion.REST,
        "Weeks since the last outing",
        "All of these points from 12 weeks, or if they have not been out yet; half at 6 weeks.",
        15,
    ),
    Weighing(
        Criterion.SHARE,
        "Share of this term’s outings",
        "All of these points if they have had none, half if they have had the average, none from twice that.",
        20,
    ),
    Weighing(
        Criterion.NOTICE,
        "Notice",
        "All of these points if they get twice the notice that they ask for, or ask for none; half if just as much.",
        5,
    ),
    Weighing(
        Criterion.DECLINED, "Declined before", "Taken off if they said no to this event before.", 30, against=True
    ),
    Weighing(
        Criterion.UNANSWERED,
        "Did not answer before",
        "Taken off if they were asked to this event before and did not answer.",
        15,
        against=True,
    ),
)

DEFAULT_POINTS: Mapping[Criterion, int] = {one.criterion: one.points for one in WEIGHINGS}


def points_of(kept: Mapping[str, int]) -> dict[Criterion, int]:
    """The points of every criterion: those kept by code, and as they are here where nothing is kept."""
    return {one.criterion: kept.get(one.criterion.value, one.points) for one in WEIGHINGS}


def stamp_of_points(points: Mapping[Criterion, int]) -> str:
    """All points in one line: an edit form carries it, so that a change made meanwhile is not written over."""
    return "-".join(str(points[one.criterion]) for one in WEIGHINGS)
