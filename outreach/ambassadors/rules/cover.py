"""How well a district is covered now: what a tile of the map says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Cover(Enum):
    """How well a district is covered. Never shown by colour alone."""

    COVERED = "covered"
    NEIGHBOUR = "covered by a neighbour"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Person:
    """What coverage needs to know of one ambassador."""

    home_district_id: int
    travels_to: frozenset[int]
    council_employed: bool
    ready: bool


@dataclass(frozen=True)
class DistrictCover:
    """The tile of one district: ready people who live there, how many are council-employed, ready neighbours."""

    district_id: int
    ready: int
    council_employed: int
    neighbours: int
    cover: Cover


def cover_of(district_id: int, people: Iterable[Person]) -> DistrictCover:
    """A district is covered by a ready council employee whose home it is; by a neighbour who travels there; or not."""
    ready = council = neighbours = 0
    for person in people:
        if not person.ready:
            continue
        if person.home_district_id == district_id:
            ready += 1
            council += person.council_employed
        elif district_id in person.travels_to and person.council_employed:
            neighbours += 1
    cover = Cover.COVERED if council else Cover.NEIGHBOUR if neighbours else Cover.NOBODY
    return DistrictCover(district_id, ready, council, neighbours, cover)


def say_cover(cover: DistrictCover) -> str:
    """A district's cover in words, which is what a tile says besides its number."""
    if cover.cover is Cover.COVERED:
        return f"{cover.council_employed} council-employed"
    missing = "No council-employed ambassador yet" if cover.ready else "No ambassador yet"
    return f"{missing}: covered by a neighbour" if cover.cover is Cover.NEIGHBOUR else missing
