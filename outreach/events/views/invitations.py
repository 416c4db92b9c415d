"""What an ambassador opens from a mail, mostly on a phone. Opening decides nothing; the buttons do.

The same pages open from their own page, by its link and the event's reference.
"""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.rules import first_name
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.events import actions, queries
from outreach.events.forms import CannotComeForm, offer_terms
from outreach.events.models import Assignment
from outreach.events.queries.answers import offer_of
from outreach.events.queries.leaving import is_alone
from outreach.events.queries.orders import is_filled
from outreach.events.rules import InvitationState, invitation_state
from outreach.events.rules.leaving import is_out
from outreach.events.views import bp
from outreach.web.door import Purpose, actor, allow, link
from outreach.web.forms import Form, show
from outreach.web.limits import limited


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@bp.route("/ambassador/<token>/visits/<reference>", methods=["GET", "POST"])
@allow(Purpose.INVITATION, Purpose.OWN, Purpose.LEAVING)
@limited("invitation", 60, 10)
def invitation(token: str, reference: str | None = None) -> Response:
    """Once the event is over, the link of the mail leads to where somebody says that they have left."""
    assignment = own_assignment(reference)
    if link().purpose is Purpose.LEAVING:
        return redirect(url_for("events.check_out", token=token), 303)
    form = Form(request.form)
    if form.sent():
        with form.refusing():
            actions.accept_invitation(actor(), assignment)
            flash("Thank you. You are going.", "success")
            return redirect(url_for("events.invitation", token=token, reference=reference), 303)
    event = assignment.event
    return show(
        "events/invitation.html",
        form,
        token=token,
        reference=reference,
        event=event,
        assignment=assignment,
        state=state_of(assignment),
        begun=assignment.starts_at <= clock.now(),
        still_short=queries.has_room_for(assignment, event.assignments),
        filled=is_filled(assignment.opening, event.assignments),
        holder=first_name(assignment.ambassador.name),
        alone=is_alone(assignment),
        out=is_out(assignment.starts_at, assignment.checked_out_at),
        offer=offer_of(assignment),
    )


@bp.route("/invitations/<token>/cannot-come", methods=["GET", "POST"])
@bp.route("/ambassador/<token>/visits/<reference>/cannot-come", methods=["GET", "POST"])
@allow(Purpose.INVITATION, Purpose.OWN)
@limited("invitation", 60, 10)
def cannot_come(token: str, reference: str | None = None) -> Response:
    assignment = own_assignment(reference)
    back = url_for("events.invitation", token=token, reference=reference)
    state = state_of(assignment)
    begun = assignment.starts_at <= clock.now()
    if request.method == "GET" and (begun or state not in (InvitationState.ASKED, InvitationState.COMING)):
        return redirect(back, 303)
    form = CannotComeForm(request.form)
    offer_terms(form.reason, list_terms(Vocabulary.CANNOT_COME_REASON))
    if form.sent():
        with form.refusing():
            actions.decline_invitation(
                actor(), assignment, reason=form.reason.data, words=form.words.data, instead=form.instead
            )
            flash("Thank you for telling us.", "success")
            return redirect(back, 303)
    return show("events/cannot_come.html", form, event=assignment.event, assignment=assignment, state=state, back=back)


def own_assignment(reference: str | None) -> Assignment:
    """The assignment of the link, or of the event chosen on their own page, if it is still its holder's."""
    if (link().purpose is Purpose.OWN) is (reference is None):
        raise NotFound
    if reference is None:
        assignment = queries.get_assignment(link().subject_id)
    else:
        assignment = queries.get_assignment_of(link().subject_id, reference)
    if assignment.ambassador_id != actor().id:
        raise NotFound
    return assignment


def state_of(assignment: Assignment) -> InvitationState:
    """What to tell them. Whose time is over may still say yes while no place is anybody else's."""
    event = assignment.event
    state = invitation_state(
        event.status,
        assignment.status,
        (assignment.starts_at, assignment.ends_at),
        clock.now(),
        said_no=assignment.reason_id is not None,
    )
    if state is InvitationState.ASKED and assignment.late and not queries.has_room_for(assignment, event.assignments):
        return InvitationState.LAPSED
    return state
