"""Having an event with somebody else, or at another of their sites."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.errors import Conflict, NotFound
from outreach.events import actions, queries
from outreach.events.actions import Host
from outreach.events.forms import offer_sites, say_site
from outreach.events.forms.changing import NOBODY, ConfirmHostForm, HostForm
from outreach.events.models import Event
from outreach.events.queries.changing import foresee
from outreach.events.rules import EventStep, next_event_status
from outreach.events.views import bp
from outreach.institutions.models import Contact, Institution, Site
from outreach.institutions.queries import get_site, list_contacts_of, list_listed
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show

LARGEST = 2**31 - 1


@bp.route("/manage/events/<reference>/host", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def host(reference: str) -> Response:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.REOPEN)
    form = HostForm(request.form, data={"site": event.site_id, "version": event.version})
    possible = _possible(event)
    offer_sites(form.site, possible)
    if form.sent():
        with form.refusing():
            actions.check_site(event, form.site.data)
            _check_changes(event, form.site.data)
            target = url_for(
                "events.confirm_host", reference=event.reference, site=form.site.data.id, version=form.version.data
            )
            return redirect(target, 303)
    return show("events/host.html", form, event=event, sites=sum(len(one.sites) for one in possible))


def _check_changes(event: Event, site: Site) -> None:
    """Refuse the site it has where nothing else could change either. Raises Conflict."""
    if site.id != event.site_id:
        return
    if event.visit_request_id is not None:
        raise Conflict("It is at this site already: select another site.", "site")
    if event.contact is None and not list_contacts_of(site.institution):
        raise Conflict(
            "It is with this host already, which has no contact you could select: select another site or another host.",
            "site",
        )


def _possible(event: Event) -> list[Institution]:
    """A visit stays with whoever asked for it; anything else can be with every host that is listed, or with its own."""
    own = event.institution
    if event.visit_request_id is not None:
        return [own] if own is not None else []
    listed = list_listed()
    return listed if own is None or own in listed else [own, *listed]


@bp.route("/manage/events/<reference>/host/confirm", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def confirm_host(reference: str) -> Response:
    event = queries.get_event(reference)
    next_event_status(event.status, EventStep.REOPEN)
    site = _site()
    stays = event.visit_request_id is not None
    title = _retitled(event, site)
    contacts = list_contacts_of(site.institution)
    form = ConfirmHostForm(request.form, data=_filled(event, site, title, contacts))
    if stays:
        del form.contact
    else:
        form.offer_contacts(contacts)
    place = _place_of(event, site)
    if not Host(site, None, place, title).is_another_than_of(event):
        del form.supervisor
    if form.sent():
        with form.refusing():
            contact = event.contact if stays else form.contact.data
            supervisor = form.supervisor.data if "supervisor" in form else ""
            new = Host(site, contact, place, form.title.data, supervisor)
            actions.rehost_event(actor(), event, new, words=form.words.data, version=form.version.data)
            flash("The host is changed.", "success")
            return redirect(url_for("events.show", reference=event.reference), 303)
    same = Host(site, None, place, title).is_same_for_people(event)
    spans = {one.id: (one.starts_at, one.ends_at) for one in event.openings}
    seen = foresee(queries.list_assignments(event), spans, same_place=same)
    return show("events/confirm_host.html", form, event=event, site=site, place=place, seen=seen)


def _site() -> Site:
    """The site in the address. Raises NotFound where there is none."""
    number = request.args.get("site", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 10 or int(number) > LARGEST:
        raise NotFound
    return get_site(int(number))


def _place_of(event: Event, site: Site) -> str:
    """Where it is then: how to join an event online stays, and the words for a site that it has already."""
    return event.place if event.online or site.id == event.site_id else say_site(site)


def _retitled(event: Event, site: Site) -> str:
    """The title with the new host's name in place of the old one's."""
    if event.institution is None:
        return event.title
    return event.title.replace(event.institution.name, site.institution.name)[:120]


def _filled(event: Event, site: Site, title: str, contacts: Sequence[Contact]) -> dict[str, object]:
    """What the form begins with. Who speaks for another host is chosen, never assumed."""
    contact = event.contact if event.contact and event.contact.institution_id == site.institution_id else None
    return {
        "title": title,
        "contact": contact.id if contact else None if contacts else NOBODY,
        "version": request.args.get("version", ""),
    }
