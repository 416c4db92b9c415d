"""The promise board, one of its cells, and what was asked for in vain."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.ambassadors import queries
from outreach.ambassadors.actions.demand import close_demand
from outreach.ambassadors.models import UnmetDemand
from outreach.ambassadors.queries.board import get_demand, list_colleagues, list_members, list_open_demand
from outreach.ambassadors.rules.board import Cell, Dark, Member, board_of, dark_day, is_kept, weeks_from
from outreach.ambassadors.rules.filling import Filling, filling_of
from outreach.ambassadors.rules.wording import LIGHT_WORDS, say_cell, say_kept, say_terms, say_why
from outreach.ambassadors.views import bp
from outreach.ambassadors.views.exporting import download_board, download_demand
from outreach.districts.models import District
from outreach.districts.queries import get_district, list_districts
from outreach.errors import NotFound
from outreach.web.door import Role, actor, allow
from outreach.web.downloads import wants_file
from outreach.web.forms import show

# How many names a list on a cell's page has; the register has the others.
MOST_NAMES = 20


@bp.get("/board")
@allow(Role.COORDINATOR, Role.VIEWER)
def board() -> Response:
    """No name stands on it, so scrutiny sees the same board as the coordinator."""
    today = clock.today()
    districts, members = list_districts(), list_members(today)
    cells = board_of([one.id for one in districts], members, today)
    if wants_file():
        return download_board(districts, cells)
    demand = [(one, _say(one)) for one in list_open_demand()]
    if wants_file("demand"):
        return download_demand(demand)
    return show(
        "ambassadors/board.html",
        weeks=weeks_from(today),
        rows=[(one, cells[one.id], dark_day(cells[one.id], members, today)) for one in districts],
        kept=say_kept(sum(is_kept(row) for row in cells.values()), len(districts)),
        whole=all(is_kept(row) for row in cells.values()),
        ready=sum(not one.paused for one in members),
        demand=demand,
        may_act=actor().has(Role.COORDINATOR),
        words=LIGHT_WORDS,
        say_why=say_why,
        is_kept=is_kept,
    )


@bp.get("/board/<slug>/<monday>")
@allow(Role.COORDINATOR, Role.VIEWER)
def board_cell(slug: str, monday: str) -> Response:
    """Why a cell is as it is. A viewer is told the reason; the coordinator also who, and who could fill it."""
    today = clock.today()
    district, members = get_district(slug), list_members(today)
    cells = board_of([district.id], _about(district, members), today)[district.id]
    at = _find_week(cells, monday)
    dark = dark_day(cells, members, today)
    names = actor().has(Role.COORDINATOR)
    return show(
        "ambassadors/board_cell.html",
        district=district,
        cell=cells[at],
        dark=dark,
        said=say_cell(cells[at], district.name),
        word=LIGHT_WORDS[cells[at].light],
        earlier=cells[at - 1].monday if at else None,
        later=cells[at + 1].monday if at + 1 < len(cells) else None,
        filling=_filling(district, cells[at], members, today) if names else None,
        because=_names(district, dark) if names and dark else [],
        most=MOST_NAMES,
    )


@bp.post("/board/demand/<int(max=2147483647):id>/done")
@allow(Role.COORDINATOR)
def demand_done(id: int) -> Response:
    demand = get_demand(id)
    close_demand(actor(), demand)
    flash(f"Done: {_say(demand)}, {demand.district.name}.", "success")
    return redirect(url_for("ambassadors.board"), 303)


def _about(district: District, members: list[Member]) -> list[Member]:
    return [one for one in members if one.home == district.id or district.id in one.travels]


def _find_week(cells: list[Cell], monday: str) -> int:
    """Which of the board's weeks this is. Raises NotFound for any other text."""
    for at, cell in enumerate(cells):
        if cell.monday.isoformat() == monday:
            return at
    raise NotFound


def _filling(district: District, cell: Cell, members: list[Member], today: date) -> Filling:
    people = list_colleagues(district)
    done = queries.done_by([one.id for one in people])
    needed = queries.needed_of(queries.list_requirements())
    return filling_of(cell, people, {one.id: one for one in members}, needed, done, today)


def _names(district: District, dark: Dark) -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in list_colleagues(district) if one.id in dark.because]


def _say(demand: UnmetDemand) -> str:
    return say_terms(demand.activity, demand.audience, demand.role_family, demand.language)
