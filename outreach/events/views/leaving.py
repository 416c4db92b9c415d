"""After a visit alone: the ambassador says that they have left, by one button on a phone, or a coordinator does."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.errors import Conflict
from outreach.events.actions.leaving import check_out as leave
from outreach.events.actions.leaving import record_safe
from outreach.events.forms import SafeForm
from outreach.events.models import Assignment
from outreach.events.queries.leaving import is_alone
from outreach.events.rules import COMING, AssignmentStatus, EventStatus
from outreach.events.rules.leaving import is_out
from outreach.events.views import bp
from outreach.events.views.assigning import assignment_on
from outreach.events.views.invitations import own_assignment
from outreach.web.door import Purpose, Role, actor, allow, link
from outreach.web.forms import Form, show
from outreach.web.limits import limited


@bp.route("/check-out/<token>", methods=["GET", "POST"])
@bp.route("/ambassador/<token>/visits/<reference>/check-out", methods=["GET", "POST"])
@allow(Purpose.OUTCOME, Purpose.LEAVING, Purpose.OWN)
@limited("check-out", 60, 10)
def check_out(token: str, reference: str | None = None) -> Response:
    """One big button. Opening the page decides nothing."""
    assignment = own_assignment(reference)
    form = Form(request.form)
    if form.sent():
        with form.refusing():
            leave(actor(), assignment)
            return redirect(url_for("events.check_out", token=token, reference=reference), 303)
    return show(
        "events/check_out.html",
        form,
        assignment=assignment,
        event=assignment.event,
        state=_state(assignment),
        token=token,
        reference=reference,
        may_record=link().purpose is not Purpose.LEAVING,
    )


def _state(assignment: Assignment) -> str:
    """What the page tells them: off, early, out, heard, accompanied, there, or only that the event is over.

    The last to whoever nobody waits for, and whom the link of an invitation leads here afterwards.
    """
    if assignment.event.status is EventStatus.CANCELLED:
        return "off"
    over = link().purpose is Purpose.LEAVING and assignment.event.ends_at <= clock.now()
    if assignment.status not in (*COMING, AssignmentStatus.DID_NOT_ATTEND):
        return "over" if over else "off"
    if assignment.starts_at > clock.now():
        return "early"
    if is_out(assignment.starts_at, assignment.checked_out_at):
        return "out"
    if assignment.status is AssignmentStatus.DID_NOT_ATTEND:
        return "over" if over else "heard"
    if is_alone(assignment):
        return "there"
    return "over" if over else "accompanied"


@bp.route("/manage/events/<reference>/ambassadors/<int(max=2147483647):id>/safe", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def safe(reference: str, id: int) -> Response:
    """A coordinator records that somebody is safe."""
    assignment = assignment_on(reference, id)
    if request.method == "GET" and (assignment.status not in COMING or assignment.starts_at > clock.now()):
        raise Conflict("Nobody waits to hear of this person.")
    form = SafeForm(request.form)
    if form.sent():
        with form.refusing():
            record_safe(actor(), assignment, form.how.data)
            flash(f"Recorded: {assignment.ambassador.name} is safe.", "success")
            return redirect(url_for("events.show", reference=assignment.event.reference), 303)
    out = is_out(assignment.starts_at, assignment.checked_out_at)
    return show("events/safe.html", form, assignment=assignment, event=assignment.event, out=out)
