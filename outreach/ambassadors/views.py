"""Pages of the register, for coordinators, and of the districts, for everybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors import actions, queries
from outreach.ambassadors.forms import (
    AmbassadorFilters,
    AmbassadorForm,
    LeaveForm,
    RegisterForm,
    StepForm,
    offer_districts,
    offer_terms,
)
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import (
    STEP_WORDS,
    AmbassadorStatus,
    AmbassadorStep,
    Cover,
    DistrictCover,
    cover_of,
    needs_confirming,
    next_status,
    say_cover,
    steps_from,
)
from outreach.db import db
from outreach.districts.models import District, Term
from outreach.districts.queries import get_district, list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.web.door import EVERYONE, Role, actor, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate

bp = Blueprint("ambassadors", __name__)

TILE_STATES = {Cover.COVERED: "good", Cover.NEIGHBOUR: "low", Cover.NOBODY: "none"}


@bp.get("/ambassadors")
@allow(Role.COORDINATOR)
def index() -> Response:
    filters = AmbassadorFilters(request.args)
    terms = _terms()
    offer_districts(filters.district, list_districts())
    offer_terms(filters.role_family, terms[Vocabulary.ROLE_FAMILY])
    offer_terms(filters.activity, terms[Vocabulary.ACTIVITY])
    offer_terms(filters.audience, terms[Vocabulary.AUDIENCE])
    filters.read()
    found = queries.select_ambassadors(
        words=filters.words.data,
        district=filters.district.data,
        status=filters.status.data,
        role_family=filters.role_family.data,
        terms=tuple(term for term in (filters.activity.data, filters.audience.data) if term),
        council={"council": True, "others": False}.get(filters.employed_by.data),
    )
    page = paginate(db.session(), found, number=page_number(request.args))
    return show("ambassadors/index.html", filters=filters, page=page)


@bp.route("/ambassadors/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> Response:
    form = RegisterForm(request.form, data={"home_district": request.args.get("district", "")})
    form.offer(queries.list_employers(), _terms(), list_districts())
    if form.sent():
        with form.refusing():
            added = actions.register_ambassador(actor(), _details(form), form.status.data)
            flash(f"{added.name} is registered. We are emailing them to say so.", "success")
            return redirect(url_for("ambassadors.show", id=added.id), 303)
    return show("ambassadors/new.html", form)


@bp.get("/ambassadors/<int(max=2147483647):id>", endpoint="show")
@allow(Role.COORDINATOR)
def show_ambassador(id: int) -> Response:
    ambassador = queries.get_ambassador(id)
    steps = [(step, STEP_WORDS[step], needs_confirming(step)) for step in steps_from(ambassador.status)]
    history = queries.list_history(ambassador)
    return show(
        "ambassadors/show.html", ambassador=ambassador, steps=steps, history=history, left=_has_left(ambassador)
    )


@bp.route("/ambassadors/<int(max=2147483647):id>/edit", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def edit(id: int) -> Response:
    ambassador = queries.get_ambassador(id)
    form = AmbassadorForm(request.form, data=_as_held(ambassador))
    form.offer(queries.list_employers(), _terms(), list_districts(), held=ambassador)
    if form.sent():
        with form.refusing():
            actions.edit_ambassador(actor(), ambassador, _details(form), form.version.data)
            flash("The record has been changed.", "success")
            return redirect(url_for("ambassadors.show", id=id), 303)
    return show("ambassadors/edit.html", form, ambassador=ambassador)


@bp.route(
    "/ambassadors/<int(max=2147483647):id>/<any(start, pause, resume, suspend, reinstate, leave):step>",
    methods=["GET", "POST"],
)
@allow(Role.COORDINATOR)
def step(id: int, step: str) -> Response:
    ambassador = queries.get_ambassador(id)
    taken = AmbassadorStep(step)
    form = StepForm(request.form)
    if taken is AmbassadorStep.LEAVE:
        form = LeaveForm(request.form)
        offer_terms(form.reason, list_terms(Vocabulary.LEAVING_REASON))
    if form.sent():
        with form.refusing():
            actions.take_step(actor(), ambassador, taken, form.reason.data if isinstance(form, LeaveForm) else None)
            flash(f"{ambassador.name} {STEP_WORDS[taken].done}.", "success")
            return redirect(url_for("ambassadors.show", id=id), 303)
    if request.method == "GET":
        next_status(ambassador.status, taken)
    return show("ambassadors/step.html", form, ambassador=ambassador, words=STEP_WORDS[taken])


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


def _terms() -> dict[Vocabulary, list[Term]]:
    asked = (Vocabulary.ROLE_FAMILY, Vocabulary.ACTIVITY, Vocabulary.AUDIENCE)
    return {vocabulary: list_terms(vocabulary) for vocabulary in asked}


def _has_left(ambassador: Ambassador) -> bool:
    return ambassador.status is AmbassadorStatus.LEFT


def _details(form: AmbassadorForm) -> actions.AmbassadorDetails:
    return actions.AmbassadorDetails(
        name=form.name.data,
        email=form.email.data,
        phone=form.phone.data,
        employer=form.employer.data or form.new_employer.data,
        job_title=form.job_title.data,
        role_family=form.role_family.data,
        home_district=form.home_district.data,
        travels_to=form.travels_to.data,
        terms=[*form.activities.data, *form.audiences.data],
        notes=form.notes.data,
    )


def _as_held(ambassador: Ambassador) -> dict[str, Any]:
    """A record as its form shows it."""

    def codes(vocabulary: Vocabulary) -> list[str]:
        return [term.code for term in ambassador.terms if term.vocabulary is vocabulary]

    held = {name: getattr(ambassador, name) for name in ("name", "email", "phone", "job_title", "notes", "version")}
    return held | {
        "employer": ambassador.employer_id,
        "role_family": ambassador.role_family.code,
        "home_district": ambassador.home_district.slug,
        "travels_to": [district.slug for district in ambassador.travels_to],
        "activities": codes(Vocabulary.ACTIVITY),
        "audiences": codes(Vocabulary.AUDIENCE),
    }
