"""Changing institutions, their sites and contacts."""

from __future__ import annotations

from sqlalchemy import select

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db
from outreach.districts.models import District, Term
from outreach.districts.queries import get_term
from outreach.districts.rules import CountyFile, Vocabulary
from outreach.errors import Conflict, NotAllowed
from outreach.institutions.models import Contact, Institution, Site
from outreach.institutions.queries import find_namesake
from outreach.web.door import Actor, Role


def address_taken() -> dict[str, Conflict]:
    """The refusal of a second contact with one address, by constraint and as SQLite words it."""
    taken = Conflict("This institution already has a contact with this email address.", "email")
    return {"uq_contact_institution_id_email": taken, "contact.institution_id, contact.email": taken}


def load_institutions(found: CountyFile) -> None:
    """Upsert the county file's institutions by name and their sites by name; what it does not name stays."""
    districts = {district.slug: district for district in db.session.scalars(select(District))}
    known = {institution.name: institution for institution in db.session.scalars(select(Institution))}
    for entry in found.institutions:
        kind = get_term(Vocabulary.INSTITUTION_KIND, entry.kind)
        institution = known.get(entry.name)
        if institution is None:
            institution = Institution(name=entry.name, created_at=clock.now(), sites=[])
            db.session.add(institution)
        institution.kind = kind
        institution.listed_at = institution.listed_at or clock.now()
        sites = {site.name: site for site in institution.sites}
        for place in entry.sites:
            site = sites.get(place.name)
            if site is None:
                site = Site(name=place.name)
                institution.sites.append(site)
            site.town = place.town
            site.district = districts[place.district]
            site.address = place.address
            site.postcode = place.postcode
    db.session.flush()


def add_unlisted_institution(
    actor: Actor,
    *,
    name: str,
    kind: Term,
    district: District,
    site_name: str = "Main site",
    address: str = "",
    town: str = "",
    postcode: str = "",
) -> Institution:
    """Add an institution that nobody has vouched for yet; the one of that name in the district if it is known.

    Anybody may: a requester names where they are from.
    """
    # Whoever adds to a district waits for the other, so that one name is not added twice.
    db.session.execute(select(District.id).where(District.id == district.id).with_for_update(key_share=True))
    known = find_namesake(name, district.id)
    if known is not None:
        return known
    site = Site(name=site_name, address=address, town=town, postcode=postcode, district=district)
    institution = Institution(name=name, kind=kind, listed_at=None, created_at=clock.now(), sites=[site])
    db.session.add(institution)
    record(actor, "institution.add", institution, kind=kind.code)
    return institution


def find_or_add_contact(
    actor: Actor, institution: Institution, *, name: str, email: str, phone: str, job_title: str
) -> Contact:
    """The contact with this address at the institution, added when there is none. Anybody may.

    The details of a verified contact stay as they were: whoever types an address is not yet its owner.
    """
    email = email.lower()
    contact = _find_contact_to_change(institution, email)
    if contact is None:
        contact = Contact(
            institution=institution,
            name=name,
            email=email,
            phone=phone,
            job_title=job_title,
            created_at=clock.now(),
            last_used_at=clock.now(),
        )
        try:
            add_or_refuse(contact, address_taken())
        except Conflict:
            contact = _find_contact_to_change(institution, email)
            if contact is None:
                raise
        else:
            record(actor, "contact.add", contact)
            return contact
    if contact.verified_at is None:
        contact.name, contact.phone, contact.job_title = name, phone, job_title
    contact.last_used_at = clock.now()
    return contact


def _find_contact_to_change(institution: Institution, email: str) -> Contact | None:
    return db.session.scalar(
        select(Contact)
        .where(Contact.institution_id == institution.id, Contact.email == email)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def verify_contact(actor: Actor, contact: Contact, how: Term) -> None:
    """Write that this person does speak for the institution: from now on their mails and pages name ambassadors."""
    guard(actor)
    db.session.refresh(contact, with_for_update=True)
    if contact.verified_at is not None:
        raise Conflict("This contact has already been verified.")
    contact.verified_at = clock.now()
    contact.verified_by_id = actor.id
    contact.verified_how = how
    record(actor, "contact.verify", contact, how=how.code)


def list_institution(actor: Actor, institution: Institution) -> None:
    """Vouch for an institution: from now on requesters can choose it from the list."""
    guard(actor)
    db.session.refresh(institution, with_for_update=True)
    if institution.listed_at is not None:
        raise Conflict("This institution is already on the list.")
    institution.listed_at = clock.now()
    record(actor, "institution.list", institution)


def guard(actor: Actor) -> None:
    """Institutions and their contacts are the coordinator's to change."""
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may change institutions and their contacts.")
