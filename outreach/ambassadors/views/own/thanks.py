"""Thanks: giving them as a coordinator, and the page and the card on which they are read and printed."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors.actions.thanks import thank_as_coordinator
from outreach.ambassadors.forms.own import ThankForm
from outreach.ambassadors.queries import get_ambassador
from outreach.ambassadors.queries.own import get_thanks, list_thanks
from outreach.ambassadors.rules.searching import shown_name
from outreach.ambassadors.views import bp
from outreach.ambassadors.views.own import own_record
from outreach.web.door import Purpose, Role, actor, allow
from outreach.web.forms import show


@bp.route("/ambassador/<token>/thanks")
@allow(Purpose.OWN)
def thanks(token: str) -> Response:
    """All the thanks that somebody has been given."""
    ambassador = own_record()
    return show("ambassadors/thanks.html", ambassador=ambassador, thanks=list_thanks(ambassador.id), token=token)


@bp.route("/ambassador/<token>/thanks/<reference>")
@allow(Purpose.OWN)
def card(token: str, reference: str) -> Response:
    """One thanks as a card, to print."""
    ambassador = own_record()
    found = get_thanks(ambassador.id, reference)
    back = url_for("ambassadors.thanks", token=token)
    return show("ambassadors/card.html", thanks=found, ambassador=ambassador, back=back)


@bp.route("/ambassadors/<int(max=2147483647):id>/thanks/<reference>")
@allow(Role.COORDINATOR)
def card_of(id: int, reference: str) -> Response:
    """The same card for the coordinator, who may hand it over."""
    ambassador = get_ambassador(id)
    back = url_for("ambassadors.show", id=id)
    return show("ambassadors/card_of.html", thanks=get_thanks(id, reference), ambassador=ambassador, back=back)


@bp.route("/ambassadors/<int(max=2147483647):id>/thank", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def thank(id: int) -> Response:
    """Thank somebody for all they do. For one event, see `outcomes.thank_people`."""
    ambassador = get_ambassador(id)
    form = ThankForm(request.form)
    if form.sent():
        with form.refusing():
            given = thank_as_coordinator(actor(), ambassador, form.words.data)
            flash(f"We are emailing your thanks to {shown_name(ambassador.name)}. Here is a card to print.", "success")
            return redirect(url_for("ambassadors.card_of", id=id, reference=given.reference), 303)
    return show("ambassadors/thank.html", form, ambassador=ambassador, back=url_for("ambassadors.show", id=id))
