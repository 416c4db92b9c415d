"""The pages on which people make and end the addresses of their private calendars."""

from __future__ import annotations

from flask import flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from outreach.accounts.links import address
from outreach.calendars.actions.private import make_address, stop_address
from outreach.calendars.models import PrivateFeed
from outreach.calendars.queries.private import Offer, find_offer, list_live_feeds, list_offers
from outreach.calendars.rules import CANCELLED_DAYS, PAST_DAYS
from outreach.calendars.rules.private import KIND_WORDS, FeedKind, webcal
from outreach.calendars.views import bp
from outreach.errors import NotFound
from outreach.events.queries import get_assignment
from outreach.visits.queries import get_request_of_contact
from outreach.web.door import SIGNED_IN, Purpose, actor, allow, link
from outreach.web.forms import Form, show
from outreach.web.keys import seal, unseal
from outreach.web.limits import limited

SHOWN_ONCE = "calendar_address"


@bp.route("/account/calendars")
@allow(SIGNED_IN)
def own() -> Response:
    """The private calendars that an account may have, and which of them it has."""
    return show("calendars/own.html", offers=list_offers(actor()), live=list_live_feeds(actor()), words=KIND_WORDS)


@bp.route("/account/calendars/<name>", methods=["GET", "POST"])
@allow(SIGNED_IN)
@limited("calendar_address", 30, 60)
def own_feed(name: str) -> Response:
    """One private calendar of an account: make, renew or end its address."""
    offer = find_offer(actor(), name)
    if offer is None:
        raise NotFound
    return _manage("calendars/own_feed.html", offer, url_for("calendars.own_feed", name=name), url_for("calendars.own"))


@bp.route("/invitations/<token>/calendar", methods=["GET", "POST"], endpoint="my_visits")
@bp.route("/ambassador/<token>/calendar", methods=["GET", "POST"], endpoint="my_visits_of_own")
@allow(Purpose.INVITATION, Purpose.OWN)
@limited("calendar_address", 30, 60)
def my_visits(token: str) -> Response:
    """The calendar of an ambassador's visits, from any of their invitations or from their own page."""
    opened = link()
    if opened.purpose is Purpose.OWN:
        whose, back = opened.subject_id, url_for("reports.own", token=token)
    else:
        whose, back = get_assignment(opened.subject_id).ambassador_id, url_for("events.invitation", token=token)
    if whose != actor().id:
        raise NotFound
    return _manage("calendars/my_visits.html", Offer(FeedKind.OWN), request.path, back)


@bp.route("/visits/follow/<token>/calendar", methods=["GET", "POST"])
@allow(Purpose.FOLLOW)
@limited("calendar_address", 30, 60)
def host_visits(token: str) -> Response:
    """The calendar of a contact's visits, from any request that they follow."""
    contact = get_request_of_contact(link().subject_id, actor().id).contact
    here, back = url_for("calendars.host_visits", token=token), url_for("visits.follow", token=token)
    return _manage(
        "calendars/host_visits.html", Offer(FeedKind.VISITS), here, back, verified=contact.verified_at is not None
    )


def _manage(template: str, offer: Offer, here: str, back: str, **context: object) -> Response:
    """The page of one private calendar. Its buttons make an address, another one instead, or none."""
    form = Form(request.form)
    if form.sent():
        with form.refusing():
            _act(offer)
            return redirect(here, 303)
    feed = list_live_feeds(actor()).get(offer.name)
    url = _show_once(feed)
    return show(
        template,
        form,
        offer=offer,
        feed=feed,
        words=KIND_WORDS[offer.kind],
        url=url,
        webcal=webcal(url),
        here=here,
        back=back,
        past_days=PAST_DAYS,
        cancelled_days=CANCELLED_DAYS,
        **context,
    )


def _act(offer: Offer) -> None:
    if request.form.get("act") == "stop":
        stop_address(actor(), offer.name)
        flash("This calendar has no address any more.", "success")
        return
    feed, token = make_address(actor(), offer)
    # The address travels to the next page in the browser's own cookie, sealed, and is in no row and no log.
    session[SHOWN_ONCE] = seal(f"{feed.id} {token}")


def _show_once(feed: PrivateFeed | None) -> str:
    """The full address of a feed that this browser has just made; empty when the page is opened again."""
    number, _, token = (unseal(session.pop(SHOWN_ONCE, "") or "") or "").partition(" ")
    if feed is None or str(feed.id) != number:
        return ""
    return address(url_for("calendars.private_feed", token=token, name=feed.name))
