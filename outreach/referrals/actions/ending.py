"""The one way in which a referral ends: the friend's details go, and the referrer learns of it some time later."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete

from outreach import clock
from outreach.accounts.links import revoke_links
from outreach.audit.actions import record
from outreach.db import db
from outreach.outbox.models import Mail
from outreach.referrals.models import PendingFriend, Referral
from outreach.referrals.queries.referring import list_waiting_to_end
from outreach.referrals.rules.consent import SHOWN_WITHIN, step
from outreach.web.door import SYSTEM, Actor, Purpose

BATCH = 200


def end_referral(actor: Actor, referral: Referral, *, duplicate_of: Referral | None = None) -> None:
    """Close a referral and delete what was held of a friend who had not agreed: row, mails, links.

    The audit does not say which ending it was, for it would say what the friend answered. Raises Conflict
    when the referral is closed already.
    """
    close_referral(referral)
    referral.duplicate_of_id = duplicate_of.id if duplicate_of else None
    forget_friend(referral)
    record(actor, "referral.end", referral)


def close_referral(referral: Referral) -> None:
    """Close it now, and choose when its referrer sees that. Raises Conflict when it is closed already."""
    referral.state = step(referral.state, "end")
    referral.closed_at = clock.now()
    referral.closed_shown_at = shown_at(referral.closed_at)


def forget_friend(referral: Referral) -> None:
    """Delete the quarantined details, every mail about the referral and every private link to it."""
    db.session.flush()
    db.session.execute(delete(PendingFriend).where(PendingFriend.referral_id == referral.id))
    forget_mails(referral)
    revoke_links(Purpose.FRIEND, referral.id)


def forget_mails(referral: Referral) -> None:
    """Delete every mail about a referral, sent or not: each names the friend, or tells where they stand."""
    db.session.execute(delete(Mail).where(Mail.about_kind == Referral.__tablename__, Mail.about_id == referral.id))


def shown_at(closed_at: datetime) -> datetime:
    """When the referrer sees the closing: within a day, at a random moment, so that it does not tell what caused it."""
    return closed_at + timedelta(seconds=secrets.randbelow(int(SHOWN_WITHIN.total_seconds())))


def end_unanswered() -> int:
    """The worker's job: end referrals that nobody answered in time, or whose notice could not be delivered."""
    ended = list_waiting_to_end(clock.now(), BATCH)
    for referral in ended:
        end_referral(SYSTEM, referral)
    return len(ended)
