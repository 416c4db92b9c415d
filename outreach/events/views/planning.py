"""Planning a term: asking for a plan, looking at it, choosing what is kept of it, and having it applied."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.queries import list_account_names
from outreach.db import db
from outreach.districts.queries import list_districts, list_school_terms
from outreach.errors import Conflict, NotFound
from outreach.events import actions
from outreach.events.forms import offer_districts
from outreach.events.forms.planning import PLACE_WORDS, ApplyPlanForm, PlanFilters, PlanForm
from outreach.events.models import Plan, PlanPlace
from outreach.events.queries import plans as queries
from outreach.events.queries.planning import say_stale
from outreach.events.rules.plans import (
    MOVING,
    PLAN_WORDS,
    PlaceStatus,
    PlanStatus,
    PlanStep,
    may_plan,
    next_plan_status,
    say_method,
    split_passed,
)
from outreach.events.views import bp
from outreach.web.door import Actor, Role, actor, allow
from outreach.web.fields import Choice
from outreach.web.filters import plural, say_date
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate

STATES = {one: words.capitalize() for one, words in PLAN_WORDS.items()}
_PLAN = "/manage/plan/<int(max=2147483647):id>"


@bp.route("/manage/plan", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def plans() -> Response:
    form = PlanForm(request.form)
    form.offer(list_school_terms())
    offer_districts(form.district, list_districts())
    if form.sent():
        with form.refusing():
            first_day, last_day = form.days
            district = form.district.data
            plan = actions.ask_for_plan(actor(), first_day, last_day, district_id=district.id if district else None)
            return redirect(url_for("events.plan", id=plan.id), 303)
    found = queries.list_plans()
    names = list_account_names({one.asked_by_id for one, _ in found if one.asked_by_id is not None})
    return show("events/plans.html", form, found=found, names=names, words=STATES)


@bp.get(_PLAN)
@allow(Role.COORDINATOR)
def plan(id: int) -> Response:
    found = queries.get_plan(id)
    summary = queries.summarise(found)
    filters = _filters(summary)
    district = filters.district.data
    whys = {one.why for one in summary.blocked if one.why}
    why = request.args.get("why", "") if request.args.get("why") in whys else ""
    page = paginate(
        db.session(),
        queries.select_places(found, filters.state.data, district.id if district else None, filters.week.data, why),
        number=page_number(request.args),
    )
    facts = found.facts
    return show(
        "events/plan.html",
        plan=found,
        facts=facts,
        words=STATES,
        place_words=PLACE_WORDS,
        split_passed=split_passed,
        moving=found.status in MOVING,
        summary=summary,
        filters=filters,
        why=why,
        page=page,
        qualified=queries.find_qualified_places(found, page.items),
        most_after=max((one.after for one in queries.list_loads(found)), default=0),
        stale=say_stale(found) if found.status is PlanStatus.PROPOSED else "",
        method=say_method(found.method, found.gap, facts.get("more"), facts.get("best_of")) if summary.places else "",
        can={step.name.lower(): may_plan(found.status, step) for step in PlanStep},
        kept=_kept(),
    )


def _kept() -> dict[str, Any]:
    """The filters of the address, which outlive a choice."""
    return {name: request.args[name] for name in ("state", "district", "week", "why", "page") if name in request.args}


def _filters(summary: queries.Summary) -> PlanFilters:
    filters = PlanFilters(request.args)
    filters.state.choices = [Choice(one.value, PLACE_WORDS[one]) for one in PlaceStatus if summary.counts[one]]
    offer_districts(filters.district, [one for one, _ in summary.districts])
    filters.week.choices = [Choice(str(monday), f"From {say_date(monday)}") for monday, _ in summary.weeks]
    filters.read()
    return filters


@bp.get(f"{_PLAN}/people")
@allow(Role.COORDINATOR)
def plan_people(id: int) -> Response:
    found = queries.get_plan(id)
    return show("events/plan_people.html", plan=found, loads=queries.list_loads(found))


@bp.post(f"{_PLAN}/again")
@allow(Role.COORDINATOR)
def plan_again(id: int) -> Response:
    return _act(id, actions.plan_again)


@bp.post(f"{_PLAN}/stop")
@allow(Role.COORDINATOR)
def stop_plan(id: int) -> Response:
    return _act(id, actions.stop_plan)


def _act(id: int, act: Callable[[Actor, Plan], None]) -> Response:
    act(actor(), queries.get_plan(id))
    return redirect(url_for("events.plan", id=id), 303)


_CHOICES: dict[str, tuple[Callable[[Actor, PlanPlace], None], str]] = {
    "pin": (actions.pin_place, "Kept when you plan again."),
    "unpin": (partial(actions.pin_place, pinned=False), "Open again when you plan again."),
    "leave-out": (actions.leave_out, "Left out: nobody is asked for this place."),
    "put-back": (partial(actions.leave_out, out=False), "Put back."),
}


@bp.post(f"{_PLAN}/places/<int(max=2147483647):place>/<choice>")
@allow(Role.COORDINATOR)
def choose_place(id: int, place: int, choice: str) -> Response:
    if choice not in _CHOICES:
        raise NotFound
    act, said = _CHOICES[choice]
    act(actor(), queries.get_plan_place(queries.get_plan(id), place))
    flash(said, "success")
    return redirect(url_for("events.plan", id=id, _anchor=f"place-{place}", **_kept()), 303)


@bp.route(f"{_PLAN}/apply", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def apply_plan(id: int) -> Response:
    found = queries.get_plan(id)
    if request.method == "GET":
        next_plan_status(found.status, PlanStep.APPLY)
    form = ApplyPlanForm(request.form, data={"version": found.version})
    if form.sent():
        with form.refusing():
            actions.apply_plan(
                actor(), found, answer_hours=form.answer_hours, words=form.words.data, version=form.version.data
            )
            return redirect(url_for("events.plan", id=id), 303)
    summary = queries.summarise(found)
    if request.method == "GET" and not summary.counts[PlaceStatus.PROPOSED]:
        raise Conflict("This plan proposes nobody, so there is nobody to ask.")
    loads = queries.list_loads(found)
    return show(
        "events/apply_plan.html",
        form,
        plan=found,
        summary=summary,
        people=plural(len(loads), "ambassador"),
        most=max((one.more for one in loads), default=0),
        stale=say_stale(found),
    )
