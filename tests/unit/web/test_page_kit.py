"""Components, layouts, macros, headers and error pages, on an application of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask, abort, flash, redirect, render_template_string
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Integer, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.test import Client

from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.web.components import component, govuk, init_page_kit
from outreach.web.errors import init_errors
from outreach.web.fields import DatePartsField, RadiosField, TextField, choices_of
from outreach.web.forms import PublicForm, show
from outreach.web.headers import init_headers
from outreach.web.paging import Page, page_link, page_number, paginate
from tests.pages import PageClient

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = sorted((ROOT / "node_modules/govuk-frontend/dist/govuk/components").glob("*/fixtures.json"))

FORM = """{% extends "layout/form.html" %}{% from "macros/page.html" import honeypot %}
{% block title %}Tell us your name{% endblock %}
{% block fields %}{{ honeypot(form) }}{{ govuk(form.name) }}{{ govuk(form.day) }}{% endblock %}"""
QUESTION = """{% extends "layout/question.html" %}{% block title %}What is your name?{% endblock %}
{% block question %}{{ govuk(form.name, heading=True) }}{% endblock %}"""
PARTS = """{% extends "layout/base.html" %}
{% from "macros/page.html" import summary, status_tag, empty_state, pagination, filters, table, cell, timeline,
  button_form, confirmation, quoted, figure %}
{% from "macros/places.html" import district_tiles, work_list, work_card, big_facts %}
{% block title %}Parts{% endblock %}
{% block page %}{{ confirmation("Parts", "VR-1") }}
{{ summary([{"key": "Name", "text": name, "href": "/x"}, {"key": "Phone", "text": ""}]) }}
{{ status_tag("new", {"new": "blue"}) }}{{ empty_state("Nothing here", name) }}{{ pagination(results) }}
{% call filters("/parts", clear="/parts") %}{% endcall %}
{% call table("Names", ["Name", {"text": "Visits", "numeric": true}]) %}
<tr>{{ cell(name, head=true) }}{{ cell(3, numeric=true) }}</tr>{% endcall %}
{{ button_form("/act", "Remind", about=name, hidden={"row": 3}) }}{{ quoted(name) }}{{ figure("3", "Visits") }}
{{ district_tiles([{"name": name, "href": "/d", "number": 0, "words": "ready", "state": "none",
  "row": 1, "column": 1}]) }}
{% call work_list() %}
{{ work_card(name, "/x", why="Decide", facts=[name], waiting="2 days", urgent=true) }}{% endcall %}
{{ big_facts([{"label": "Whom", "text": name}]) }}{% endblock %}"""


class Ask(PublicForm):
    name = TextField("What is your name?", called="your name", autocomplete="name")
    day = DatePartsField("Event date", optional=True)


@pytest.fixture
def app() -> Flask:
    """The page kit alone: it knows no feature and no database."""
    app = Flask("outreach", root_path=str(ROOT / "outreach"))
    app.config["SECRET_KEY"] = "a-key-for-this-test-only"
    CSRFProtect(app)
    init_page_kit(app)
    init_headers(app, "https://outreach.example")
    init_errors(app)

    def form() -> ResponseReturnValue:
        ask = Ask(request_form())
        if ask.sent():
            with ask.refusing():
                refuse(ask.name.data)
                flash("Saved", "success")
                return redirect("/parts", 303)
        return show(app.jinja_env.from_string(FORM), ask)  # type: ignore[arg-type]

    def question() -> ResponseReturnValue:
        ask = Ask(request_form())
        ask.sent()
        return show(app.jinja_env.from_string(QUESTION), ask)  # type: ignore[arg-type]

    app.add_url_rule("/form", view_func=form, methods=["GET", "POST"])
    app.add_url_rule("/question", view_func=question, methods=["GET", "POST"])
    results = Page(items=[], total=90, number=2, pages=9)
    app.add_url_rule("/parts", "parts", lambda: render_template_string(PARTS, name="<b>Jo & Al</b>", results=results))
    for page in ("accessibility", "cookies"):
        app.add_url_rule(f"/{page}", page, lambda page=page: show(f"privacy/{page}.html"))
    for code in (400, 401, 403, 410, 413, 422, 429, 503):
        app.add_url_rule(f"/fail/{code}", f"fail{code}", lambda code=code: abort(code))
    taken = Conflict("It's taken", ways_out=[("See who", "/who")])
    for error in (NotFound("hidden"), NotAllowed("Only a coordinator can do this"), taken):
        name, methods = type(error).__name__, ["GET", "POST"]
        app.add_url_rule(f"/{name}", name, lambda error=error: fail(error), methods=methods)
    app.add_url_rule("/fault", "fault", lambda: fail(ZeroDivisionError("secret detail")))
    return app


def request_form() -> object:
    from flask import request

    return request.form


def refuse(name: str) -> None:
    """Stands for an act with a rule of its own."""
    if name == "Taken":
        raise Conflict("Somebody else has that name", "name")
    if name == "Closed":
        raise Conflict("Nobody can be registered today")


def fail(error: Exception) -> str:
    raise error


def test_form_refused_keeps_answers_and_says_why(app: Flask) -> None:
    person = PageClient(app)
    person.get("/form")
    page = person.submit("Save", name="", day__day="31", day__month="2", day__year="2027")
    assert page.status == 422
    assert page.errors == {"name": "Enter your name", "day": "Event date must be a real date"}
    assert page.link("Event date must be a real date") == "#day-day"
    assert page.form("Save").find(".//input[@name='day-month']").get("value") == "2"  # type: ignore[union-attr]


def test_conflict_stands_beside_its_field_or_at_the_top(app: Flask) -> None:
    person = PageClient(app)
    person.get("/form")
    assert person.submit("Save", name="Taken").errors == {"name": "Somebody else has that name"}
    assert person.submit("Save", name="Closed").errors == {"": "Nobody can be registered today"}
    assert person.submit("Save", name="Jo").banner == "Saved"


def test_markup_that_people_type_is_shown_and_not_run(app: Flask) -> None:
    page = PageClient(app).get("/parts")
    assert page.summary()["Name"] == "<b>Jo & Al</b>"
    assert page.table("Names") == [{"Name": "<b>Jo & Al</b>", "Visits": "3"}]
    assert not page.all("b")


def test_question_has_its_label_as_heading(app: Flask) -> None:
    person = PageClient(app)
    assert person.get("/question").h1 == "What is your name?"
    assert person.submit().title.startswith("Error: What is your name?")


def test_robot_that_fills_every_box_is_known(app: Flask) -> None:
    from werkzeug.datastructures import MultiDict

    assert Ask(MultiDict({"name": "Jo", "company_fax": "1"})).robot
    assert not Ask(MultiDict({"name": "Jo", "company_fax": ""})).robot
    assert not Ask(None).robot


@pytest.mark.parametrize("path", ["/accessibility", "/cookies"])
def test_standing_pages_are_whole(app: Flask, path: str) -> None:
    page = PageClient(app).get(path)
    assert path in page.links().values()


@pytest.mark.parametrize("code", [400, 401, 403, 410, 413, 422, 429, 503])
def test_every_refusal_is_a_page(app: Flask, code: int) -> None:
    page = PageClient(app).get(f"/fail/{code}", status=code)
    assert len(page.main) > len(page.h1) + 20, "the page does not say what to do"


def test_refusals_of_actions_have_their_status_and_words(app: Flask) -> None:
    person = PageClient(app)
    assert not person.get("/NotFound", status=404).has("hidden")
    assert person.get("/NotAllowed", status=403).has("Only a coordinator can do this")
    opened = person.get("/Conflict", status=409)
    assert opened.has("It’s taken")
    # Nobody has changed anything since a page was opened that only just is.
    assert (opened.h1, opened.link("See who")) == ("You cannot do this now", "/who")
    person.get("/form")
    assert person.post("/Conflict", status=409).h1 == "This has changed since you opened it"
    assert person.get("/nowhere", status=404).h1 == "Page not found"
    assert person.post("/form", status=400).h1 == "This page was open for too long"


def test_fault_is_a_page_with_a_reference_and_no_detail(app: Flask) -> None:
    page = PageClient(app).get("/fault", status=500)
    assert "secret" not in page.response.get_data(as_text=True)
    assert "reference" in page.text


def test_head_and_unknown_methods_are_answered(app: Flask) -> None:
    http: Client = app.test_client()
    assert http.head("/parts").status_code == 200
    assert http.head("/nowhere").data == b""
    refused = http.open("/parts", method="TRACE")
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]


def test_headers_of_pages_and_of_files(app: Flask) -> None:
    http = app.test_client()
    page = http.get("/parts")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    for path, kept in (("app.js?v=12345678", "public, max-age=31536000, immutable"), ("app.js", "no-cache")):
        with http.get(f"/static/{path}") as file:
            assert file.headers["Cache-Control"] == kept
    assert http.get("/static/none.js?v=1").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("asked", "number"), [("3", 3), ("½", 1), ("-2", 1), ("0", 1), ("", 1), ("1e3", 1), ("٣", 1), ("9" * 5000, 1)]
)
def test_page_number_is_read_whatever_stands_there(asked: str, number: int) -> None:
    assert page_number({"page": asked}) == number


def test_pages_stay_within_the_list_and_keep_filters(app: Flask) -> None:
    class Base(DeclarativeBase):
        pass

    class Row(Base):
        __tablename__ = "row"
        id: Mapped[int] = mapped_column(Integer, primary_key=True)

    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        rows = select(Row).order_by(Row.id)
        assert paginate(session, rows, number=9) == Page(items=[], total=0, number=1, pages=1)
        session.add_all(Row() for _ in range(7))
        page = paginate(session, rows, number=999_999_999, per_page=3)
        assert ([row.id for row in page.items], page.number, page.pages, page.total) == ([7], 3, 3, 7)
    with app.test_request_context("/?q=a%26b&page=2&q=c"):
        assert page_link(3) == "?q=a%26b&q=c&page=3"


def test_macros_draw_what_the_style_sheet_expects(app: Flask) -> None:
    """The Python macros and the npm package are of one release: their HTML is the same, whitespace apart."""
    assert FIXTURES, "run `make assets`"
    differ = []
    with app.test_request_context("/"):
        for path in FIXTURES:
            told = json.loads(path.read_text())
            for fixture in told["fixtures"]:
                drawn = component(told["component"], fixture["options"])
                # Jinja and Nunjucks write an escaped quotation mark differently.
                if "".join(drawn.split()).replace("&#34;", "&quot;") != "".join(fixture["html"].split()):
                    differ.append(f"{told['component']}: {fixture['name']}")
    assert differ == []


def test_field_takes_parameters_of_its_component(app: Flask) -> None:
    from enum import Enum

    class Kind(Enum):
        TALK = "talk"

    class Visit(PublicForm):
        kind = RadiosField("Kind", choices=choices_of(Kind), coerce=Kind, hint="One only")

    with app.test_request_context("/"):
        drawn = govuk(Visit().kind, heading=True, classes="wide", fieldset={"legend": {"classes": "mine"}})
    assert 'class="govuk-fieldset__heading"' in drawn
    assert "mine" in drawn
    assert "One only" in drawn
