"""What ambassadors say of themselves, and whether they are shown to everybody."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors.actions.own import agree_to_be_shown, change_own, stop_being_shown
from outreach.ambassadors.forms.own import PARTS, DistrictsForm, OffersForm, OwnForm
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries.own import find_consent, list_away, list_consents, list_pattern
from outreach.ambassadors.rules.availability import say_pattern
from outreach.ambassadors.rules.searching import shown_name
from outreach.ambassadors.views import bp
from outreach.ambassadors.views.own import own_record
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.web.door import Purpose, actor, allow, link
from outreach.web.forms import Form, show
from outreach.web.limits import limited

OFFERS = {
    "activities": Vocabulary.ACTIVITY,
    "audiences": Vocabulary.AUDIENCE,
    "languages": Vocabulary.LANGUAGE,
    "qualifications": Vocabulary.QUALIFICATION,
}


@bp.route("/ambassador/<token>/profile")
@allow(Purpose.OWN)
def profile(token: str) -> Response:
    """Everything that somebody says of themselves, with a way to change each part."""
    ambassador = own_record()
    return show(
        "ambassadors/profile.html",
        ambassador=ambassador,
        token=token,
        has_qualifications=bool(list_terms(Vocabulary.QUALIFICATION)),
        offers={name: _labels(ambassador, vocabulary) for name, vocabulary in OFFERS.items()},
        pattern=say_pattern(list_pattern(ambassador.id)),
        away=list_away(ambassador.id),
        consent=find_consent(ambassador.id),
        can_be_shown=bool(list_consents()),
    )


@bp.route("/ambassador/<token>/profile/<any(story, districts, offers, limits):part>", methods=["GET", "POST"])
@allow(Purpose.OWN)
@limited("own_page", 60, 10)
def profile_part(token: str, part: str) -> Response:
    """One part of the profile."""
    ambassador = own_record()
    form = PARTS[part](request.form, data=_as_held(ambassador))
    if isinstance(form, DistrictsForm):
        form.offer(ambassador, list_districts())
    if isinstance(form, OffersForm):
        form.offer(ambassador, {one: list_terms(one) for one in OFFERS.values()})
    back = url_for("ambassadors.profile", token=token)
    if form.sent():
        with form.refusing():
            change_own(actor(), ambassador, _columns(form, ambassador), form.version.data)
            flash("Your details have been changed.", "success")
            return redirect(back, 303)
    return show("ambassadors/profile_part.html", form, part=part, ambassador=ambassador, back=back)


@bp.route("/ambassador/<token>/shown", methods=["GET", "POST"])
@allow(Purpose.OWN)
@limited("own_page", 60, 10)
def shown(token: str) -> Response:
    """Whether somebody is found by name in the public search: what is shown, where, and the button for the other."""
    if not list_consents():
        raise NotFound
    ambassador = own_record()
    form = Form(request.form)
    if form.sent():
        with form.refusing():
            agree = request.form.get("act") == "agree"
            (agree_to_be_shown if agree else stop_being_shown)(actor(), ambassador)
            told = "You are shown to everybody who looks for an ambassador."
            flash(told if agree else "You are not shown any more.", "success")
            return redirect(url_for("ambassadors.shown", token=token), 303)
        ambassador = own_record()
    return show(
        "ambassadors/shown.html",
        form,
        ambassador=ambassador,
        name=shown_name(ambassador.name),
        languages=_labels(ambassador, Vocabulary.LANGUAGE),
        consent=find_consent(link().subject_id),
        token=token,
    )


def _labels(ambassador: Ambassador, vocabulary: Vocabulary) -> list[str]:
    return [term.label for term in ambassador.terms if term.vocabulary is vocabulary]


def _as_held(ambassador: Ambassador) -> dict[str, Any]:
    own = ("story", "base_town", "notice_days", "visits_a_month", "version")
    held = {name: getattr(ambassador, name) for name in own}
    held["travels_to"] = [one.slug for one in ambassador.travels_to]
    return held | {
        name: [term.code for term in ambassador.terms if term.vocabulary is vocabulary]
        for name, vocabulary in OFFERS.items()
    }


def _columns(form: OwnForm, ambassador: Ambassador) -> dict[str, object]:
    """What a part's form says, as the columns of the record. Terms of other vocabularies stay."""
    if isinstance(form, OffersForm):
        others = [term for term in ambassador.terms if term.vocabulary not in OFFERS.values()]
        chosen = [term for name in OFFERS for term in form[name].data]
        return {"terms": [*others, *chosen]}
    return {field.name: field.data for field in form if field.name != "version"}
