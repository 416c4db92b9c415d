"""Moving an event, shortening it, and having it somewhere else with somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from outreach import clock
from outreach.accounts.links import revoke_links, set_links_end
from outreach.audit.actions import record
from outreach.errors import Conflict
from outreach.events.actions.arrangements import forget_host, forget_place
from outreach.events.actions.children import check_still_supervised
from outreach.events.actions.hosting import HostedBefore, mail_host_moved, mail_host_off, mail_host_on, mail_host_people
from outreach.events.actions.rows import check_coordinator, check_moments, lock_held, mark_changed
from outreach.events.actions.settling import ELSEWHERE, OTHER_HOST, say_change, settle_change
from outreach.events.models import Event
from outreach.events.queries.changing import spans_after
from outreach.events.rules import EventMoved, EventStep, next_event_status
from outreach.institutions.models import Contact, Site
from outreach.web.door import Actor, Purpose
from outreach.web.facts import emit
from outreach.web.filters import say_when


def check_move(event: Event, starts_at: datetime, ends_at: datetime, place: str, online: bool) -> None:
    """Refuse a move that does not fit. Raises Conflict."""
    next_event_status(event.status, EventStep.REOPEN)
    check_moments(starts_at, ends_at)
    if (starts_at, ends_at, place, online) == (event.starts_at, event.ends_at, event.place, event.online):
        raise Conflict("The time and the place are those that it has already.")
    if event.starts_at > clock.now() >= starts_at:
        raise Conflict("The new start must be in the future.", "starts")


def move_event(
    actor: Actor,
    event: Event,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    online: bool,
    words: str = "",
    version: str | None = None,
) -> None:
    """Change when or where an event is. Whoever was invited or coming is asked again, by mail.

    If it is only shortened, they stay as they are and are told. Whoever cannot be asked again (busy then, not ready,
    away, too many days with under-18s) is let go and told. What has been is only put right: then nobody is asked; if
    it is put off after all, who is let go hears nothing. Emits EventMoved and EventChanged, and AmbassadorAnswered for
    whoever is let go. Raises Conflict, which names who was elsewhere at a time that is put right.
    """
    check_coordinator(actor)
    _, assignments = lock_held(event, version)
    check_move(event, starts_at, ends_at, place, online)
    times, was_at = (event.starts_at, event.ends_at), event.place
    before = say_when(*times)
    same_place = (place, online) == (event.place, event.online)
    spans = spans_after(event, (starts_at, ends_at))
    if place != event.place:
        event.site_id = None  # the site is no longer where it is
    if not same_place:
        forget_place(event)
    event.starts_at, event.ends_at, event.place, event.online = starts_at, ends_at, place, online
    set_links_end(Purpose.INVITATION, [one.id for one in assignments], ends_at)
    set_links_end(Purpose.HOST, [event.id], ends_at)
    elsewhere = "" if same_place else ELSEWHERE
    settled = settle_change(
        actor, event, assignments, spans, same_place=same_place, place=was_at, elsewhere=elsewhere, field="day"
    )
    record(actor, "event.move", event)
    mark_changed(event)
    settled.tell(words)
    how = say_change(times, (starts_at, ends_at), elsewhere)
    mail_host_moved(event, f"{before}, {was_at}", how)
    emit(EventMoved(event.id, f"{before}, {was_at}", how, words, kept=same_place and settled.kept))
    settled.emit_gone()


@dataclass(frozen=True)
class Host:
    """With whom an event is, and where: `place` is in words, and the title often names the host.

    `supervisor` is who of another institution is with the ambassadors; at the same one it stays who it was.
    """

    site: Site
    contact: Contact | None
    place: str
    title: str
    supervisor: str = ""

    def is_same_for_people(self, event: Event) -> bool:
        """Whether it makes no difference to who goes there: the same place, and the same institution."""
        return (self.site.institution_id, self.place) == (event.institution_id, event.place)

    def is_another_than_of(self, event: Event) -> bool:
        """Whether it takes the event over from another institution, whose people stay where they are."""
        return event.institution_id is not None and event.institution_id != self.site.institution_id


def check_site(event: Event, site: Site) -> None:
    """Refuse a site that the event cannot be at. Raises Conflict."""
    next_event_status(event.status, EventStep.REOPEN)
    if event.visit_request_id is not None and site.institution_id != event.institution_id:
        name = event.institution.name if event.institution else "another institution"
        raise Conflict(
            f"This visit was asked for by {name}, so it stays with them: select another site of theirs. For another "
            "host, cancel it and log a new event.",
            "site",
        )


def rehost_event(actor: Actor, event: Event, host: Host, *, words: str = "", version: str | None = None) -> None:
    """Have an event with another institution, at another of its sites, or with another contact.

    Whoever was invited or coming is asked again where the institution or the place differs. The old contact is told
    that it is off with them, the new one what is planned; neither mail names an ambassador. Who asked for a visit
    stays its contact, and is told as of a move. Emits EventChanged, and EventMoved and AmbassadorAnswered where they
    apply. Raises Conflict where the host does not fit.
    """
    check_coordinator(actor)
    _, assignments = lock_held(event, version)
    check_site(event, host.site)
    contact = event.contact if event.visit_request_id is not None else host.contact
    if contact is not None and contact.institution_id != host.site.institution_id:
        raise Conflict("Select a contact of the new host.", "contact")
    if (event.site_id, event.contact, event.place, event.title) == (host.site.id, contact, host.place, host.title):
        raise Conflict("That is the host and the contact that it has already.")
    same, old = host.is_same_for_people(event), event.contact
    elsewhere = OTHER_HOST if host.is_another_than_of(event) or host.place == event.place else ELSEWHERE
    if host.is_another_than_of(event):
        event.supervisor = host.supervisor
        check_still_supervised(event, assignments)
    was = HostedBefore(event.title, say_when(event.starts_at, event.ends_at), event.place)
    event.site, event.institution, event.district = host.site, host.site.institution, host.site.district
    event.contact, event.place, event.title = contact, host.place, host.title
    if not same or contact is not old:
        forget_host(event)  # what one host said of the day is not the next one's to know
    if contact is not old:
        revoke_links(Purpose.HOST, event.id)
    spans = {one.id: (one.starts_at, one.ends_at) for one in event.openings}
    settled = settle_change(actor, event, assignments, spans, same_place=same, place=was.place, elsewhere=elsewhere)
    record(actor, "event.rehost", event)
    mark_changed(event)
    settled.tell(words)
    if contact is not old and event.starts_at > clock.now():
        if old is not None:
            mail_host_off(event, old, was)
        if contact is not None:
            mail_host_on(event, contact)
            mail_host_people(event)
    elif not same:
        mail_host_moved(event, f"{was.when}, {was.place}", elsewhere)
    if not same:
        emit(EventMoved(event.id, f"{was.when}, {was.place}", elsewhere, words))
    settled.emit_gone()
