"""When somebody can come: for themselves by their link, and for the coordinator whom they told."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors.actions.availability import add_away, remove_away, set_pattern
from outreach.ambassadors.forms.own import AwayForm, PatternForm
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import get_ambassador
from outreach.ambassadors.queries.own import get_away, list_away, list_pattern
from outreach.ambassadors.rules.availability import WEEKDAYS
from outreach.ambassadors.views import bp
from outreach.ambassadors.views.own import own_record
from outreach.web.door import Purpose, Role, actor, allow
from outreach.web.forms import show
from outreach.web.limits import limited

CHANGED = "The usual times have been changed."
ADDED = "The days away have been added."
REMOVED = "The days away have been removed."


@bp.route("/ambassador/<token>/availability", methods=["GET", "POST"])
@allow(Purpose.OWN)
@limited("own_page", 60, 10)
def availability(token: str) -> Response:
    """The weekly pattern as boxes to tick, and the days away."""
    ambassador = own_record()
    here = url_for("ambassadors.availability", token=token)
    return _pattern("ambassadors/availability.html", ambassador, here, token=token)


@bp.route("/ambassador/<token>/away", methods=["GET", "POST"])
@allow(Purpose.OWN)
@limited("own_page", 60, 10)
def away(token: str) -> Response:
    """Days away. Whoever is booked then sees it on the overview, to which this leads."""
    back = url_for("ambassadors.availability", token=token)
    return _away("ambassadors/away.html", own_record(), url_for("reports.own", token=token), back)


@bp.route("/ambassador/<token>/away/<int(max=2147483647):away_id>/remove", methods=["POST"])
@allow(Purpose.OWN)
@limited("own_page", 60, 10)
def take_away_back(token: str, away_id: int) -> Response:
    return _remove(own_record(), away_id, url_for("ambassadors.availability", token=token))


@bp.route("/ambassadors/<int(max=2147483647):id>/availability", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def availability_of(id: int) -> Response:
    here = url_for("ambassadors.availability_of", id=id)
    return _pattern("ambassadors/availability_of.html", get_ambassador(id), here)


@bp.route("/ambassadors/<int(max=2147483647):id>/away", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def away_of(id: int) -> Response:
    back = url_for("ambassadors.availability_of", id=id)
    return _away("ambassadors/away_of.html", get_ambassador(id), back, back)


@bp.route("/ambassadors/<int(max=2147483647):id>/away/<int(max=2147483647):away_id>/remove", methods=["POST"])
@allow(Role.COORDINATOR)
def take_away_back_of(id: int, away_id: int) -> Response:
    return _remove(get_ambassador(id), away_id, url_for("ambassadors.availability_of", id=id))


def _pattern(template: str, ambassador: Ambassador, here: str, **context: object) -> Response:
    form = PatternForm(request.form, data={"free": PatternForm.as_sent(list_pattern(ambassador.id))})
    if form.sent():
        with form.refusing():
            set_pattern(actor(), ambassador, form.free.data)
            flash(CHANGED, "success")
            return redirect(here, 303)
    return show(template, form, ambassador=ambassador, away=list_away(ambassador.id), weekdays=WEEKDAYS, **context)


def _away(template: str, ambassador: Ambassador, done: str, back: str) -> Response:
    form = AwayForm(request.form)
    if form.sent() and form.span is not None:
        with form.refusing():
            add_away(actor(), ambassador, form.span)
            flash(ADDED, "success")
            return redirect(done, 303)
    return show(template, form, ambassador=ambassador, back=back)


def _remove(ambassador: Ambassador, away_id: int, back: str) -> Response:
    remove_away(actor(), ambassador, get_away(ambassador.id, away_id))
    flash(REMOVED, "success")
    return redirect(back, 303)
