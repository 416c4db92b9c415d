"""An ambassador's own page, by the link in a mail, and the certificate of what they have given."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import find_agreement, get_ambassador, readiness_today
from outreach.ambassadors.queries.own import list_thanks
from outreach.ambassadors.rules import Agreement
from outreach.ambassadors.rules.searching import shown_name
from outreach.ambassadors.views.own import own_record
from outreach.events.queries.offers import list_offered
from outreach.events.rules import AssignmentStatus
from outreach.reports.queries.own import contribution_of, list_booked, list_to_record
from outreach.reports.rules.giving import find_period, list_periods, month_of, quarter_of
from outreach.reports.views import bp
from outreach.web.door import Purpose, Role, allow
from outreach.web.forms import show


@bp.route("/ambassador/<token>")
@allow(Purpose.OWN)
def own(token: str) -> Response:
    """Where somebody stands, what waits for their answer, what they are booked for and what they have given."""
    ambassador = own_record()
    if ambassador.unconfirmed_since is not None:
        return redirect(url_for("ambassadors.joining", token=token), 303)
    today = clock.today()
    booked = list_booked(ambassador)
    agreement = find_agreement(ambassador.id)
    agreed = agreement.hours_a_month if agreement and agreement.status is Agreement.AGREED else None
    year = list_periods(today, today)[0]
    return show(
        "reports/own.html",
        ambassador=ambassador,
        name=shown_name(ambassador.name),
        readiness=readiness_today(ambassador),
        to_answer=[one for one in booked if one.assignment.status is AssignmentStatus.INVITED],
        coming=[one for one in booked if one.assignment.status is AssignmentStatus.ACCEPTED],
        away=[one for one in booked if one.away],
        to_record=list_to_record(ambassador),
        month=contribution_of(ambassador, month_of(today)),
        quarter=contribution_of(ambassador, quarter_of(today)),
        year=contribution_of(ambassador, year),
        agreed=agreed,
        thanks=list_thanks(ambassador.id),
        offered=len(list_offered(ambassador)),
        token=token,
    )


@bp.route("/ambassador/<token>/certificate")
@allow(Purpose.OWN)
def certificate(token: str) -> Response:
    """What somebody has given in a period they choose, on one page to print."""
    return _certificate("reports/certificate.html", own_record(), url_for("reports.own", token=token))


@bp.route("/ambassadors/<int(max=2147483647):id>/certificate")
@allow(Role.COORDINATOR)
def certificate_of(id: int) -> Response:
    """The same for the coordinator, who may hand it over."""
    return _certificate("reports/certificate_of.html", get_ambassador(id), url_for("ambassadors.show", id=id))


def _certificate(template: str, ambassador: Ambassador, back: str) -> Response:
    today = clock.today()
    periods = list_periods(today, clock.local(ambassador.registered_at).date())
    period = find_period(request.args.get("period", ""), periods)
    return show(
        template,
        ambassador=ambassador,
        periods=periods,
        period=period,
        given=contribution_of(ambassador, period),
        today=today,
        back=back,
    )
