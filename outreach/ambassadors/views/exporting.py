"""The lists of the promise board as files. The register's own file stands with its list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from werkzeug.wrappers import Response

from outreach.ambassadors.models import UnmetDemand
from outreach.ambassadors.rules.board import Cell
from outreach.ambassadors.rules.wording import LIGHT_WORDS, say_why
from outreach.districts.models import District
from outreach.web.downloads import download

BOARD = ("District", "Week from", "Light", "Why", "Working here", "Travelling here")
DEMAND = ("District", "Asked for", "Times", "First on", "Last on")


def download_board(districts: Iterable[District], cells: Mapping[int, Iterable[Cell]]) -> Response:
    """A row for each district and week; how many people, and no name."""
    return download(
        "promise-board",
        BOARD,
        [
            (one.name, cell.monday, LIGHT_WORDS[cell.light], say_why(cell), len(cell.at_home), len(cell.neighbours))
            for one in districts
            for cell in cells[one.id]
        ],
    )


def download_demand(demand: Iterable[tuple[UnmetDemand, str]]) -> Response:
    """A row for each thing that was asked for in vain, with its words."""
    return download(
        "unmet-demand",
        DEMAND,
        [(one.district.name, words, one.times, one.first_told_at, one.last_told_at) for one, words in demand],
    )
