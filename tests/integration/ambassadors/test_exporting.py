"""The register as files: what is shown and no more, nothing that a spreadsheet runs, and back again unchanged."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from outreach.ambassadors.models import UnmetDemand
from outreach.districts.rules import Vocabulary
from outreach.web.door import Role
from tests import makers
from tests.kit.counting import count_queries
from tests.kit.sheets import check
from tests.pages import PageClient

FORMULAS = ("=HYPERLINK(1)", "+44 7700", "-2+3", "@SUM(A1)", "'=quoted", "\uff1dwide", "|cmd", "%x")


@pytest.fixture
def cora(app: Flask) -> PageClient:
    client = PageClient(app)
    with app.app_context():
        makers.sign_in(client.http, makers.make_account(Role.COORDINATOR))
    return client


def fill(app: Flask) -> None:
    with app.app_context():
        for name in FORMULAS:
            makers.make_ambassador(name, home="redditch", job_title=name, travels_to=["worcester", "bromsgrove"])
        odd = makers.make_ambassador("Özge O’Hara; Smith", council=False, phone="+44 808 157 0192", activities=[])
        odd.terms = [*odd.terms, makers.term(Vocabulary.LANGUAGE, "polish")]
        makers.db.session.commit()


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_download_comes_back_as_the_same(app: Flask, cora: PageClient) -> None:
    fill(app)
    cora.get("/ambassadors")
    assert cora.here.link("CSV file of this list") == "?file=csv"
    answer = cora.http.get("/ambassadors?file=csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ambassadors-2')
    assert {"CSV file of this list", "Excel file of this list"} <= set(cora.here.links())
    cora.typed |= {*FORMULAS, ", ".join(sorted(FORMULAS)[:3])}
    check(cora, answer.data)
    assert [row["Verdict"] for row in cora.here.table("9 rows")] == ["Same"] * 9


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_only_what_is_shown_is_in_the_file_and_all_of_it(app: Flask, cora: PageClient) -> None:
    fill(app)
    with app.app_context():
        for number in range(30):
            makers.make_ambassador(f"Person {number:02}", home="malvern-hills")
    page = cora.get("/ambassadors?district=malvern-hills&page=2")
    rows = rows_of(cora.http.get(f"/ambassadors{page.link('CSV file of this list')}").data)
    assert [row["Full name"] for row in rows] == [f"Person {number:02}" for number in range(30)]
    assert rows[0]["Home district"] == "Malvern Hills"
    assert (rows[0]["Council-employed"], rows[0]["Status"]) == ("Yes", "Active")
    assert cora.http.get("/ambassadors?file=ods").mimetype == "text/html"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_cell_is_a_formula(app: Flask, cora: PageClient) -> None:
    fill(app)
    for row in csv.reader(io.StringIO(cora.http.get("/ambassadors?file=csv").data.decode("utf-8-sig"))):
        assert not [cell for cell in row if cell[:1] and cell[0] in "=+-@|%\uff1d"]
    book = load_workbook(io.BytesIO(cora.http.get("/ambassadors?file=xlsx").data))
    sheet = book.active
    assert sheet is not None
    assert sheet.max_row == 10
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "d"}
    names = [row[0].value for row in sheet.iter_rows(min_row=2)]
    # A workbook says what is text, so nothing stands before it.
    assert set(FORMULAS) <= set(names)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_takes_as_many_queries_for_many(app: Flask, cora: PageClient) -> None:
    seen = []
    cora.get("/ambassadors")
    for _ in range(2):
        fill(app)
        with count_queries(app) as statements:
            assert cora.http.get("/ambassadors?file=csv").status_code == 200
        seen.append(len(statements))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_only_the_coordinator_takes_the_list_away(app: Flask) -> None:
    viewer = PageClient(app)
    with app.app_context():
        makers.sign_in(viewer.http, makers.make_account(Role.VIEWER))
    assert viewer.http.get("/ambassadors?file=csv").status_code in (403, 404)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_boards_lists_are_files_without_a_name(app: Flask) -> None:
    with app.app_context():
        makers.make_ambassador("Amina Named", home="worcester")
        makers.db.session.add(
            UnmetDemand(
                district=makers.district(),
                activity=makers.activity(),
                times=3,
                first_told_at=makers.in_days(-3),
                last_told_at=makers.in_days(-1),
            )
        )
        makers.db.session.commit()
    viewer = PageClient(app)
    with app.app_context():
        makers.sign_in(viewer.http, makers.make_account(Role.VIEWER))
    page = viewer.get("/board")
    weeks = rows_of(viewer.http.get(f"/board{page.link('CSV file of this list')}").data)
    assert len(weeks) == 6 * 12
    (demand,) = rows_of(viewer.http.get(f"/board{page.link('CSV file of demand')}").data)
    assert (demand["District"], demand["Times"]) == ("Worcester", "3")
    assert "Amina" not in str(weeks) + str(demand)
    assert viewer.http.get("/board?file=xlsx&list=demand").data.startswith(b"PK")
    assert viewer.http.get("/board?file=xlsx&list=nothing").mimetype == "text/html"
