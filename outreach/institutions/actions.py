"""Changing institutions, their sites and contacts."""

from __future__ import annotations

from sqlalchemy import select

from outreach import clock
from outreach.db import db
from outreach.districts.models import District
from outreach.districts.queries import get_term
from outreach.districts.rules import CountyFile, Vocabulary
from outreach.institutions.models import Institution, Site


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
