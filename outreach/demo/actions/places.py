"""The institutions that the demo county adds to those of the county file, and everybody's contacts."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import email_of
from outreach.districts.models import District
from outreach.districts.rules import Vocabulary
from outreach.institutions.models import Contact, Institution, Site

# Kinds, what a place of that kind is called, and its contact's job.
SCHOOLS = (
    ("school", "Invented High School", "Careers leader"),
    ("school", "Invented Academy", "Careers leader"),
    ("sixth_form", "Invented Sixth Form", "Head of sixth form"),
    ("community_group", "Invented Carers’ Group", "Organiser"),
)
JOBS = {"college": "Careers adviser", "university": "Placements officer", "jobcentre": "Work coach"}


def add_institutions(scene: Scene) -> None:
    """Two or three invented places in each district, and one that nobody has vouched for yet."""
    known = select(Institution).options(selectinload(Institution.sites)).order_by(Institution.id)
    scene.institutions = list(db.session.scalars(known))
    for number, district in enumerate(scene.districts):
        for offset in range(2 + number % 2):
            kind, name, _ = SCHOOLS[(number + offset) % len(SCHOOLS)]
            town = district.towns[offset % len(district.towns)]
            scene.institutions.append(_place(scene, f"{name}, {town}", kind, district, town, listed=True))
    last = scene.districts[0]
    scene.institutions.append(
        _place(scene, f"Invented Free School, {last.towns[-1]}", "school", last, last.towns[-1], listed=False)
    )
    db.session.add_all(scene.institutions)
    db.session.flush()


def _place(scene: Scene, name: str, kind: str, district: District, town: str, *, listed: bool) -> Institution:
    since = scene.before(700 if listed else 3)
    return Institution(
        name=name,
        kind=scene.term(Vocabulary.INSTITUTION_KIND, kind),
        listed_at=since if listed else None,
        created_at=since,
        sites=[Site(name="Main site", address="1 Invented Road", town=town, postcode="", district=district)],
    )


def add_contacts(scene: Scene) -> None:
    """One or two people at each institution. Most have been verified; those of the unlisted one have not."""
    for institution in scene.institutions:
        for number in range(1 if institution.listed_at is None else scene.chance.choice((1, 1, 2))):
            verified = institution.listed_at is not None and (number == 0 or scene.chance.random() < 0.5)
            scene.contacts[institution.name].append(_contact(scene, institution, verified=verified))
    db.session.add_all(one for contacts in scene.contacts.values() for one in contacts)
    db.session.flush()


def _contact(scene: Scene, institution: Institution, *, verified: bool) -> Contact:
    name = scene.names.next()
    domain = re.sub("[^a-z]+", "-", institution.name.lower()).strip("-")[:40].strip("-")
    jobs = JOBS | {kind: job for kind, _, job in SCHOOLS}
    created = scene.before(scene.chance.randint(400, 650) if verified else scene.chance.randint(1, 6))
    contact = Contact(
        institution=institution,
        name=name,
        email=email_of(name, f"{domain}.example"),
        phone=f"01632 960 {scene.chance.randint(0, 999):03}",
        job_title=jobs.get(institution.kind.code, "Careers leader"),
        created_at=created,
        last_used_at=created,
    )
    if verified:
        contact.verified_at = created + timedelta(days=2)
        contact.verified_by_id = scene.accounts["coordinator"].id
        contact.verified_how = scene.term(Vocabulary.VERIFIED_HOW, "telephoned")
    return contact
