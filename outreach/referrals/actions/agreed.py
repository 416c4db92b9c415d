"""What a friend who said yes does by their link: corrects, lets the referrer see how it goes, withdraws."""

from __future__ import annotations

from sqlalchemy import delete

from outreach import clock
from outreach.accounts.links import address
from outreach.accounts.queries import list_accounts_with
from outreach.audit.actions import record
from outreach.db import db
from outreach.districts.models import District
from outreach.districts.queries import get_term
from outreach.districts.rules import WITHDREW, Vocabulary
from outreach.errors import Conflict, NotFound
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.referrals.actions.ending import close_referral, forget_friend
from outreach.referrals.actions.friend import own_referral
from outreach.referrals.models import Candidate, CandidateNote, Referral
from outreach.referrals.queries.candidates import has_declared
from outreach.referrals.queries.contacts import hash_phone
from outreach.referrals.queries.referring import find_candidate_of
from outreach.referrals.rules.stages import CandidateClosed
from outreach.web.door import Actor, Role
from outreach.web.facts import emit


def withdraw(actor: Actor, referral_id: int) -> None:
    """The friend who had agreed withdraws, at whatever stage. Who they are is forgotten at once; the dates stay.

    The keyed hash stays too: it decides who was first, should they be referred again. What the referrer could see
    stays as it is until the closing shows, so that its going does not tell the moment. Recruitment is told by
    reference. Emits CandidateClosed.
    """
    referral = own_referral(actor, referral_id)
    candidate = find_candidate_of(referral.id)
    if candidate is None or candidate.email == "":
        raise NotFound
    forget_friend(referral)
    candidate.name, candidate.email, candidate.phone, candidate.phone_hash = "", "", None, None
    db.session.execute(delete(CandidateNote).where(CandidateNote.candidate_id == candidate.id))
    record(actor, "candidate.withdraw", candidate)
    if candidate.closed_at is None:
        outcome = get_term(Vocabulary.CANDIDATE_OUTCOME, WITHDREW)
        candidate.closed_at, candidate.closed_on = clock.now(), clock.today()
        candidate.outcome_id, candidate.late_after = outcome.id, None
        close_referral(referral)
        _tell_recruitment(referral, candidate)
        emit(CandidateClosed(referral.id, outcome.code, clock.today()))


def _tell_recruitment(referral: Referral, candidate: Candidate) -> None:
    """An officer may be arranging an interview: one mail to each who may handle it, and no name."""
    stage = referral.scheme_version.read().stage(candidate.stage)
    for officer in list_accounts_with(Role.RECRUITMENT_OFFICER):
        if officer.id == referral.referrer_id or has_declared(officer.id, referral.reference):
            continue
        queue_mail(
            Recipient(RecipientKind.ACCOUNT, officer.id, officer.name, officer.email),
            "referrals/candidate_withdrew",
            about=referral,
            reference=referral.reference,
            stage=stage.label if stage else candidate.stage,
            link=address(f"/candidates/{referral.reference}"),
        )


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
