"""Reading referrals: for the referrer, for the friend, and to keep one friend from being asked twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from outreach.accounts.models import Account
from outreach.db import db
from outreach.errors import NotFound
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus, RecipientKind
from outreach.referrals.models import Asked, Candidate, PendingFriend, ReferLink, Referral, Refusal
from outreach.referrals.rules.consent import ReferralState, Way


def find_link_of(account_id: int) -> ReferLink | None:
    """The personal link of a referrer."""
    return db.session.scalar(select(ReferLink).where(ReferLink.account_id == account_id))


def find_refer_link(code: str) -> ReferLink | None:
    """The link of this code, whose owner may still sign in."""
    return db.session.scalar(
        select(ReferLink)
        .join(Account)
        .where(ReferLink.code == code, Account.disabled_at.is_(None))
        .options(joinedload(ReferLink.account))
    )


def select_own(account_id: int) -> Select[Referral]:
    """A referrer's referrals, newest first."""
    return (
        select(Referral)
        .where(Referral.referrer_id == account_id)
        .options(joinedload(Referral.scheme_version))
        .order_by(Referral.made_at.desc(), Referral.id.desc())
    )


def get_own(account_id: int, reference: str, *, lock: bool = False) -> Referral:
    query = select(Referral).where(Referral.reference == reference, Referral.referrer_id == account_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def count_waiting(account_id: int, now: datetime) -> int:
    """How many friends whose details a referrer passed on stand as waiting on the referrer's own page."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Referral)
            .where(
                Referral.referrer_id == account_id,
                Referral.way == Way.DETAILS,
                Referral.agreed_at.is_(None),
                or_(Referral.closed_shown_at.is_(None), Referral.closed_shown_at > now),
            )
        )
        or 0
    )


def find_stages_shown(referrals: Sequence[Referral]) -> dict[int, str]:
    """The stages of the candidates who let their referrer see them, by referral."""
    ids = [one.id for one in referrals]
    found = db.session.execute(
        select(Candidate.referral_id, Candidate.stage).where(
            Candidate.referral_id.in_(ids), Candidate.progress_shown.is_(True)
        )
    )
    return {row[0]: row[1] for row in found}


def get_referral(referral_id: int, *, lock: bool = False) -> Referral:
    found = db.session.get(Referral, referral_id, with_for_update=lock or None)
    if found is None:
        raise NotFound
    return found


def find_pending(referral_id: int) -> PendingFriend | None:
    return db.session.get(PendingFriend, referral_id)


def lock_pending(referral_id: int) -> tuple[Referral, PendingFriend | None]:
    """A referral and what is in quarantine for it, locked together with every other referral of the same friend.

    All are locked at once and in one order: a friend who says yes to two of them at the same moment gets
    one answer, and neither waits for the other for ever.
    """
    same = select(PendingFriend.contact_hash).where(PendingFriend.referral_id == referral_id).scalar_subquery()
    ids = select(PendingFriend.referral_id).where(PendingFriend.contact_hash == same)
    db.session.scalars(
        select(Referral)
        .where(or_(Referral.id == referral_id, Referral.id.in_(ids)))
        .order_by(Referral.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    pending = db.session.get(PendingFriend, referral_id, populate_existing=True)
    return get_referral(referral_id), pending


def find_candidate_of(referral_id: int) -> Candidate | None:
    return db.session.scalar(
        select(Candidate).where(Candidate.referral_id == referral_id).options(joinedload(Candidate.district))
    )


def list_pending_with(contact_hash: str) -> list[PendingFriend]:
    """Every notice out to this contact, oldest first. For the rule that decides about one more mail; never shown."""
    return list(
        db.session.scalars(
            select(PendingFriend)
            .where(PendingFriend.contact_hash == contact_hash)
            .options(joinedload(PendingFriend.referral))
            .order_by(PendingFriend.referral_id)
        )
    )


def find_asked(contact_hash: str) -> Asked | None:
    """How often this contact was written to lately, locked for the mail that may follow."""
    return db.session.scalar(select(Asked).where(Asked.contact_hash == contact_hash).with_for_update())


def is_refused(contact_hash: str) -> bool:
    """Whether this contact asked never to be referred."""
    return db.session.scalar(select(Refusal.id).where(Refusal.contact_hash == contact_hash)) is not None


def find_open_candidate(contact_hash: str) -> Candidate | None:
    """The candidate of this contact whose application is under way."""
    return db.session.scalar(
        select(Candidate).where(Candidate.contact_hash == contact_hash, Candidate.closed_at.is_(None))
    )


def count_mails(referral_id: int, message: str, since: datetime) -> int:
    """How many mails of a kind went out about a referral since an instant."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Mail)
            .where(
                Mail.about_kind == Referral.__tablename__,
                Mail.about_id == referral_id,
                Mail.message == message,
                Mail.created_at > since,
            )
        )
        or 0
    )


def list_waiting_to_end(now: datetime, most: int) -> list[Referral]:
    """Referrals to end by themselves: nobody answered in time, or the notice could not be delivered."""
    bounced = (
        select(Mail.about_id)
        .where(
            Mail.status == MailStatus.FAILED,
            Mail.recipient_kind == RecipientKind.FRIEND,
            Mail.about_kind == Referral.__tablename__,
        )
        .scalar_subquery()
    )
    return list(
        db.session.scalars(
            select(Referral)
            .where(
                Referral.state == ReferralState.WAITING,
                or_(Referral.ends_at <= now, Referral.id.in_(bounced)),
            )
            .order_by(Referral.id)
            .limit(most)
            .with_for_update()
        )
    )
