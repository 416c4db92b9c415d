"""Registering ambassadors, keeping their records right, and moving them through their states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from outreach import clock
from outreach.accounts.links import revoke_links_of
from outreach.ambassadors.actions.mailing import own_link, recipient
from outreach.ambassadors.actions.readiness import add_items
from outreach.ambassadors.models import Ambassador, Employer
from outreach.ambassadors.queries import find_employer, find_not_left, get_ambassador, list_requirements
from outreach.ambassadors.rules import (
    REGISTER_AS,
    STOPPED,
    AddressChanged,
    AmbassadorChanged,
    AmbassadorStatus,
)
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, lock_row, refusing
from outreach.districts.models import District, Term
from outreach.districts.rules import CountyFile
from outreach.errors import Conflict, NotAllowed
from outreach.outbox.actions import AddressCorrected, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.facts import emit


@dataclass(frozen=True)
class AmbassadorDetails:
    """What is asked about an ambassador. `employer` is a known one, or the name of a new one."""

    name: str
    email: str
    phone: str
    employer: Employer | str
    job_title: str
    role_family: Term
    home_district: District
    travels_to: Sequence[District]
    terms: Sequence[Term]
    notes: str
    base_town: str = ""


def load_employer(found: CountyFile) -> None:
    """Upsert the council as an employer; whoever works for it is council-employed.

    Where the file gives an assurance or a contact, the file is right; what it leaves out stays as it is.
    """
    entry = found.employer
    council = find_employer(entry.name)
    if council is None:
        council = Employer(name=entry.name)
        db.session.add(council)
    council.is_council = True
    if entry.assurance:
        council.assurance = entry.assurance
    if entry.contact_name or entry.contact_phone:
        council.contact_name, council.contact_phone = entry.contact_name, entry.contact_phone
        council.contact_checked_at = clock.now()
    db.session.flush()


def register_ambassador(actor: Actor, details: AmbassadorDetails, status: AmbassadorStatus) -> Ambassador:
    """Add an ambassador and mail them that they are registered. Who is active has done the required checklist today.

    Raises Conflict beside the address when somebody who has not left has it.
    """
    guard(actor)
    if status not in REGISTER_AS:
        raise Conflict("An ambassador is registered as active or in training.", "status")
    applicant = find_not_left(details.email.lower())
    if applicant is not None and applicant.unconfirmed_since is not None:
        # Anybody can type an address in public: that keeps nobody out of the register.
        drop_unconfirmed(actor, applicant)
    ambassador = Ambassador(
        status=status,
        registered_at=clock.now(),
        status_since=clock.now(),
        **columns_of(details),
    )
    add_or_refuse(ambassador, _address_taken())
    if status is AmbassadorStatus.ACTIVE:
        add_items(ambassador, [one for one in list_requirements() if one.required], clock.today())
    record(actor, "ambassador.register", ambassador, status=status.value, district=details.home_district.slug)
    queue_mail(
        recipient(ambassador),
        "ambassadors/registered",
        about=ambassador,
        ambassador=ambassador,
        own=own_link(ambassador),
    )
    return ambassador


def edit_ambassador(actor: Actor, ambassador: Ambassador, details: AmbassadorDetails, version: str) -> None:
    """Correct an ambassador's record. Links sent to an old address end: others are mailed; emits AddressChanged.

    Raises Conflict when somebody else changed it since the form was opened, or has the address.
    """
    guard(actor)
    lock_row(ambassador, version)
    if ambassador.status is AmbassadorStatus.LEFT:
        raise Conflict("This ambassador has left, so their record is not changed any more.")
    moved = ambassador.email != details.email
    before = _told_of(ambassador)
    with refusing(_address_taken()):
        for column, value in columns_of(details).items():
            setattr(ambassador, column, value)
        # Districts and terms are rows of other tables: the version must move for them, too.
        flag_modified(ambassador, "notes")
    if moved:
        revoke_links_of(ActorKind.AMBASSADOR, ambassador.id)
    record(actor, "ambassador.edit", ambassador, address_changed=moved)
    if moved:
        emit(AddressChanged(ambassador.id))
        if ambassador.status not in STOPPED and ambassador.unconfirmed_since is None:
            link = own_link(ambassador)
            queue_mail(recipient(ambassador), "ambassadors/own_link", about=ambassador, link=link)
    if _told_of(ambassador) != before:
        emit(AmbassadorChanged((ambassador.id,)))


def correct_address(fact: AddressCorrected) -> None:
    """A mail did not reach an ambassador and goes to another address now: their record says so too."""
    if fact.kind is not RecipientKind.AMBASSADOR:
        return
    ambassador = get_ambassador(fact.id)
    lock_row(ambassador)
    with refusing(_address_taken()):
        ambassador.email = fact.email.lower()
    record(fact.actor, "ambassador.correct_address", ambassador)


def guard(actor: Actor) -> None:
    """The register is the coordinator's."""
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may change the register of ambassadors.")


def _told_of(ambassador: Ambassador) -> tuple[str, str, str]:
    """The words by which others are told of somebody."""
    return (ambassador.name, ambassador.job_title, ambassador.employer.name)


def drop_unconfirmed(actor: Actor, ambassador: Ambassador) -> None:
    """Delete an application that nobody confirmed, and its links. No guard."""
    record(actor, "ambassador.delete_application", ambassador)
    revoke_links_of(ActorKind.AMBASSADOR, ambassador.id)
    db.session.delete(ambassador)
    db.session.flush()


def columns_of(details: AmbassadorDetails) -> dict[str, object]:
    """What was asked about an ambassador, as the columns of their row. Adds an employer that is new."""
    home = details.home_district
    return {
        "name": details.name,
        "email": details.email.lower(),
        "phone": details.phone or None,
        "employer": _find_or_add_employer(details.employer) if isinstance(details.employer, str) else details.employer,
        "job_title": details.job_title,
        "role_family": details.role_family,
        "home_district": home,
        "base_town": details.base_town or None,
        "travels_to": [district for district in details.travels_to if district.id != home.id],
        "terms": list(details.terms),
        "notes": details.notes,
    }


def _find_or_add_employer(name: str) -> Employer:
    known = find_employer(name)
    if known is not None:
        return known
    added = Employer(name=name, is_council=False)
    try:
        add_or_refuse(added, {"uq_employer_name": Conflict(""), "employer.name": Conflict("")})
    except Conflict:
        # Somebody added it between the two looks.
        return db.session.scalars(select(Employer).where(Employer.name == name)).one()
    return added


def _address_taken() -> dict[str, Conflict]:
    """The refusal of a second register entry for one address, by constraint and as SQLite words it."""
    taken = Conflict("An ambassador with this email address is already registered.", "email")
    return {"uq_ambassador_email_not_left": taken, "ambassador.email": taken}
