"""Changing the terms of a draft, part by part."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from outreach.errors import NotFound
from outreach.referrals.actions.scheme import edit_terms
from outreach.referrals.forms.scheme import GeneralForm, KindForm, MilestoneForm, OnlyVersionForm, StageForm
from outreach.referrals.rules import drafting
from outreach.referrals.rules.terms import Limit, Milestone, RewardKind, Stage, Terms
from outreach.referrals.views import bp
from outreach.referrals.views.scheme import changed, get_draft
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show

CODE = "<string(minlength=1, maxlength=40):code>"
DRAFT = "/scheme/<int(max=2147483647):number>"
REMOVERS = {
    "milestones": drafting.without_milestone,
    "stages": drafting.without_stage,
    "rewards": drafting.without_kind,
}


@bp.route(f"{DRAFT}/terms", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def edit_scheme(number: int) -> Response:
    draft = get_draft(number)
    terms = draft.read()
    form = GeneralForm(request.form, data=_held(terms) | {"version": draft.version})
    if form.sent():
        with form.refusing():
            new = drafting.with_general(terms, drafting.General(**{one: form[one].data for one in form.boxes()}))
            parts = ("referrers", "friends", "posts", "caps", "leavers")
            edit_terms(actor(), draft, new, parts=parts, version=form.version.data)
            return changed(draft)
    return show("referrals/edit_scheme.html", form, draft=draft)


@bp.route(f"{DRAFT}/milestones/new", methods=["GET", "POST"], defaults={"code": None})
@bp.route(f"{DRAFT}/milestones/{CODE}", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def edit_milestone(number: int, code: str | None) -> Response:
    draft = get_draft(number)
    terms = draft.read()
    row = _found(terms.milestone(code)) if code else None
    held = {**vars(row), "version": draft.version} if row else {"months": 0, "claim_days": 0, "version": draft.version}
    form = MilestoneForm(request.form, data=held)
    form.offer(terms)
    if form.sent():
        new = Milestone(
            code=code or drafting.new_code(form.label.data, [one.code for one in terms.milestones]),
            label=form.label.data,
            stage=form.stage.data,
            months=form.months.data or 0,
            kind=form.kind.data,
            pence=form.pence.data or 0,
            words=form.words.data,
            new_to_care_pence=form.new_to_care_pence.data or 0,
            claim_days=form.claim_days.data or 0,
        )
        with form.refusing():
            parts = (f"milestones.{new.code}",)
            edit_terms(actor(), draft, drafting.with_milestone(terms, new), parts=parts, version=form.version.data)
            return changed(draft)
    return show("referrals/edit_milestone.html", form, draft=draft, row=row)


@bp.route(f"{DRAFT}/stages/new", methods=["GET", "POST"], defaults={"code": None})
@bp.route(f"{DRAFT}/stages/{CODE}", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def edit_stage(number: int, code: str | None) -> Response:
    draft = get_draft(number)
    terms = draft.read()
    row = _found(terms.stage(code)) if code else None
    form = StageForm(request.form, data=_held_stage(terms, row) | {"version": draft.version})
    form.offer(terms, code)
    if form.sent():
        asked = ((form.since_1.data, form.days_1.data), (form.since_2.data, form.days_2.data))
        new = Stage(
            code=code or drafting.new_code(form.label.data, [one.code for one in terms.stages]),
            label=form.label.data,
            limits=tuple(Limit(since, days) for since, days in asked if since and days),
            months=form.months.data,
            shown=form.shown.data,
        )
        with form.refusing():
            placed = drafting.with_stage(terms, new, form.after.data or None)
            edit_terms(actor(), draft, placed, parts=("stages", "start_stage"), version=form.version.data)
            return changed(draft)
    return show("referrals/edit_stage.html", form, draft=draft, row=row)


@bp.route(f"{DRAFT}/rewards/new", methods=["GET", "POST"], defaults={"code": None})
@bp.route(f"{DRAFT}/rewards/{CODE}", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def edit_kind(number: int, code: str | None) -> Response:
    draft = get_draft(number)
    terms = draft.read()
    row = _found(terms.kind(code)) if code else None
    form = KindForm(request.form, data={**(vars(row) if row else {}), "version": draft.version})
    if form.sent():
        new = RewardKind(
            code=code or drafting.new_code(form.label.data, [one.code for one in terms.kinds]),
            label=form.label.data,
            money=form.money.data,
            taxable=form.taxable.data,
            payroll=form.payroll.data,
            given_by=form.given_by.data,
        )
        with form.refusing():
            edit_terms(actor(), draft, drafting.with_kind(terms, new), parts=("kinds",), version=form.version.data)
            return changed(draft)
    return show("referrals/edit_kind.html", form, draft=draft, row=row)


@bp.route(f"{DRAFT}/<any(milestones, stages, rewards):part>/{CODE}/remove", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def remove_part(number: int, part: str, code: str) -> Response:
    draft = get_draft(number)
    terms = draft.read()
    find = {"milestones": terms.milestone, "stages": terms.stage, "rewards": terms.kind}[part]
    row = _found(find(code))
    form = OnlyVersionForm(request.form, data={"version": draft.version})
    if form.sent():
        with form.refusing():
            edit_terms(actor(), draft, REMOVERS[part](terms, code), parts=(), version=form.version.data)
            return changed(draft)
    return show("referrals/remove_part.html", form, draft=draft, row=row)


Row = Milestone | Stage | RewardKind


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row


def _held(terms: Terms) -> dict[str, object]:
    return {
        "employment": drafting.write_lines(terms.referrers.employment),
        "excluded_roles": drafting.write_lines(terms.referrers.excluded_roles),
        "under_notice": terms.referrers.under_notice,
        "least_age": terms.friends.least_age,
        "former_staff_months": terms.friends.former_staff_months,
        "in_process": terms.friends.in_process,
        "posts": drafting.write_lines(terms.posts),
        "cap_rewards": terms.caps.rewards,
        "cap_pence": terms.caps.pence,
        "referrer_leaves": terms.leavers.referrer,
        "friend_days": terms.leavers.friend_days,
        "tax_note": terms.tax_note,
        "details_mode": terms.details_mode,
        "budget_pence": terms.budget_pence,
    }


def _held_stage(terms: Terms, row: Row | None) -> dict[str, object]:
    if not isinstance(row, Stage):
        return {"after": terms.stages[-1].code}
    place = terms.position(row.code)
    held: dict[str, object] = {"label": row.label, "months": row.months, "shown": row.shown}
    held["after"] = terms.stages[place - 1].code if place else ""
    for number, limit in enumerate(row.limits[:2], start=1):
        held |= {f"since_{number}": limit.since, f"days_{number}": limit.days}
    return held
