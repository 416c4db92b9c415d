"""What an import compares with: who is in the register, and what words a file may use. Rows as tuples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import select

from outreach.ambassadors.models import Ambassador, AmbassadorDistrict, AmbassadorTerm, Employer
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.importing import Entry, Field, Held, Words, key_of
from outreach.db import db
from outreach.districts.models import District, Term
from outreach.districts.queries import list_districts
from outreach.districts.rules import Vocabulary

VOCABULARIES = {
    Field.ROLE_FAMILY: Vocabulary.ROLE_FAMILY,
    Field.ACTIVITIES: Vocabulary.ACTIVITY,
    Field.AUDIENCES: Vocabulary.AUDIENCE,
    Field.LANGUAGES: Vocabulary.LANGUAGE,
    Field.QUALIFICATIONS: Vocabulary.QUALIFICATION,
}


def list_all_terms() -> list[Term]:
    """Every word of the vocabularies that describe an ambassador; those no longer offered, too."""
    return list(
        db.session.scalars(
            select(Term)
            .where(Term.vocabulary.in_(VOCABULARIES.values()))
            .order_by(Term.vocabulary, Term.position, Term.id)
        )
    )


def get_words(districts: Collection[District], terms: Collection[Term]) -> Words:
    """What the cells of a file may say: names, labels, slugs and codes."""
    towns = [town for one in districts for town in one.towns]
    by_slug = {one.slug: one.name for one in districts}
    places = {key_of(slug): slug for slug in by_slug} | {key_of(name): slug for slug, name in by_slug.items()}
    by_key = {key_of(town): town for town in towns}
    meaning = {Field.HOME_DISTRICT: places, Field.TRAVELS_TO: places, Field.BASE_TOWN: by_key}
    labels = {Field.HOME_DISTRICT: by_slug, Field.TRAVELS_TO: by_slug}
    no_longer = {}
    for field, vocabulary in VOCABULARIES.items():
        own = [one for one in terms if one.vocabulary is vocabulary]
        meaning[field] = _meaning(one for one in own if one.offered)
        no_longer[field] = _meaning(one for one in own if not one.offered)
        labels[field] = {one.code: one.label for one in own}
    return Words(meaning, labels, no_longer)


def find_register(emails: Collection[str], *, lock: bool = False) -> dict[str, Held]:
    """Who of these addresses is in the register and has not left, by address; four queries.

    With `lock`, their rows are held until the end of the transaction.
    """
    wanted = Ambassador.email.in_(emails) & (Ambassador.status != AmbassadorStatus.LEFT)
    if lock:
        db.session.execute(select(Ambassador.id).where(wanted).order_by(Ambassador.id).with_for_update()).all()
    travels: dict[int, set[str]] = defaultdict(set)
    for id, slug in db.session.execute(
        select(AmbassadorDistrict.ambassador_id, District.slug)
        .join(District, District.id == AmbassadorDistrict.district_id)
        .join(Ambassador, Ambassador.id == AmbassadorDistrict.ambassador_id)
        .where(wanted)
    ):
        travels[id].add(slug)
    codes: dict[tuple[int, Vocabulary], set[str]] = defaultdict(set)
    for id, vocabulary, code in db.session.execute(
        select(AmbassadorTerm.ambassador_id, Term.vocabulary, Term.code)
        .join(Term, Term.id == AmbassadorTerm.term_id)
        .join(Ambassador, Ambassador.id == AmbassadorTerm.ambassador_id)
        .where(wanted)
    ):
        codes[id, vocabulary].add(code)
    people = db.session.execute(
        select(
            Ambassador.id,
            Ambassador.version,
            Ambassador.email,
            Ambassador.unconfirmed_since,
            Ambassador.name,
            Ambassador.phone,
            Employer.name,
            Ambassador.job_title,
            Term.code,
            District.slug,
            Ambassador.base_town,
        )
        .join(Ambassador.employer)
        .join(Ambassador.role_family)
        .join(Ambassador.home_district)
        .where(wanted)
    )
    found = {}
    for id, version, email, unconfirmed, name, phone, employer, job, role, home, town in people:
        entry = Entry(
            name,
            phone or "",
            employer,
            job,
            role,
            home,
            town or "",
            frozenset(travels[id]),
            frozenset(codes[id, Vocabulary.ACTIVITY]),
            frozenset(codes[id, Vocabulary.AUDIENCE]),
            frozenset(codes[id, Vocabulary.LANGUAGE]),
            frozenset(codes[id, Vocabulary.QUALIFICATION]),
        )
        found[email] = Held(id, version, entry, unconfirmed is not None)
    return found


def find_ids(emails: Collection[str]) -> dict[str, int]:
    """The numbers of those with these addresses who have not left."""
    rows = db.session.execute(
        select(Ambassador.email, Ambassador.id).where(
            Ambassador.email.in_(emails), Ambassador.status != AmbassadorStatus.LEFT
        )
    )
    return dict(rows.all())


def get_current_words() -> Words:
    return get_words(list_districts(), list_all_terms())


def _meaning(terms: Iterable[Term]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in terms:
        found.setdefault(key_of(one.label), one.code)
        found.setdefault(key_of(one.code), one.code)
    return found
