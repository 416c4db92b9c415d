"""What roles are open: the list that recruitment keeps."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.db import db
from outreach.districts.queries import list_districts
from outreach.referrals.actions import vacancies as actions
from outreach.referrals.actions.vacancies import OpenRole
from outreach.referrals.forms.vacancies import VacancyForm, offer_districts
from outreach.referrals.models import Vacancy
from outreach.referrals.queries import vacancies as queries
from outreach.referrals.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate

ONE = "/vacancies/<int(max=2147483647):vacancy_id>"


@bp.get("/vacancies")
@allow(Role.RECRUITMENT_OFFICER)
def vacancies() -> Response:
    page = paginate(db.session(), queries.select_vacancies(), number=page_number(request.args))
    return show("referrals/vacancies.html", page=page, today=clock.today())


@bp.route("/vacancies/new", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def new_vacancy() -> Response:
    form = VacancyForm(request.form)
    offer_districts(form, list_districts())
    if form.sent():
        with form.refusing():
            actions.add_vacancy(actor(), _told(form))
            return _done("The role is on the list.")
    return show("referrals/new_vacancy.html", form)


@bp.route(ONE, methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def edit_vacancy(vacancy_id: int) -> Response:
    found = queries.get_vacancy(vacancy_id)
    form = VacancyForm(request.form, data=_held(found))
    offer_districts(form, list_districts())
    if form.sent():
        with form.refusing():
            actions.change_vacancy(actor(), found, _told(form), version=form.version.data)
            return _done("The role is changed.")
    return show("referrals/edit_vacancy.html", form, vacancy=found)


@bp.post(f"{ONE}/remove")
@allow(Role.RECRUITMENT_OFFICER)
def remove_vacancy(vacancy_id: int) -> Response:
    actions.remove_vacancy(actor(), queries.get_vacancy(vacancy_id))
    return _done("The role is off the list.")


def _done(words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("referrals.vacancies"), 303)


def _told(form: VacancyForm) -> OpenRole:
    return OpenRole(
        role=form.role.data,
        district=form.district.data,
        hours=form.hours.data,
        link=form.link.data,
        closes_on=form.closes_on.data,
    )


def _held(vacancy: Vacancy) -> dict[str, object]:
    held = {name: getattr(vacancy, name) for name in ("role", "hours", "link", "closes_on", "version")}
    return held | {"district": vacancy.district.slug if vacancy.district else None}
