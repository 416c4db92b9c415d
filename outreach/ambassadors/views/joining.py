"""Becoming an ambassador: the public journey, and where one stands, by one's own link."""

from __future__ import annotations

from typing import Any, cast

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors import actions, queries
from outreach.ambassadors.forms.joining import JOIN_FORMS, ActForm, ConfirmForm, LineManagerForm, SendForm
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import JOIN_STEPS, check_manager, comes_too_early, first_missing
from outreach.ambassadors.views import bp
from outreach.districts.queries import (
    get_district,
    get_term,
    list_districts,
    list_terms,
    list_terms_by_code,
)
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.web.door import EVERYONE, Purpose, actor, allow, link
from outreach.web.drafts import answers_of, discard_answers, keep_answers
from outreach.web.fields import Choice, RadiosField
from outreach.web.forms import Form, show
from outreach.web.limits import limited

DRAFT = "join"
Answers = dict[str, dict[str, Any]]


@bp.route("/join")
@allow(EVERYONE)
def join() -> Response:
    return show("ambassadors/join.html", activities=list_terms(Vocabulary.ACTIVITY))


@bp.route("/join/<step>", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("join_ask", 300, 60)
def join_ask(step: str) -> Response:
    if step not in JOIN_FORMS:
        raise NotFound
    answers: Answers = answers_of(DRAFT)
    if comes_too_early(step, answers):
        return redirect(_address(first_missing(answers)), 303)
    form = JOIN_FORMS[step](request.form, data=answers.get(step))
    _offer(form, answers)
    if form.sent():
        with form.refusing():
            if step == "manager":
                check_manager(answers["contact"]["email"], form.data["manager_email"])
            answers = answers | {step: form.data}
            keep_answers(DRAFT, answers)
            return redirect(_next(step, answers), 303)
    return show(f"ambassadors/join/{step}.html", form, back=_back(step))


@bp.route("/join/check", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("join", 10, 60)
def join_check() -> Response:
    answers: Answers = answers_of(DRAFT)
    missing = first_missing(answers)
    if missing is not None:
        if not answers:
            flash("There are no answers of yours to check: they are kept for 24 hours, or until you send them.")
        return redirect(_address(missing, changing=bool(answers)), 303)
    form = SendForm(request.form)
    if form.sent():
        if form.robot:
            return redirect(url_for("ambassadors.join_sent"), 303)
        with form.refusing():
            actions.apply_to_join(actor(), _application(answers))
            discard_answers(DRAFT)
            return redirect(url_for("ambassadors.join_sent"), 303)
    return show("ambassadors/join_check.html", form, back=_address("story"), answers=answers, said=_labels(answers))


@bp.route("/join/sent")
@allow(EVERYONE)
def join_sent() -> Response:
    """The same words whether the address was known or not."""
    return show("ambassadors/join_sent.html")


@bp.route("/join/deleted")
@allow(EVERYONE)
def join_deleted() -> Response:
    return show("ambassadors/join_deleted.html")


@bp.route("/ambassador/<token>/joining")
@allow(Purpose.OWN)
def joining(token: str) -> Response:
    """Where somebody who is joining stands: confirm, wait, name another manager, what is still to do."""
    ambassador = queries.get_ambassador(link().subject_id)
    agreement = queries.find_agreement(ambassador.id)
    return show(
        "ambassadors/joining.html",
        ConfirmForm(None, data={"version": ambassador.version}),
        ambassador=ambassador,
        agreement=agreement,
        checklist=queries.list_checklist(ambassador),
        token=token,
    )


@bp.route("/ambassador/<token>/joining/confirm", methods=["POST"])
@allow(Purpose.OWN)
@limited("join_confirm", 20, 60)
def confirm(token: str) -> Response:
    form = ConfirmForm(request.form)
    form.validate()
    actions.confirm_application(actor(), _applicant(), form.version.data)
    flash("Thank you. We have asked your line manager by email.", "success")
    return redirect(url_for("ambassadors.joining", token=token), 303)


@bp.route("/ambassador/<token>/joining/delete", methods=["GET", "POST"])
@allow(Purpose.OWN)
@limited("join_delete", 20, 60)
def delete_application(token: str) -> Response:
    form = ActForm(request.form)
    if form.sent():
        with form.refusing():
            actions.delete_application(actor(), _applicant())
            return redirect(url_for("ambassadors.join_deleted"), 303)
    back = url_for("ambassadors.joining", token=token)
    return show("ambassadors/delete_application.html", form, ambassador=_applicant(), back=back)


@bp.route("/ambassador/<token>/joining/manager", methods=["GET", "POST"])
@allow(Purpose.OWN)
@limited("join_manager", 10, 60)
def another_manager(token: str) -> Response:
    form = LineManagerForm(request.form)
    back = url_for("ambassadors.joining", token=token)
    if form.sent():
        with form.refusing():
            actions.ask_manager(actor(), _applicant(), name=form.manager_name.data, email=form.manager_email.data)
            flash("We have asked your line manager by email.", "success")
            return redirect(back, 303)
    return show("ambassadors/another_manager.html", form, back=back)


def _applicant() -> Ambassador:
    return queries.get_ambassador(link().subject_id)


def _offer(form: Form, answers: Answers) -> None:
    """Give a question its answers, which are the county's own words and districts."""
    vocabularies = {
        "role_family": Vocabulary.ROLE_FAMILY,
        "activities": Vocabulary.ACTIVITY,
        "audiences": Vocabulary.AUDIENCE,
        "languages": Vocabulary.LANGUAGE,
    }
    districts = [Choice(one.slug, one.name, ", ".join(one.towns)) for one in list_districts()]
    for name, field in form._fields.items():
        if name in vocabularies:
            offered = [Choice(one.code, one.label) for one in list_terms(vocabularies[name])]
        elif name == "employer":
            offered = [Choice(str(one.id), one.name) for one in queries.list_known_employers()]
        elif name == "home_district":
            offered = districts
        elif name == "travels_to":
            offered = [one for one in districts if one.value != answers["district"]["home_district"]]
        else:
            continue
        cast(RadiosField, field).choices = offered


def _application(answers: Answers) -> actions.Application:
    contact, manager = answers["contact"], answers["manager"]
    known = {str(one.id): one for one in queries.list_known_employers()}
    chosen = [
        *list_terms_by_code(Vocabulary.ACTIVITY, answers["activities"]["activities"]),
        *list_terms_by_code(Vocabulary.AUDIENCE, answers["audiences"]["audiences"]),
        *list_terms_by_code(Vocabulary.LANGUAGE, answers["languages"]["languages"]),
    ]
    return actions.Application(
        details=actions.AmbassadorDetails(
            name=contact["name"],
            email=contact["email"],
            phone=contact["phone"],
            employer=known.get(answers["employer"]["employer"] or "") or answers["employer"]["new_employer"],
            job_title=answers["job"]["job_title"],
            role_family=get_term(Vocabulary.ROLE_FAMILY, answers["job"]["role_family"]),
            home_district=get_district(answers["district"]["home_district"]),
            travels_to=[get_district(slug) for slug in answers["travels"]["travels_to"]],
            terms=chosen,
            notes="",
        ),
        story=answers["story"]["story"],
        manager_name=manager["manager_name"],
        manager_email=manager["manager_email"],
    )


def _labels(answers: Answers) -> dict[str, Any]:
    """The answers in the words that people chose them by."""
    application = _application(answers).details
    employer = application.employer
    return {
        "employer": employer if isinstance(employer, str) else employer.name,
        "role_family": application.role_family.label,
        "district": application.home_district.name,
        "travels_to": [one.name for one in application.travels_to],
    } | {
        vocabulary.value: [one.label for one in application.terms if one.vocabulary is vocabulary]
        for vocabulary in (Vocabulary.ACTIVITY, Vocabulary.AUDIENCE, Vocabulary.LANGUAGE)
    }


def _changing() -> bool:
    """Whether the person came from 'Check your answers' and is to return there."""
    return request.args.get("from") == "check"


def _address(step: str | None, *, changing: bool = False) -> str:
    if step is None:
        return url_for("ambassadors.join_check")
    return url_for("ambassadors.join_ask", step=step) + ("?from=check" if changing else "")


def _next(step: str, answers: Answers) -> str:
    missing = first_missing(answers)
    if _changing() or missing is None:
        return _address(missing, changing=_changing())
    return _address(JOIN_STEPS[JOIN_STEPS.index(step) + 1] if step != JOIN_STEPS[-1] else missing)


def _back(step: str) -> str:
    if _changing():
        return url_for("ambassadors.join_check")
    at = JOIN_STEPS.index(step)
    return _address(JOIN_STEPS[at - 1]) if at else url_for("ambassadors.join")
