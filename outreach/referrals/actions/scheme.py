"""Drafting and publishing versions of the scheme's terms."""

from __future__ import annotations

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.referrals.models import SchemeVersion
from outreach.referrals.queries.scheme import find_newest_number
from outreach.referrals.rules.first import read_first_version
from outreach.referrals.rules.terms import dump_terms
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.door import SYSTEM


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
