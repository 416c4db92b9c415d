"""What a line manager sees and answers, by the link in their mail."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors import actions, queries
from outreach.ambassadors.forms.joining import AGREE, NOT_NOW, ManagerForm
from outreach.ambassadors.models import ManagerAgreement
from outreach.ambassadors.rules import Agreement, AmbassadorStatus, stamp_of
from outreach.ambassadors.views import bp
from outreach.web.door import Purpose, actor, allow, link
from outreach.web.forms import show
from outreach.web.limits import limited

JOINING = (AmbassadorStatus.INTERESTED, AmbassadorStatus.AWAITING_MANAGER, AmbassadorStatus.IN_TRAINING)


@bp.route("/manager/<token>", methods=["GET", "POST"])
@allow(Purpose.MANAGER)
@limited("manager", 20, 60)
def manager(token: str) -> Response:
    """Who asks, what the role is, and the answer; once it is given, what was answered."""
    agreement = queries.get_agreement(link().subject_id)
    ambassador = queries.get_ambassador(agreement.ambassador_id)
    form = ManagerForm(request.form, data=_as_answered(agreement))
    if form.sent():
        with form.refusing():
            actions.answer_agreement(actor(), agreement, form.said(), form.version.data)
            flash("Your answer has been recorded. You can change it here until training is complete.", "success")
            return redirect(url_for("ambassadors.manager", token=token), 303)
    answered = agreement.status is not Agreement.ASKED
    return show(
        "ambassadors/manager.html",
        form,
        ambassador=ambassador,
        agreement=agreement,
        answered=answered,
        settled=ambassador.status not in JOINING,
        changing=not answered or "change" in request.args or bool(form.errors),
        token=token,
    )


def _as_answered(agreement: ManagerAgreement) -> dict[str, object]:
    """The answer that stands, for the form that changes it."""
    said = {Agreement.AGREED: AGREE, Agreement.NOT_NOW: NOT_NOW}.get(agreement.status, "")
    cover = {True: "yes", False: "no"}.get(bool(agreement.backfill)) if said == AGREE else ""
    return {
        "answer": said,
        "hours": agreement.hours_a_month,
        "backfill": cover,
        "words": agreement.words,
        "version": stamp_of(agreement.status, agreement.answered_at),
    }
