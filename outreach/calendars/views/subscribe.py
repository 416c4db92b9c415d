"""How to have the public events in one's own calendar: first which, then how."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from outreach.accounts.links import address
from outreach.calendars.queries.pages import count_coming
from outreach.calendars.rules import CANCELLED_DAYS, COUNTY_SLUG, PAST_DAYS
from outreach.calendars.rules.private import webcal
from outreach.calendars.views import bp
from outreach.districts.queries import get_county, get_district, get_term, list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.web.door import EVERYONE, ActorKind, actor, allow
from outreach.web.forms import show


@bp.route("/calendars")
@allow(EVERYONE)
def subscribe() -> Response:
    """Which calendar: the county's, a district's, or one of a kind of event."""
    coming = count_coming()
    return show(
        "calendars/subscribe.html",
        tiles=[
            {
                "name": one.name,
                "href": url_for("calendars.subscribe_to", slug=one.slug),
                "number": number,
                "words": "event to come" if number == 1 else "events to come",
                "state": "some",
                "row": one.row,
                "column": one.column,
            }
            for one in list_districts()
            for number in [sum(count for (district, _), count in coming.items() if district == one.id)]
        ],
        kinds=sorted(
            (
                (one, sum(count for (_, kind), count in coming.items() if kind == one.id))
                for one in list_terms(Vocabulary.ACTIVITY)
            ),
            key=lambda pair: pair[1] == 0,
        ),
        everything=sum(coming.values()),
        everything_url=url_for("calendars.subscribe_to", slug=COUNTY_SLUG),
        has_own=actor().kind is ActorKind.ACCOUNT,
    )


@bp.route("/calendars/<slug>")
@allow(EVERYONE)
def subscribe_to(slug: str) -> Response:
    """The address of the county's calendar or a district's, and what to do with it."""
    name = get_county().name if slug == COUNTY_SLUG else get_district(slug).name
    events = url_for("calendars.events", district=None if slug == COUNTY_SLUG else slug)
    return _show(f"{name} events", f"public events in {name}", url_for("calendars.feed", slug=slug), events)


@bp.route("/calendars/kinds/<code>")
@allow(EVERYONE)
def subscribe_to_kind(code: str) -> Response:
    """The same for the events of one kind, in the whole county."""
    kind = get_term(Vocabulary.ACTIVITY, code)
    events = url_for("calendars.events", kind=code)
    feed = url_for("calendars.kind_feed", code=code)
    return _show(f"“{kind.label}” events", f"public events of the kind “{kind.label}”", feed, events)


def _show(heading: str, holds: str, path: str, events: str) -> Response:
    url = address(path)
    return show(
        "calendars/subscribe_to.html",
        heading=heading,
        holds=holds,
        url=url,
        webcal=webcal(url),
        events=events,
        past_days=PAST_DAYS,
        cancelled_days=CANCELLED_DAYS,
    )
