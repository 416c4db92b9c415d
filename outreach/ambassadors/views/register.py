"""Pages of the register, for coordinators."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors import actions, queries
from outreach.ambassadors.forms.register import (
    AmbassadorFilters,
    AmbassadorForm,
    RegisterForm,
    StepForm,
    offer_districts,
    offer_terms,
)
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries.exporting import COLUMNS, OFFERS, list_for_file
from outreach.ambassadors.queries.own import list_away, list_pattern, list_thanks
from outreach.ambassadors.rules import (
    STEP_WORDS,
    AmbassadorStatus,
    AmbassadorStep,
    base_town_of,
    needs_confirming,
    next_status,
    steps_from,
)
from outreach.ambassadors.rules.availability import say_pattern
from outreach.ambassadors.views import bp
from outreach.db import db
from outreach.districts.models import Term
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.web.door import Role, actor, allow
from outreach.web.downloads import download, wants_file
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate


@bp.get("/ambassadors")
@allow(Role.COORDINATOR)
def index() -> Response:
    filters = AmbassadorFilters(request.args)
    terms = _terms()
    offer_districts(filters.district, list_districts())
    offer_terms(filters.role_family, terms[Vocabulary.ROLE_FAMILY])
    offer_terms(filters.activity, terms[Vocabulary.ACTIVITY])
    offer_terms(filters.audience, terms[Vocabulary.AUDIENCE])
    offer_terms(filters.language, terms[Vocabulary.LANGUAGE])
    offer_terms(filters.qualification, terms[Vocabulary.QUALIFICATION])
    filters.read()
    chosen = (filters.activity, filters.audience, filters.language, filters.qualification)
    found = queries.select_ambassadors(
        words=filters.words.data,
        district=filters.district.data,
        status=filters.status.data,
        role_family=filters.role_family.data,
        terms=tuple(one.data for one in chosen if one.data),
        council={"council": True, "others": False}.get(filters.employed_by.data),
    )
    if wants_file():
        return download("ambassadors", COLUMNS, list_for_file(found))
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
    return show(
        "ambassadors/show.html",
        ambassador=ambassador,
        town=base_town_of(ambassador.base_town, ambassador.home_district.towns),
        steps=steps,
        history=queries.list_history(ambassador),
        left=_has_left(ambassador),
        checklist=queries.list_checklist(ambassador),
        agreement=queries.find_agreement(id),
        lacking=queries.lacking_today(ambassador),
        pattern=say_pattern(list_pattern(id)),
        away=list_away(id),
        thanks=list_thanks(id),
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


@bp.route("/ambassadors/<int(max=2147483647):id>/<any(start, resume, reinstate):step>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def step(id: int, step: str) -> Response:
    """The steps that take nothing away; those that do are on a page with the visits to come (events.stop)."""
    ambassador = queries.get_ambassador(id)
    taken = AmbassadorStep(step)
    form = StepForm(request.form)
    if form.sent():
        with form.refusing():
            actions.take_step(actor(), ambassador, taken)
            flash(f"{ambassador.name} {STEP_WORDS[taken].done}.", "success")
            return redirect(url_for("ambassadors.show", id=id), 303)
    if request.method == "GET":
        next_status(ambassador.status, taken)
    return show("ambassadors/step.html", form, ambassador=ambassador, words=STEP_WORDS[taken])


def _terms() -> dict[Vocabulary, list[Term]]:
    return {vocabulary: list_terms(vocabulary) for vocabulary in (Vocabulary.ROLE_FAMILY, *OFFERS)}


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
        terms=[
            *form.activities.data,
            *form.audiences.data,
            *form.languages.data,
            *form.qualifications.data,
        ],
        notes=form.notes.data,
        base_town=form.base_town.data or "",
    )


def _as_held(ambassador: Ambassador) -> dict[str, Any]:
    """A record as its form shows it."""

    def codes(vocabulary: Vocabulary) -> list[str]:
        return [term.code for term in ambassador.terms if term.vocabulary is vocabulary]

    own = ("name", "email", "phone", "job_title", "base_town", "notes", "version")
    held = {name: getattr(ambassador, name) for name in own}
    return held | {
        "employer": ambassador.employer_id,
        "role_family": ambassador.role_family.code,
        "home_district": ambassador.home_district.slug,
        "travels_to": [district.slug for district in ambassador.travels_to],
        "activities": codes(Vocabulary.ACTIVITY),
        "audiences": codes(Vocabulary.AUDIENCE),
        "languages": codes(Vocabulary.LANGUAGE),
        "qualifications": codes(Vocabulary.QUALIFICATION),
    }
