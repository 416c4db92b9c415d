"""Pausing, suspending and leaving, with the visits to come on the same page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.ambassadors.queries import get_ambassador
from outreach.ambassadors.rules import STEP_WORDS, AmbassadorStep, next_status, say_in_days
from outreach.districts.queries import list_terms
from outreach.districts.rules import Vocabulary
from outreach.events import queries
from outreach.events.actions.stopping import field_of, stop_ambassador
from outreach.events.forms import offer_terms
from outreach.events.models import Assignment
from outreach.events.rules.reasons import FITTING, Reason
from outreach.events.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.fields import Choice, DatePartsField, RadiosField, SelectField
from outreach.web.forms import Form, show

# How many people each list offers; the others can be asked on the event's own page.
MOST_OFFERED = 40
SOON_DAYS = 7


class StopForm(Form):
    """What is asked of each step, and for each visit to come who is asked instead."""

    def instead(self, coming: list[Assignment]) -> dict[int, int]:
        """Who is asked to which of these visits; those left open are not in it."""
        chosen = {one.id: self.data.get(field_of(one.id)) for one in coming}
        return {id: other for id, other in chosen.items() if other}


@bp.route("/ambassadors/<int(max=2147483647):id>/<any(pause, suspend, leave):step>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def stop(id: int, step: str) -> Response:
    ambassador = get_ambassador(id)
    taken = AmbassadorStep(step)
    coming = sorted(queries.list_coming_assignments_of(id, clock.now()), key=lambda one: (one.starts_at, one.id))
    form = _form(taken, [one for one in coming if one.starts_at > clock.now()])
    if form.sent():
        with form.refusing():
            asked = stop_ambassador(
                actor(),
                ambassador,
                taken,
                reason=form.data.get("reason"),
                until=form.data.get("until"),
                instead=form.instead(coming),
            )
            others = {0: "", 1: " Somebody else has been asked to 1 visit."}.get(
                asked, f" Others have been asked to {asked} visits."
            )
            flash(f"{ambassador.name} {STEP_WORDS[taken].done}.{others}", "success")
            return redirect(url_for("ambassadors.show", id=id), 303)
    if request.method == "GET":
        next_status(ambassador.status, taken)
    return show(
        "events/stop.html",
        form,
        ambassador=ambassador,
        words=STEP_WORDS[taken],
        coming=[(one, field_of(one.id)) for one in coming],
        soon=[(one, _in_words(one)) for one in coming if _days_ahead(one) <= SOON_DAYS],
    )


def _form(step: AmbassadorStep, coming: list[Assignment]) -> StopForm:
    """The form of this step for these visits: its questions are as many as the visits."""
    asked: dict[str, Any] = {}
    if step is AmbassadorStep.PAUSE:
        asked["until"] = DatePartsField(
            "Last day of the pause",
            hint="Leave it empty if nobody knows yet. The pause begins today. For example, 27 3 2027",
            earliest=(clock.today, "today or in the future"),
            optional=True,
        )
    if step is AmbassadorStep.LEAVE:
        asked["reason"] = RadiosField("Why are they leaving?", called="Reason", missing="Select why they are leaving")
    for one in coming:
        asked[field_of(one.id)] = SelectField(
            f"Who is asked instead to {one.event.title}?",
            called="Who is asked instead",
            missing="Select somebody from the list, or leave the visit open",
            blank="Nobody yet: leave it open",
            optional=True,
        )
    form = type("StopFormOfSomebody", (StopForm,), asked)(request.form)
    if step is AmbassadorStep.LEAVE:
        offer_terms(form["reason"], list_terms(Vocabulary.LEAVING_REASON))
    for one in coming:
        _offer_people(form[field_of(one.id)], one)
    checked: StopForm = form
    return checked


def _offer_people(field: SelectField, assignment: Assignment) -> None:
    """Offer who can be asked to the visit, best first, with what speaks for them."""
    shortlist = queries.list_shortlist(assignment.opening)
    field.label.text = field.label.text.removesuffix(" (optional)")
    field.coerce = int
    field.choices = [
        Choice(str(one.ambassador_id), f"{shortlist.names[one.ambassador_id]}{_why(one.reasons)}")
        for one in shortlist.ranked[:MOST_OFFERED]
    ]


def _why(reasons: tuple[Reason, ...]) -> str:
    fits = ", ".join(one.words for one in reasons if one.code in FITTING and one.points > 0)
    return f" ({fits})" if fits else ""


def _days_ahead(assignment: Assignment) -> int:
    return (clock.local(assignment.starts_at).date() - clock.today()).days


def _in_words(assignment: Assignment) -> str:
    """'today', 'tomorrow', 'in 5 days'; what has begun is today's."""
    return say_in_days(max(_days_ahead(assignment), 0))
