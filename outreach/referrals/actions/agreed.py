"""What a friend who said yes does by their link: corrects, lets the referrer see how it goes, withdraws."""

from __future__ import annotations

from sqlalchemy import delete

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.districts.models import District
from outreach.districts.queries import get_term
from outreach.districts.rules import WITHDREW, Vocabulary
from outreach.errors import Conflict, NotFound
from outreach.referrals.actions.contacts import hash_phone
from outreach.referrals.actions.ending import close_referral, forget_friend
from outreach.referrals.actions.friend import own_referral
from outreach.referrals.models import CandidateNote
from outreach.referrals.queries.referring import find_candidate_of
from outreach.referrals.rules.stages import CandidateClosed
from outreach.web.door import Actor
from outreach.web.facts import emit


def withdraw(actor: Actor, referral_id: int) -> None:
    """The friend who had agreed withdraws, at whatever stage. Who they are is forgotten at once; the dates stay.

    The keyed hash stays too: it decides who was first, should they be referred again. Emits CandidateClosed.
    """
    referral = own_referral(actor, referral_id)
    candidate = find_candidate_of(referral.id)
    if candidate is None or candidate.email == "":
        raise NotFound
    forget_friend(referral)
    candidate.name, candidate.email, candidate.phone, candidate.phone_hash = "", "", None, None
    candidate.progress_shown = False
    db.session.execute(delete(CandidateNote).where(CandidateNote.candidate_id == candidate.id))
    record(actor, "candidate.withdraw", candidate)
    if candidate.closed_at is None:
        outcome = get_term(Vocabulary.CANDIDATE_OUTCOME, WITHDREW)
        candidate.closed_at, candidate.closed_on = clock.now(), clock.today()
        candidate.outcome_id, candidate.late_after = outcome.id, None
        close_referral(referral)
        emit(CandidateClosed(referral.id, outcome.code, clock.today()))


def correct_details(
    actor: Actor, referral_id: int, *, name: str, phone: str | None, post: str, district: District, hours: int | None
) -> None:
    """The friend who agreed corrects what is held of them. Raises Conflict once their application is closed."""
    referral = own_referral(actor, referral_id)
    candidate = find_candidate_of(referral.id)
    if candidate is None or candidate.email == "":
        raise NotFound
    if candidate.closed_at is not None:
        raise Conflict("Your application is closed, so nothing can be changed.")
    if referral.scheme_version.read().post(post) is None:
        raise Conflict("Select the work you are looking for", "post")
    candidate.name, candidate.phone, candidate.phone_hash = name, phone, hash_phone(phone)
    candidate.post, candidate.district_id, candidate.hours = post, district.id, hours
    record(actor, "candidate.correct_details", candidate)


def show_progress(actor: Actor, referral_id: int, *, shown: bool) -> None:
    """The friend lets the referrer see how it goes, or no longer."""
    referral = own_referral(actor, referral_id)
    candidate = find_candidate_of(referral.id)
    if candidate is None:
        raise NotFound
    candidate.progress_shown = shown
    record(actor, "candidate.show_progress", candidate, shown=shown)
