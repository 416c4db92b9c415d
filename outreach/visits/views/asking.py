"""The journey of somebody who asks for a visit: one question a page, then all of them to check."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.institutions.queries import get_institution, list_listed
from outreach.visits.actions.asking import request_visit
from outreach.visits.forms.journey import CheckForm, asked_in, times_in
from outreach.visits.forms.questions import JOURNEY, Question, SupervisorForm, offer
from outreach.visits.rules import NOT_LISTED, comes_early, first_unanswered, path_of
from outreach.visits.views import bp
from outreach.web.door import EVERYONE, actor, allow
from outreach.web.drafts import answers_of, discard_answers, keep_answers
from outreach.web.fields import Choice
from outreach.web.forms import show
from outreach.web.limits import limited

DRAFT = "visit"
# What the public search passes on: the answer to the step of the same name, shown as chosen but still asked.
WISHES = {"activity": Vocabulary.ACTIVITY, "audience": Vocabulary.AUDIENCE}
Answers = dict[str, dict[str, Any]]


@bp.route("/visits/ask/<step>", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("visit_ask", 300, 60)
def ask(step: str) -> Response:
    if step not in JOURNEY:
        raise NotFound
    answers: Answers = answers_of(DRAFT)
    if comes_early(step, answers, _under_18()):
        return redirect(_address(first_unanswered(answers, _under_18())), 303)
    form = JOURNEY[step].again(request.form, answers.get(step) or _wished(step, answers))
    _offer_choices(form, step, answers)
    if form.sent():
        answers = _with(answers, step, form)
        wishes = wishes_in_address()
        keep_answers(DRAFT, answers | ({"wished": wishes} if wishes else {}))
        return redirect(_next(step, answers), 303)
    return show(f"visits/ask/{step}.html", form, back=_back(step, answers))


@bp.route("/visits/check", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("visit", 20, 60)
def check() -> Response:
    answers: Answers = answers_of(DRAFT)
    missing = first_unanswered(answers, _under_18())
    if missing is not None:
        if not answers:
            flash("There are no answers of yours to check: they are kept for 24 hours, or until you send them.")
        return redirect(_address(missing, changing=bool(answers)), 303)
    form = CheckForm(request.form)
    if form.sent():
        if form.robot:
            return redirect(url_for("visits.sent"), 303)
        with form.refusing():
            made = request_visit(actor(), asked_in(answers))
            discard_answers(DRAFT)
            return redirect(url_for("visits.sent", reference=made.reference), 303)
    back = _address(path_of(answers)[-1])
    return show("visits/check.html", form, back=back, answers=answers, times=times_in(answers), said=_labels(answers))


def _with(answers: Answers, step: str, form: Question) -> Answers:
    """The answers with those of one step. Another institution has other campuses, so the campus is asked again."""
    given = form.answers()
    merged = answers | {step: given}
    if step == "unlisted":
        merged["institution"] = {"institution": NOT_LISTED, "several": False}
    if step == "institution":
        chosen = given["institution"]
        sites = [] if chosen == NOT_LISTED else get_institution(int(chosen)).sites
        merged["institution"] = {"institution": chosen, "several": len(sites) > 1}
        if len(sites) == 1:
            merged["campus"] = {"site": sites[0].id}
        elif answers.get("institution", {}).get("institution") != chosen:
            merged.pop("campus", None)
    return merged


def wishes_in_address() -> dict[str, Any]:
    """What the public search passed on in the address: codes of words that are offered."""
    asked = {name: request.args[name] for name in WISHES if request.args.get(name)}
    return {name: code for name, code in asked.items() if code in {one.code for one in list_terms(WISHES[name])}}


def _wished(step: str, answers: Answers) -> dict[str, Any]:
    """The answer that somebody brought along from the search; what is no answer is shown as none."""
    wish = answers.get("wished", {}).get(step)
    return {step: wish} if wish else {}


def _offer_choices(form: Question, step: str, answers: Answers) -> None:
    """Give the question its answers; ask for a supervisor without insisting when the group is of adults."""
    if step == "institution":
        listed = [Choice(str(one.id), one.name) for one in list_listed()]
        offer(form, institution=[*listed, Choice(NOT_LISTED, "My institution is not on the list")])
    elif step == "campus":
        sites = get_institution(int(answers["institution"]["institution"])).sites
        offer(form, site=[Choice(str(one.id), one.name, one.town) for one in sites])
    elif step == "unlisted":
        offer(
            form,
            kind=_terms(Vocabulary.INSTITUTION_KIND),
            district=[Choice(one.slug, one.name, ", ".join(one.towns)) for one in list_districts()],
        )
    elif step in ("activity", "audience"):
        offer(form, activity=_terms(Vocabulary.ACTIVITY), audience=_terms(Vocabulary.AUDIENCE))
    elif isinstance(form, SupervisorForm) and answers["audience"]["audience"] not in _under_18():
        form.only_wanted()


def _terms(vocabulary: Vocabulary) -> list[Choice]:
    return [Choice(one.code, one.label) for one in list_terms(vocabulary)]


def _under_18() -> set[str]:
    return {one.code for one in list_terms(Vocabulary.AUDIENCE) if one.under_18}


def _labels(answers: Answers) -> dict[str, str]:
    """The chosen answers in the words that people chose them by."""
    told = answers["institution"]["institution"]
    said = {choice.value: choice.label for choice in _terms(Vocabulary.ACTIVITY) + _terms(Vocabulary.AUDIENCE)}
    if told == NOT_LISTED:
        kinds = {choice.value: choice.label for choice in _terms(Vocabulary.INSTITUTION_KIND)}
        districts = {one.slug: one.name for one in list_districts()}
        kind, district = kinds[answers["unlisted"]["kind"]], districts[answers["unlisted"]["district"]]
        return said | {"institution": answers["unlisted"]["name"], "kind": kind, "district": district, "campus": ""}
    institution = get_institution(int(told))
    site = next((one.name for one in institution.sites if one.id == answers["campus"]["site"]), "")
    return said | {"institution": institution.name, "campus": site}


def _changing() -> bool:
    """Whether the person came from 'Check your answers' and is to return there."""
    return request.args.get("from") == "check"


def _address(step: str | None, *, changing: bool = False) -> str:
    if step is None:
        return url_for("visits.check")
    return url_for("visits.ask", step=step) + ("?from=check" if changing else "")


def _next(step: str, answers: Answers) -> str:
    missing = first_unanswered(answers, _under_18())
    if _changing() or missing is None:
        return _address(missing, changing=_changing())
    path = path_of(answers)
    return _address(path[path.index(step) + 1] if step != path[-1] else missing)


def _back(step: str, answers: Answers) -> str:
    if _changing():
        return url_for("visits.check")
    path = path_of(answers)
    if step not in path:
        return _address("institution")
    at = path.index(step)
    return _address(path[at - 1]) if at else url_for("visits.start")
