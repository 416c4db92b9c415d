"""Recruitment: what an officer does with one candidate."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.referrals.actions import recruit
from outreach.referrals.actions import stages as actions
from outreach.referrals.forms.recruit import (
    CloseForm,
    CorrectForm,
    HouseholdForm,
    MoveForm,
    NoteForm,
    offer_outcomes,
)
from outreach.referrals.models import Candidate
from outreach.referrals.queries import candidates as queries
from outreach.referrals.rules import stages as rules
from outreach.referrals.views import bp
from outreach.referrals.views.candidates import officer_id
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show


@bp.route("/candidates/<reference>/stages/<stage>", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def move(reference: str, stage: str) -> Response:
    found = queries.get_candidate(officer_id(), reference)
    terms, days = found.referral.scheme_version.read(), queries.get_stage_days(found.referral_id)
    here = terms.stage(stage)
    if here is None:
        raise NotFound
    form = MoveForm(request.form, data={"version": found.version})
    if form.sent() and form.day.data:
        with form.refusing():
            actions.move_candidate(actor(), found, stage=stage, day=form.day.data, version=form.version.data)
            return _back(found, f"“{here.label}” has been recorded.")
    previous = rules.last_stage(terms, days)
    before = terms.stage(previous) if previous else None
    return show("referrals/move.html", form, candidate=found, stage=here, before=before, days=days)


@bp.route("/candidates/<reference>/stages/<stage>/correct", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def correct(reference: str, stage: str) -> Response:
    found = queries.get_candidate(officer_id(), reference)
    terms, days = found.referral.scheme_version.read(), queries.get_stage_days(found.referral_id)
    here = terms.stage(stage)
    if here is None or (stage not in days and request.method == "GET"):
        raise NotFound
    form = CorrectForm(request.form, data={"version": found.version, "day": days.get(stage)})
    if form.sent():
        with form.refusing():
            actions.correct_stage(
                actor(),
                found,
                stage=stage,
                day=form.day.data if form.what.data == "day" else None,
                reason=form.reason.data,
                version=form.version.data,
            )
            return _back(found, f"“{here.label}” has been corrected.")
    return show("referrals/correct.html", form, candidate=found, stage=here, day=days.get(stage))


@bp.route("/candidates/<reference>/close", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def close(reference: str) -> Response:
    found = queries.get_candidate(officer_id(), reference)
    form = CloseForm(request.form, data={"version": found.version})
    offer_outcomes(form, list_terms(Vocabulary.CANDIDATE_OUTCOME))
    if form.sent() and form.day.data:
        with form.refusing():
            recruit.close_candidate(
                actor(), found, outcome=form.outcome.data, day=form.day.data, version=form.version.data
            )
            return _back(found, "The application is closed.")
    return show("referrals/close.html", form, candidate=found)


@bp.post("/candidates/<reference>/reopen")
@allow(Role.RECRUITMENT_OFFICER)
def reopen(reference: str) -> Response:
    found = queries.get_candidate(officer_id(), reference)
    recruit.reopen_candidate(actor(), found, version=request.form.get("version", ""))
    return _back(found, "The application is open again.")


@bp.route("/candidates/<reference>/notes", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def note(reference: str) -> Response:
    found = queries.get_candidate(officer_id(), reference)
    form = NoteForm(request.form)
    if form.sent():
        with form.refusing():
            recruit.add_note(actor(), found, form.words.data)
            return _back(found, "The note has been added.")
    return show("referrals/note.html", form, candidate=found)


@bp.route("/candidates/<reference>/household", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def household(reference: str) -> Response:
    if queries.has_declared(officer_id(), reference):
        return redirect(url_for("referrals.candidate", reference=reference), 303)
    found = queries.get_candidate(officer_id(), reference)
    form = HouseholdForm(request.form)
    if form.sent():
        with form.refusing():
            recruit.declare_household(actor(), found)
            flash("Your declaration has been recorded. A colleague must handle this application.", "success")
            return redirect(url_for("referrals.candidates"), 303)
    return show("referrals/household.html", form, candidate=found)


def _back(found: Candidate, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("referrals.candidate", reference=found.referral.reference), 303)
