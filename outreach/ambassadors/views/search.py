"""Looking for an ambassador, for everybody; and telling the coordinator of what nobody offers."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors.actions.demand import tell_demand
from outreach.ambassadors.forms.register import offer_districts, offer_terms
from outreach.ambassadors.forms.search import SearchFilters, TellForm
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import search
from outreach.ambassadors.queries.search import Wanted
from outreach.ambassadors.rules.searching import shown_name
from outreach.ambassadors.rules.wording import say_offer, say_terms
from outreach.ambassadors.views import bp
from outreach.db import db
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.web.door import EVERYONE, allow
from outreach.web.downloads import download, wants_file
from outreach.web.forms import show
from outreach.web.limits import limited
from outreach.web.paging import page_number, paginate

PER_PAGE = 12
NARROWED = ("district", "activity", "audience", "role_family", "language")
# What the journey of asking for a visit can begin with.
TAKEN_ALONG = ("activity", "audience")
COLUMNS = ("First name", "Job role", "Works in", "District", "Travels to", "Offers", "Speaks to", "Languages", "Story")


@bp.route("/find-an-ambassador", endpoint="find", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("unmet_demand", 10, 60)
def find_ambassador() -> Response:
    """The search. Sent as a form, it tells the coordinator that nobody offers what its address asks for."""
    filters = _filters()
    wanted = Wanted(**filters.data)
    form = TellForm(request.form)
    if form.sent():
        if not form.robot:
            with form.refusing():
                tell_demand(wanted)
        if not form.errors:
            flash("Thank you. The coordinator sees what nobody offers yet; nothing about you was kept.", "success")
            return redirect(url_for("ambassadors.find", **_asked(filters)), 303)
    if wants_file():
        people = db.session.scalars(search.select_shown(wanted)).all()
        return download("find-an-ambassador", COLUMNS, [_row(one) for one in people])
    page = paginate(db.session(), search.select_shown(wanted), number=page_number(request.args), per_page=PER_PAGE)
    unshown, others = search.list_unshown(wanted), search.others_speak(wanted)
    return show(
        "ambassadors/find.html",
        form,
        filters=filters,
        page=page,
        unshown=unshown,
        others=others,
        total=page.total + sum(one.count for one in unshown),
        offered=search.is_offered(wanted),
        wanted=wanted,
        said=say_terms(wanted.activity, wanted.audience, wanted.role_family, wanted.language),
        tiles=_tiles(filters, wanted),
        ask=url_for("visits.start", **{name: value for name, value in _asked(filters).items() if name in TAKEN_ALONG}),
        shown_name=shown_name,
        say_offer=say_offer,
        say_counts=_say_counts,
    )


def _filters() -> SearchFilters:
    filters = SearchFilters(request.args)
    offer_districts(filters.district, list_districts())
    offer_terms(filters.activity, list_terms(Vocabulary.ACTIVITY))
    offer_terms(filters.audience, list_terms(Vocabulary.AUDIENCE))
    offer_terms(filters.role_family, list_terms(Vocabulary.ROLE_FAMILY))
    offer_terms(filters.language, list_terms(Vocabulary.LANGUAGE))
    filters.read()
    return filters


def _asked(filters: SearchFilters) -> dict[str, Any]:
    """The filters that are set, as the address has them."""
    chosen = {name: filters[name].data for name in NARROWED}
    return {name: one.slug if name == "district" else one.code for name, one in chosen.items() if one}


def _row(one: Ambassador) -> tuple[str, ...]:
    """Somebody who agreed to be shown, as the file has them: what their card says, and nothing else."""

    def labels(vocabulary: Vocabulary) -> str:
        return "; ".join(term.label for term in one.terms if term.vocabulary is vocabulary)

    travels = "; ".join(district.name for district in one.travels_to)
    offers = (labels(Vocabulary.ACTIVITY), labels(Vocabulary.AUDIENCE), labels(Vocabulary.LANGUAGE))
    named = (shown_name(one.name), one.job_title, one.role_family.label, one.home_district.name)
    return (*named, travels, *offers, one.story)


def _say_counts(groups: list[search.Unshown]) -> str:
    """How many work in which district: 'Ashmere 2, Fernwick 3'."""
    return ", ".join(f"{one.district} {one.count}" for one in groups)


def _tiles(filters: SearchFilters, wanted: Wanted) -> list[dict[str, Any]]:
    """The map: how many could be asked for each district, and the way to narrow the search to it."""
    counts = search.count_by_district(wanted)
    asked = _asked(filters)
    places = sorted(list_districts(), key=lambda one: (one.row, one.column))
    return [
        {
            "name": one.name,
            "href": url_for("ambassadors.find", **(asked | {"district": one.slug})),
            "number": counts[one.id],
            "words": "shown" if wanted.language else "can come",
            "note": "Selected" if wanted.district is one else "",
            "state": "good" if counts[one.id] else "none",
            "row": one.row,
            "column": one.column,
        }
        for one in places
    ]
