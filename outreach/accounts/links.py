"""Private links: minted for each mail, stored as digests, usable until they expire or are revoked.

A file of its own because every feature that writes mails needs it, and sign-in does not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import current_app
from sqlalchemy import update

from outreach import clock
from outreach.accounts.models import LinkToken
from outreach.db import db
from outreach.web.door import ActorKind, Purpose
from outreach.web.keys import digest, new_token

PATHS = {
    Purpose.FOLLOW: "/visits/follow/{}",
    Purpose.INVITATION: "/invitations/{}",
    Purpose.HOST: "/hosting/{}",
    Purpose.OUTCOME: "/outcomes/{}",
    Purpose.OWN: "/ambassador/{}",
    Purpose.MANAGER: "/manager/{}",
    Purpose.FRIEND: "/friend/answer/{}",
}


def mint_link(purpose: Purpose, subject_id: int, holder_kind: ActorKind, holder_id: int, expires_at: datetime) -> str:
    """A new private address for one person and one row. The raw token is returned once and kept nowhere."""
    token = new_token()
    db.session.add(
        LinkToken(
            digest=digest(token),
            purpose=purpose,
            subject_id=subject_id,
            holder_kind=holder_kind,
            holder_id=holder_id,
            created_at=clock.now(),
            expires_at=expires_at,
        )
    )
    db.session.flush()
    return address(PATHS[purpose].format(token))


def set_links_end(purpose: Purpose, subject_ids: Collection[int], expires_at: datetime) -> None:
    """Let every link to these rows that was not revoked last until `expires_at`, as when an event is moved."""
    db.session.execute(
        update(LinkToken)
        .where(LinkToken.purpose == purpose, LinkToken.subject_id.in_(subject_ids), LinkToken.revoked_at.is_(None))
        .values(expires_at=expires_at)
    )


def revoke_links(purpose: Purpose, subject_id: int, holder_id: int | None = None) -> None:
    """End every live link to a row, or only one holder's."""
    query = update(LinkToken).where(
        LinkToken.purpose == purpose, LinkToken.subject_id == subject_id, LinkToken.revoked_at.is_(None)
    )
    if holder_id is not None:
        query = query.where(LinkToken.holder_id == holder_id)
    db.session.execute(query.values(revoked_at=clock.now()))


def revoke_links_of(holder_kind: ActorKind, holder_id: int) -> None:
    """End every live link of a person, as when an ambassador leaves."""
    db.session.execute(
        update(LinkToken)
        .where(LinkToken.holder_kind == holder_kind, LinkToken.holder_id == holder_id, LinkToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def address(path: str) -> str:
    """The full address of a path, built from the configured base only, never from the request's Host."""
    base: str = current_app.config["BASE_URL"]
    return base + path
