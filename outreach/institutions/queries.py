"""Finding institutions, their sites and contacts."""

from __future__ import annotations

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from outreach.db import db
from outreach.districts.models import District, Term
from outreach.errors import NotFound
from outreach.institutions.models import Contact, Institution, Site
from outreach.institutions.rules import same_name


def get_institution(institution_id: int) -> Institution:
    institution = db.session.scalar(
        select(Institution)
        .where(Institution.id == institution_id)
        .options(joinedload(Institution.kind), selectinload(Institution.sites).joinedload(Site.district))
    )
    if institution is None:
        raise NotFound
    return institution


def get_site(site_id: int) -> Site:
    site = db.session.scalar(
        select(Site).where(Site.id == site_id).options(joinedload(Site.institution), joinedload(Site.district))
    )
    if site is None:
        raise NotFound
    return site


def get_contact(contact_id: int) -> Contact:
    contact = db.session.scalar(
        select(Contact)
        .where(Contact.id == contact_id)
        .options(joinedload(Contact.institution), joinedload(Contact.verified_how))
    )
    if contact is None:
        raise NotFound
    return contact


def list_listed() -> list[Institution]:
    """The institutions that somebody has vouched for, by name, with their sites: what a requester may choose from."""
    return list(
        db.session.scalars(
            select(Institution)
            .where(Institution.listed_at.is_not(None))
            .options(selectinload(Institution.sites).joinedload(Site.district), joinedload(Institution.kind))
            .order_by(Institution.name, Institution.id)
        )
    )


def select_institutions(
    *,
    words: str = "",
    district: District | None = None,
    kind: Term | None = None,
    unverified: bool = False,
    unlisted: bool = False,
) -> Select[Institution]:
    """Institutions by name; `unverified`: with a contact nobody has verified, `unlisted`: not vouched for."""
    query = (
        select(Institution)
        .options(joinedload(Institution.kind), selectinload(Institution.sites).joinedload(Site.district))
        .order_by(Institution.name, Institution.id)
    )
    of_it = Site.institution_id == Institution.id
    if words:
        query = query.where(
            or_(
                Institution.name.icontains(words, autoescape=True),
                exists().where(of_it, Site.town.icontains(words, autoescape=True)),
                exists().where(of_it, Site.name.icontains(words, autoescape=True)),
            )
        )
    if district is not None:
        query = query.where(exists().where(of_it, Site.district_id == district.id))
    if kind is not None:
        query = query.where(Institution.kind_id == kind.id)
    if unverified:
        query = query.where(exists().where(Contact.institution_id == Institution.id, Contact.verified_at.is_(None)))
    if unlisted:
        query = query.where(Institution.listed_at.is_(None))
    return query


def find_namesake(name: str, district_id: int, but: int | None = None) -> Institution | None:
    """An institution of this name with a site in this district; the earliest where there are several."""
    # Compared here, not in SQL: the databases differ about the capitals of letters beyond ASCII.
    of_district = (
        select(Institution)
        .where(exists().where(Site.institution_id == Institution.id, Site.district_id == district_id))
        .order_by(Institution.id)
    )
    return next((one for one in db.session.scalars(of_district) if one.id != but and same_name(one.name, name)), None)


def list_contacts_of(institution: Institution) -> list[Contact]:
    """Who speaks for an institution, last heard of first."""
    return list(
        db.session.scalars(
            select(Contact)
            .where(Contact.institution_id == institution.id)
            .options(joinedload(Contact.verified_how))
            .order_by(Contact.last_used_at.desc(), Contact.id)
        )
    )


def find_contact(institution: Institution, email: str) -> Contact | None:
    return db.session.scalar(
        select(Contact).where(Contact.institution_id == institution.id, Contact.email == email.lower())
    )


def count_unverified_of(institution_ids: list[int]) -> dict[int, int]:
    """How many contacts of each of these institutions nobody has verified; those with none are left out."""

    counted = db.session.execute(
        select(Contact.institution_id, func.count())
        .where(Contact.institution_id.in_(institution_ids), Contact.verified_at.is_(None))
        .group_by(Contact.institution_id)
    )
    return {row[0]: row[1] for row in counted}
