"""Drafting and publishing versions of the scheme's terms."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, lock_row, refusing
from outreach.errors import Conflict, NotAllowed
from outreach.referrals.models import SchemeVersion
from outreach.referrals.queries.scheme import find_newest_number
from outreach.referrals.rules import versions as rules
from outreach.referrals.rules.drafting import problem_of
from outreach.referrals.rules.first import read_first_version
from outreach.referrals.rules.terms import Terms, dump_terms, read_terms
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.door import SYSTEM, Actor, Role

TAKEN = Conflict("Somebody else has just drafted a version. Send the form again.")
SAME_DAY = Conflict("Another version takes effect on that day: choose a later one", "effective_from")


def load_default_scheme(text: str) -> SchemeVersion | None:
    """Publish the county's first version; None, and nothing is done, when there is a version already.

    Raises Conflict when the file does not fit. Commits nothing.
    """
    found = read_first_version(text)
    if find_newest_number() > 0:
        return None
    version = SchemeVersion(
        number=1,
        name=found.name,
        terms=dump_terms(found.terms),
        effective_from=found.effective_from,
        status=VersionStatus.PUBLISHED,
        created_at=clock.now(),
        published_at=clock.now(),
    )
    db.session.add(version)
    record(SYSTEM, "scheme.load", version, number=1)
    return version


def draft_version(actor: Actor, *, name: str, effective_from: date, based_on: SchemeVersion) -> SchemeVersion:
    """Begin a draft with the terms of another version."""
    _may_draft(actor)
    rules.check_dates(effective_from, clock.today(), _published())
    draft = SchemeVersion(
        number=find_newest_number() + 1,
        name=name,
        terms=based_on.terms,
        effective_from=effective_from,
        status=VersionStatus.DRAFT,
        drafted_by_id=actor.id,
        created_at=clock.now(),
    )
    add_or_refuse(draft, {"uq_scheme_version_number": TAKEN, "scheme_version.number": TAKEN})
    record(actor, "scheme.draft", draft, number=draft.number, based_on=based_on.number)
    return draft


def rename_draft(actor: Actor, draft: SchemeVersion, *, name: str, effective_from: date, version: str) -> None:
    """Change what a draft is called and when it takes effect."""
    _open(actor, draft, version)
    rules.check_dates(effective_from, clock.today(), _published())
    draft.name, draft.effective_from = name, effective_from
    record(actor, "scheme.rename", draft, effective_from=effective_from.isoformat())


def edit_terms(actor: Actor, draft: SchemeVersion, terms: Terms, *, parts: tuple[str, ...], version: str) -> None:
    """Change a draft's terms. `parts` are the paths that were edited: a problem in them is refused beside its field.

    Problems elsewhere may stand until the draft is published.
    """
    _open(actor, draft, version)
    raw = dump_terms(terms)
    read_terms(raw)
    problem = problem_of(terms, *parts)
    if problem is not None:
        raise Conflict(problem.words, problem.path.rpartition(".")[2])
    draft.terms = raw
    record(actor, "scheme.edit", draft, parts=list(parts))


def publish_version(actor: Actor, draft: SchemeVersion, *, version: str) -> None:
    """Publish a draft of somebody else's; from then on the database refuses to change it.

    All versions are locked first, so that two drafts published at once meet each other's days.
    """
    _may_draft(actor)
    db.session.scalars(select(SchemeVersion.id).order_by(SchemeVersion.id).with_for_update()).all()
    lock_row(draft, version)
    _still(draft, "publish")
    rules.check_publisher(draft.drafted_by_id, actor.id)
    rules.check_publishable(draft.read())
    rules.check_dates(draft.effective_from, clock.today(), _published())
    with refusing({"uq_scheme_version_effective_from": SAME_DAY, "scheme_version.effective_from": SAME_DAY}):
        draft.status = VersionStatus.PUBLISHED
        draft.published_by_id = actor.id
        draft.published_at = clock.now()
    record(actor, "scheme.publish", draft, number=draft.number)


def discard_draft(actor: Actor, draft: SchemeVersion, *, version: str) -> None:
    """Throw a draft away: any officer may, for who drafted it may have left."""
    _may_draft(actor)
    lock_row(draft, version)
    _still(draft, "edit")
    record(actor, "scheme.discard", draft, number=draft.number)
    db.session.delete(draft)


def _may_draft(actor: Actor) -> None:
    if not actor.has(Role.RECRUITMENT_OFFICER):
        raise NotAllowed("Only a recruitment officer drafts and publishes the scheme.")


def _open(actor: Actor, draft: SchemeVersion, version: str) -> None:
    """Only who drafted it edits it: whoever publishes must have written none of it."""
    _may_draft(actor)
    lock_row(draft, version)
    _still(draft, "edit")
    if draft.drafted_by_id != actor.id:
        raise Conflict("Only the person who drafted this version changes it")


def _still(draft: SchemeVersion, step: str) -> None:
    if (draft.status, step) not in rules.STEPS:
        raise Conflict("This version is published, so it is never changed. Draft another one")


def _published() -> list[tuple[int, date]]:
    found = db.session.execute(
        select(SchemeVersion.number, SchemeVersion.effective_from)
        .where(SchemeVersion.status == VersionStatus.PUBLISHED)
        .order_by(SchemeVersion.effective_from, SchemeVersion.id)
    )
    return [(row[0], row[1]) for row in found]
