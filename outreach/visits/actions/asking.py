"""Asking for a visit, and having one's private link sent again."""

from __future__ import annotations

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.districts.queries import get_county, get_district, get_term
from outreach.districts.rules import Vocabulary
from outreach.events.rules.children import check_supervised
from outreach.institutions.actions import add_unlisted_institution, find_or_add_contact
from outreach.institutions.models import Site
from outreach.institutions.queries import get_site
from outreach.visits.actions.mailing import mail_contact, mail_coordinators
from outreach.visits.models import PreferredTime, VisitRequest
from outreach.visits.queries import count_recent_mails, find_request
from outreach.visits.rules import (
    Asked,
    RequestStatus,
    Unlisted,
    answer_due,
    check_preferred,
    read_reference,
)
from outreach.web.door import Actor, Role
from outreach.web.keys import new_reference

# Mails that a stranger can have sent to an address by typing it; at most so many of them a day.
TYPED_MAILS = ("visits/received", "visits/link")
MOST_TYPED_MAILS = 5


def request_visit(actor: Actor, asked: Asked) -> VisitRequest:
    """Take down what an institution asks for; anybody may, and a coordinator does it for one who telephones.

    Adds the institution (unlisted) and the contact (unverified) when they are not known. Mails the contact the
    reference and the private link, unless their address had too many such mails today, and tells the coordinators.
    """
    check_preferred(asked.times, clock.now())
    audience = get_term(Vocabulary.AUDIENCE, asked.audience)
    check_supervised(audience.under_18, asked.supervisor)
    site = _site_of(actor, asked)
    caller = asked.caller
    contact = find_or_add_contact(
        actor,
        site.institution,
        name=caller.name,
        email=caller.email,
        phone=caller.phone,
        job_title=caller.job_title,
    )
    request = VisitRequest(
        reference=new_reference("VR"),
        status=RequestStatus.NEW,
        institution=site.institution,
        site=site,
        contact=contact,
        activity=get_term(Vocabulary.ACTIVITY, asked.activity),
        audience=audience,
        audience_size=asked.audience_size,
        online=asked.online,
        topic_notes=asked.topic_notes,
        access_notes=asked.access_notes,
        supervisor=asked.supervisor,
        created_at=clock.now(),
        answer_by=answer_due(clock.today(), get_county().answer_within_working_days),
        entered_by_id=actor.id if actor.has(Role.COORDINATOR) else None,
        decline_words="",
        times=[
            PreferredTime(position=position, starts_at=starts_at, ends_at=ends_at)
            for position, (starts_at, ends_at) in enumerate(asked.times, start=1)
        ],
    )
    db.session.add(request)
    record(actor, "visit_request.ask", request, reference=request.reference, district=site.district.slug)
    if _may_mail(contact.email):
        mail_contact(request, "received")
    mail_coordinators(actor, request, "new_request")
    return request


def send_link_again(actor: Actor, *, reference: str, email: str) -> None:
    """Mail a fresh private link if this reference is this address's. Says nothing either way: anybody may ask."""
    request = find_request(read_reference(reference))
    if request is not None and request.contact.email == email and _may_mail(email):
        record(actor, "visit_request.send_link", request)
        mail_contact(request, "link")


def _may_mail(email: str) -> bool:
    return count_recent_mails(email, TYPED_MAILS) < MOST_TYPED_MAILS


def _site_of(actor: Actor, asked: Asked) -> Site:
    if asked.unlisted is None:
        return get_site(asked.site_id or 0)
    return _add_unlisted(actor, asked.unlisted)


def _add_unlisted(actor: Actor, told: Unlisted) -> Site:
    """The site in the district that they name, of the institution that is added or was known by that name there."""
    district = get_district(told.district)
    institution = add_unlisted_institution(
        actor,
        name=told.name,
        kind=get_term(Vocabulary.INSTITUTION_KIND, told.kind),
        district=district,
        address=told.address,
        town=told.town,
        postcode=told.postcode,
    )
    return next(site for site in institution.sites if site.district_id == district.id or site.district is district)
