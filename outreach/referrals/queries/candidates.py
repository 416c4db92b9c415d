"""Reading candidates, each officer only those that are neither their own referral nor of their household."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from outreach.db import db
from outreach.errors import NotFound
from outreach.outbox.models import Mail
from outreach.outbox.rules import MailStatus
from outreach.referrals.models import Candidate, CandidateNote, Household, Referral, StageEntry


def select_candidates(
    officer_id: int,
    *,
    words: str = "",
    stage: str = "",
    district_id: int | None = None,
    closed: bool = False,
    late_on: date | None = None,
) -> Select[Candidate]:
    """The candidates an officer may handle: late ones and those soonest late first, then the longest in their stage.

    Of the closed ones, the last closed first.
    """
    query = _visible(officer_id).options(
        contains_eager(Candidate.referral).joinedload(Referral.scheme_version),
        joinedload(Candidate.district),
        joinedload(Candidate.outcome),
    )
    if closed:
        query = query.where(Candidate.closed_at.is_not(None)).order_by(Candidate.closed_at.desc(), Candidate.id)
    else:
        query = query.where(Candidate.closed_at.is_(None))
        query = query.order_by(
            Candidate.late_after.is_(None), Candidate.late_after, Candidate.stage_since, Candidate.id
        )
    if words:
        lowered = words.lower()
        query = query.where(
            or_(
                func.lower(Candidate.name).contains(lowered, autoescape=True),
                Candidate.email.contains(lowered, autoescape=True),
                Referral.reference == words.upper(),
            )
        )
    if stage:
        query = query.where(Candidate.stage == stage)
    if district_id is not None:
        query = query.where(Candidate.district_id == district_id)
    if late_on is not None:
        query = query.where(Candidate.late_after < late_on)
    return query


def get_candidate(officer_id: int, reference: str, *, lock: bool = False) -> Candidate:
    """A candidate this officer may handle; for anybody else there is none."""
    query = (
        _visible(officer_id)
        .where(Referral.reference == reference)
        .options(
            contains_eager(Candidate.referral).options(joinedload(Referral.scheme_version), joinedload(Referral.event))
        )
    )
    if lock:
        query = query.with_for_update(of=Candidate).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def list_by_reference(officer_id: int, references: set[str], *, lock: bool = False) -> list[Candidate]:
    """The candidates of these references whom this officer may handle."""
    query = (
        _visible(officer_id)
        .where(Referral.reference.in_(references))
        .options(contains_eager(Candidate.referral).joinedload(Referral.scheme_version))
        .order_by(Candidate.id)
    )
    if lock:
        query = query.with_for_update(of=Candidate).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def has_declared(officer_id: int, reference: str) -> bool:
    """Whether this officer declared this candidate to be of their household, by whichever referral they came."""
    found = select(Referral.id).where(Referral.reference == reference, is_declared(officer_id))
    return db.session.scalar(found) is not None


def is_declared(officer_id: int) -> ColumnElement[bool]:
    """Whether the friend of a referral is of this officer's household: declared for it, or for the same person."""
    one, other = aliased(Candidate), aliased(Candidate)
    same_person = (
        exists()
        .where(
            one.referral_id == Referral.id,
            one.contact_hash == other.contact_hash,
            other.referral_id == Household.referral_id,
        )
        .correlate(Referral, Household)
    )
    return (
        exists()
        .where(Household.account_id == officer_id, or_(Household.referral_id == Referral.id, same_person))
        .correlate(Referral)
    )


def list_entries(referral_id: int) -> list[StageEntry]:
    """Every statement about the stages of a candidate, oldest first."""
    return list(
        db.session.scalars(select(StageEntry).where(StageEntry.referral_id == referral_id).order_by(StageEntry.id))
    )


def list_live_entries(referral_ids: list[int]) -> list[StageEntry]:
    """The statements that stand: nobody superseded them."""
    later = aliased(StageEntry)
    return list(
        db.session.scalars(
            select(StageEntry)
            .where(StageEntry.referral_id.in_(referral_ids), ~exists().where(later.supersedes_id == StageEntry.id))
            .order_by(StageEntry.id)
        )
    )


def get_stage_days(referral_id: int) -> dict[str, date]:
    """The day of every stage that a candidate has reached."""
    return {one.stage: one.reached_on for one in list_live_entries([referral_id]) if one.reached_on is not None}


def list_stage_days(referral_ids: list[int]) -> dict[int, dict[str, date]]:
    """The same for many referrals at once."""
    found: dict[int, dict[str, date]] = {one: {} for one in referral_ids}
    for entry in list_live_entries(referral_ids):
        if entry.reached_on is not None:
            found[entry.referral_id][entry.stage] = entry.reached_on
    return found


def find_live_entry(referral_id: int, stage: str) -> StageEntry | None:
    """What stands about one stage, a taking back included."""
    return next((one for one in list_live_entries([referral_id]) if one.stage == stage), None)


def list_duplicates(officer_id: int, candidate: Candidate) -> list[Referral]:
    """Other referrals of what seems the same person, in the order in which they were made. For recruitment only."""
    same = [Candidate.contact_hash == candidate.contact_hash] if candidate.contact_hash else []
    same += [Candidate.phone_hash == candidate.phone_hash] if candidate.phone_hash else []
    by_contact = select(Candidate.referral_id).where(or_(*same)) if same else None
    found = select(Referral).where(
        Referral.id != candidate.referral_id,
        Referral.referrer_id.is_distinct_from(officer_id),
        or_(
            Referral.duplicate_of_id == candidate.referral_id,
            *([Referral.id.in_(by_contact)] if by_contact is not None else []),
        ),
    )
    return list(
        db.session.scalars(
            found.options(joinedload(Referral.referrer)).order_by(Referral.made_at, Referral.id).limit(20)
        )
    )


def list_notes(candidate: Candidate) -> list[CandidateNote]:
    """What was noted, newest first."""
    return list(
        db.session.scalars(
            select(CandidateNote)
            .where(CandidateNote.candidate_id == candidate.id)
            .order_by(CandidateNote.written_at.desc(), CandidateNote.id.desc())
            .limit(200)
        )
    )


def has_failed_mail(referral_id: int) -> bool:
    """Whether a mail to this candidate could not be delivered."""
    failed = select(Mail.id).where(
        Mail.about_kind == Referral.__tablename__, Mail.about_id == referral_id, Mail.status == MailStatus.FAILED
    )
    return db.session.scalar(failed.limit(1)) is not None


def _visible(officer_id: int) -> Select[Candidate]:
    # Who came by an event's code has no referrer, and is anybody's to handle.
    own = Referral.referrer_id.is_distinct_from(officer_id)
    return select(Candidate).join(Candidate.referral).where(own, ~is_declared(officer_id))
