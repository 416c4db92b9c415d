"""The visit pack: by the ambassador's link while they are coming, by that of a contact who asked for nothing, and both
sides' for the coordinator to look at. Whoever asked for a visit has theirs under their request (`visits`).
"""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from outreach.events import queries
from outreach.events.queries.leaving import still_waited_for
from outreach.events.queries.packs import ambassador_pack, host_pack
from outreach.events.rules import InvitationState
from outreach.events.views import bp
from outreach.events.views.invitations import own_assignment, state_of
from outreach.web.door import Purpose, Role, actor, allow, link
from outreach.web.forms import show


@bp.route("/invitations/<token>/pack")
@bp.route("/ambassador/<token>/visits/<reference>/pack")
@allow(Purpose.INVITATION, Purpose.OWN, Purpose.LEAVING)
def pack(token: str, reference: str | None = None) -> Response:
    """Whoever is not coming, or not yet, is led to their invitation, which says how it stands.

    Whoever went alone keeps it, on their own page until they have left; the link of the mail leads to the button
    for that once the event is over.
    """
    assignment = own_assignment(reference)
    check_out = url_for("events.check_out", token=token, reference=reference)
    if link().purpose is Purpose.LEAVING:
        return redirect(check_out, 303)
    back = url_for("events.invitation", token=token, reference=reference)
    state = state_of(assignment)
    if state is not InvitationState.COMING and not (state is InvitationState.OVER and still_waited_for(assignment)):
        return redirect(back, 303)
    return show("events/pack.html", pack=ambassador_pack(assignment.event, assignment), back=back, check_out=check_out)


@bp.route("/hosting/<token>")
@allow(Purpose.HOST)
def hosted(token: str) -> Response:
    event = queries.get_event_of_contact(link().subject_id, actor().id)
    return show("events/hosted.html", pack=host_pack(event))


@bp.route("/manage/events/<reference>/pack/<any(host, ambassador):side>")
@allow(Role.COORDINATOR)
def pack_of(reference: str, side: str) -> Response:
    event = queries.get_event(reference)
    shown = host_pack(event) if side == "host" else ambassador_pack(event)
    return show("events/pack_of.html", event=event, side=side, pack=shown)
