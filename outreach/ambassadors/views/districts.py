"""How well the districts are covered, for everybody."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from outreach.ambassadors import queries
from outreach.ambassadors.rules import Cover, DistrictCover, cover_of, say_cover
from outreach.ambassadors.views import bp
from outreach.districts.models import District
from outreach.districts.queries import get_district, list_districts
from outreach.web.door import EVERYONE, Role, actor, allow
from outreach.web.forms import show

TILE_STATES = {Cover.COVERED: "good", Cover.NEIGHBOUR: "low", Cover.NOBODY: "none"}


@bp.get("/districts")
@allow(EVERYONE)
def districts() -> Response:
    people = queries.list_people()
    covers = [(district, cover_of(district.id, people)) for district in list_districts()]
    return show(
        "ambassadors/districts.html",
        tiles=[_tile(district, cover) for district, cover in _by_place(covers)],
        covered=sum(cover.cover is Cover.COVERED for _, cover in covers),
        council_employed=sum(cover.council_employed for _, cover in covers),
    )


@bp.get("/districts/<slug>")
@allow(EVERYONE)
def district(slug: str) -> Response:
    found = get_district(slug)
    names = actor().has(Role.COORDINATOR)
    return show(
        "ambassadors/district.html",
        district=found,
        cover=cover_of(found.id, queries.list_people()),
        at_home=queries.list_at_home_in(found) if names else [],
        travelling=queries.list_travelling_to(found) if names else [],
        names=names,
    )


def _by_place(covers: list[tuple[District, DistrictCover]]) -> list[tuple[District, DistrictCover]]:
    """From the top left of the map, the order in which a narrow screen and a screen reader have them."""
    return sorted(covers, key=lambda one: (one[0].row, one[0].column))


def _tile(district: District, cover: DistrictCover) -> dict[str, object]:
    return {
        "name": district.name,
        "href": url_for("ambassadors.district", slug=district.slug),
        "number": cover.ready,
        "words": "active",
        "note": say_cover(cover),
        "state": TILE_STATES[cover.cover],
        "row": district.row,
        "column": district.column,
    }
