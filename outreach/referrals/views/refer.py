"""What a referrer does: get a link, pass it on, see how it goes."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.db import db
from outreach.errors import NotFound
from outreach.referrals.actions import refer as actions
from outreach.referrals.forms.refer import DetailsForm, PosterFilters, RenewForm, TakeBackForm
from outreach.referrals.models import Referral
from outreach.referrals.queries import referring
from outreach.referrals.queries.scheme import find_version_in_force, get_version_in_force
from outreach.referrals.queries.vacancies import list_open_vacancies
from outreach.referrals.rules import stages
from outreach.referrals.rules.consent import MOST_PENDING, ReferralState, Way, shown_state
from outreach.referrals.rules.wording import describe
from outreach.referrals.views import bp
from outreach.referrals.views.sharing import address_of, picture_of
from outreach.web.door import SIGNED_IN, actor, allow
from outreach.web.forms import show
from outreach.web.limits import limited
from outreach.web.paging import page_number, paginate


@bp.get("/refer")
@allow(SIGNED_IN)
def index() -> Response:
    version = find_version_in_force(clock.today())
    link = referring.find_link_of(_own_id())
    return show(
        "referrals/index.html",
        version=version,
        terms=version.read() if version else None,
        link=link,
        address=address_of(link.code) if link else "",
        qr=picture_of(link.code) if link else "",
        vacancies=list_open_vacancies(),
        rewards=describe(version.read())[0].lines if version else (),
    )


@bp.post("/refer/link")
@allow(SIGNED_IN)
def make_link() -> Response:
    get_version_in_force(clock.today())
    actions.make_link(actor())
    return redirect(url_for("referrals.index"), 303)


@bp.route("/refer/link/new", methods=["GET", "POST"])
@allow(SIGNED_IN)
def renew_link() -> Response:
    if referring.find_link_of(_own_id()) is None:
        raise NotFound
    form = RenewForm(request.form)
    if form.sent():
        actions.renew_link(actor())
        flash("You have a new link. The old one has stopped.", "success")
        return redirect(url_for("referrals.index"), 303)
    return show("referrals/renew_link.html", form)


@bp.get("/refer/poster")
@allow(SIGNED_IN)
def poster() -> Response:
    """A poster of the referrer's own link, for whichever team it is to hang with."""
    version = get_version_in_force(clock.today())
    link = referring.find_link_of(_own_id())
    if link is None:
        raise NotFound
    filters = PosterFilters(request.args)
    filters.read()
    return show(
        "referrals/poster.html",
        filters=filters,
        team=filters.team.data,
        address=address_of(link.code),
        qr=picture_of(link.code),
        posts=version.read().posts,
    )


@bp.route("/refer/details", methods=["GET", "POST"])
@allow(SIGNED_IN)
@limited("refer-details", 20, 60)
def details() -> Response:
    version = get_version_in_force(clock.today())
    if not version.read().details_mode:
        raise NotFound
    form = DetailsForm(request.form)
    if form.sent():
        with form.refusing():
            actions.refer_by_details(actor(), name=form.name.data, email=form.email.data)
            return redirect(url_for("referrals.thanks"), 303)
    return show("referrals/details.html", form, most=MOST_PENDING)


@bp.get("/refer/thanks")
@allow(SIGNED_IN)
def thanks() -> Response:
    return show("referrals/thanks.html")


@bp.get("/refer/mine")
@allow(SIGNED_IN)
def mine() -> Response:
    page = paginate(db.session(), referring.select_own(_own_id()), number=page_number(request.args))
    shown = referring.find_stages_shown(page.items)
    rows = [_row(one, shown.get(one.id, "")) for one in page.items]
    return show("referrals/mine.html", page=page, rows=rows)


@bp.route("/refer/mine/<reference>/take-back", methods=["GET", "POST"])
@allow(SIGNED_IN)
def take_back(reference: str) -> Response:
    referral = referring.get_own(_own_id(), reference)
    if _state(referral) != "waiting":
        raise NotFound
    form = TakeBackForm(request.form)
    if form.sent():
        with form.refusing():
            actions.take_back(actor(), referral)
            flash("Your friend’s details have been deleted. The referral shows as closed within a day.", "success")
            return redirect(url_for("referrals.mine"), 303)
    return show("referrals/take_back.html", form, referral=referral)


def _own_id() -> int:
    return actor().id or 0


def _state(referral: Referral) -> str:
    return shown_state(referral.state, referral.closed_shown_at, referral.agreed_at is not None, clock.now())


def _row(referral: Referral, stage: str) -> dict[str, object]:
    """A referral as its referrer may see it. Never the name they gave: that it goes would tell what the friend did."""
    state, terms = _state(referral), referral.scheme_version.read()
    known = stages.shown_stage(terms, stage) if stage and state == "recruitment" else None
    label = terms.stage(known) if known else None
    return {
        "referral": referral,
        "made_on": clock.local(referral.made_at).date(),
        "answer_by": _day(referral) if state == "waiting" else None,
        "state": state,
        "stage": label.label if label else "",
        "can_take_back": state == "waiting",
        "by_link": referral.way is Way.LINK,
        "open": referral.state is not ReferralState.CLOSED,
    }


def _day(referral: Referral) -> date:
    return clock.local(referral.ends_at).date()
