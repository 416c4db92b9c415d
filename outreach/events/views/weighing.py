"""How the order of the shortlist is made: read, changed, and put back."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.events import actions, queries
from outreach.events.forms import WeightsForm
from outreach.events.rules.bars import BAR_WORDS, HARD
from outreach.events.rules.weights import DEFAULT_POINTS, WEIGHINGS, stamp_of_points
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show


@bp.route("/manage/weights", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def weights() -> Response:
    of = _whose_list()
    points = queries.get_points()
    held = {one.value: number for one, number in points.items()} | {"seen": stamp_of_points(points)}
    form = WeightsForm(request.form, data=held)
    if form.sent():
        with form.refusing():
            actions.change_weights(actor(), form.points(), seen=form.seen.data)
            flash("The order is made by these points from now on.", "success")
            return redirect(url_for("events.weights", of=of), 303)
    return show(
        "events/weights.html",
        form,
        of=of,
        speaking=[one for one in WEIGHINGS if not one.against],
        against=[one for one in WEIGHINGS if one.against],
        hard=[words for code, words in BAR_WORDS.items() if code in HARD],
        soft=[words for code, words in BAR_WORDS.items() if code not in HARD],
        last=queries.find_last_weighing(),
        as_at_first=points == DEFAULT_POINTS,
    )


def _whose_list() -> str | None:
    """The event from whose shortlist somebody came, to lead them back to it."""
    of = request.args.get("of", "")
    return queries.get_event(of).reference if of else None


@bp.post("/manage/weights/reset")
@allow(Role.COORDINATOR)
def reset_weights() -> Response:
    actions.reset_weights(actor())
    flash("Every criterion counts what it did at first.", "success")
    return redirect(url_for("events.weights", of=_whose_list()), 303)
