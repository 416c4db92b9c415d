"""Changing institutions, their sites and contacts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from outreach import clock
from outreach.accounts.links import revoke_links_of
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, lock_row, refusing
from outreach.districts.models import District, Term
from outreach.districts.queries import get_term
from outreach.districts.rules import CountyFile, Vocabulary
from outreach.errors import Conflict, NotAllowed
from outreach.institutions.models import Contact, Institution, Site
from outreach.institutions.queries import find_namesake, get_contact
from outreach.institutions.rules import ContactChanged, ContactVerified, NamesChanged
from outreach.outbox.actions import AddressCorrected
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.facts import emit


@dataclass(frozen=True)
class SiteDetails:
    """What is asked about a site."""

    name: str
    address: str
    town: str
    postcode: str
    district: District


@dataclass(frozen=True)
class ContactDetails:
    """What is asked about a contact."""

    name: str
    email: str
    phone: str
    job_title: str


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
    _lock_district(district)
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
            add_or_refuse(contact, _address_taken())
        except Conflict:
            contact = _find_contact_to_change(institution, email)
            if contact is None:
                raise
        else:
            record(actor, "contact.add", contact)
            return contact
    before = _told_of(contact)
    if contact.verified_at is None:
        contact.name, contact.phone, contact.job_title = name, phone, job_title
    contact.last_used_at = clock.now()
    _tell_if_changed(contact, before)
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
    lock_row(contact)
    if contact.verified_at is not None:
        raise Conflict("This contact has already been verified.")
    contact.verified_at = clock.now()
    contact.verified_by_id = actor.id
    contact.verified_how = how
    record(actor, "contact.verify", contact, how=how.code)
    emit(ContactVerified(contact.id))


def list_institution(actor: Actor, institution: Institution) -> None:
    """Vouch for an institution: from now on requesters can choose it from the list."""
    guard(actor)
    lock_row(institution)
    if institution.listed_at is not None:
        raise Conflict("This institution is already on the list.")
    institution.listed_at = clock.now()
    record(actor, "institution.list", institution)


def guard(actor: Actor) -> None:
    """Institutions and their contacts are the coordinator's to change."""
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may change institutions and their contacts.")


def add_institution(actor: Actor, *, name: str, kind: Term, site: SiteDetails) -> Institution:
    """Add an institution that the coordinator knows: it is on the list at once."""
    guard(actor)
    _refuse_namesake(name, site.district)
    institution = Institution(name=name, kind=kind, listed_at=clock.now(), created_at=clock.now())
    institution.sites = [Site(**vars(site))]
    db.session.add(institution)
    record(actor, "institution.add", institution, kind=kind.code, listed=True)
    return institution


def edit_institution(actor: Actor, institution: Institution, *, name: str, kind: Term, version: str) -> None:
    """Correct an institution's name or kind. Emits NamesChanged when it is called otherwise now."""
    guard(actor)
    lock_row(institution, version)
    renamed = institution.name != name
    if renamed:
        for district in {site.district_id: site.district for site in institution.sites}.values():
            _refuse_namesake(name, district, but=institution)
    institution.name, institution.kind = name, kind
    record(actor, "institution.edit", institution, renamed=renamed, kind=kind.code)
    if renamed:
        emit(NamesChanged(institution.id))


def add_site(actor: Actor, institution: Institution, details: SiteDetails) -> Site:
    """Add a site to an institution."""
    guard(actor)
    site = Site(institution_id=institution.id, **vars(details))
    add_or_refuse(site, _site_name_taken())
    record(actor, "site.add", site, district=details.district.slug)
    return site


def edit_site(actor: Actor, site: Site, details: SiteDetails, version: str) -> None:
    """Correct a site. Emits NamesChanged when calendars would show other words for it."""
    guard(actor)
    lock_row(site, version)
    before = (site.name, site.address, site.town, site.postcode, site.district_id)
    with refusing(_site_name_taken()):
        for field, value in vars(details).items():
            setattr(site, field, value)
    after = (site.name, site.address, site.town, site.postcode, site.district_id)
    record(actor, "site.edit", site, district=details.district.slug)
    if before != after:
        emit(NamesChanged(site.institution_id))


def add_contact(actor: Actor, institution: Institution, details: ContactDetails) -> Contact:
    """Add a contact, not yet verified. Raises Conflict beside the address when it is known there."""
    guard(actor)
    contact = Contact(institution_id=institution.id, created_at=clock.now(), last_used_at=clock.now(), **vars(details))
    add_or_refuse(contact, _address_taken())
    record(actor, "contact.add", contact)
    return contact


def edit_contact(actor: Actor, contact: Contact, details: ContactDetails) -> bool:
    """Correct a contact; True when the address is new: it must be verified anew, and links to the old one end."""
    guard(actor)
    lock_row(contact)
    moved = contact.email != details.email
    before = _told_of(contact)
    _set_address(contact, details.email)
    contact.name, contact.phone, contact.job_title = details.name, details.phone, details.job_title
    if moved:
        revoke_links_of(ActorKind.CONTACT, contact.id)
    record(actor, "contact.edit", contact, address_changed=moved)
    _tell_if_changed(contact, before)
    return moved


def correct_address(fact: AddressCorrected) -> None:
    """A mail did not reach a contact and goes to another address now, which must be verified like any other."""
    if fact.kind is not RecipientKind.CONTACT:
        return
    contact = get_contact(fact.id)
    lock_row(contact)
    before = _told_of(contact)
    _set_address(contact, fact.email.lower())
    record(fact.actor, "contact.correct_address", contact)
    _tell_if_changed(contact, before)


def _set_address(contact: Contact, email: str) -> None:
    if contact.email == email:
        return
    with refusing(_address_taken()):
        contact.email = email
        contact.verified_at = contact.verified_by_id = contact.verified_how = None


def _told_of(contact: Contact) -> tuple[object, ...]:
    """What is told of a contact to those who meet them, and whether they are told names."""
    return (contact.name, contact.phone, contact.email, contact.verified_at)


def _tell_if_changed(contact: Contact, before: tuple[object, ...]) -> None:
    if _told_of(contact) != before:
        emit(ContactChanged(contact.id))


def _refuse_namesake(name: str, district: District, but: Institution | None = None) -> None:
    _lock_district(district)
    if find_namesake(name, district.id, but.id if but else None) is not None:
        raise Conflict(f"There is already an institution of this name in {district.name}.", "name")


def _lock_district(district: District) -> None:
    """Whoever names an institution in a district waits for the other, so that one name is not given twice."""
    db.session.execute(select(District.id).where(District.id == district.id).with_for_update(key_share=True))


def _site_name_taken() -> dict[str, Conflict]:
    taken = Conflict("This institution already has a site of this name.", "name")
    return {"uq_site_institution_id_name": taken, "site.institution_id, site.name": taken}


def _address_taken() -> dict[str, Conflict]:
    """The refusal of a second contact with one address, by constraint and as SQLite words it."""
    taken = Conflict("This institution already has a contact with this email address.", "email")
    return {"uq_contact_institution_id_email": taken, "contact.institution_id, contact.email": taken}
