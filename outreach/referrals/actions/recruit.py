"""What recruitment does besides stages: how an application ended, notes, and keeping away from one's own family."""

from __future__ import annotations

from datetime import date

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, refusing
from outreach.districts.models import Term
from outreach.districts.rules import WITHDREW, Vocabulary
from outreach.errors import Conflict, NotFound
from outreach.referrals.actions.ending import close_referral
from outreach.referrals.actions.friend import ALREADY
from outreach.referrals.actions.stages import follow_stages, lock_candidate, may_handle
from outreach.referrals.models import Candidate, CandidateNote, Household
from outreach.referrals.queries.candidates import get_stage_days
from outreach.referrals.rules.consent import step
from outreach.referrals.rules.stages import CandidateClosed, CandidateReopened
from outreach.web.door import Actor
from outreach.web.facts import emit


def close_candidate(actor: Actor, candidate: Candidate, *, outcome: Term, day: date, version: str) -> None:
    """Close an application with how it ended. The referrer sees 'closed' within a day, and never why.

    Emits CandidateClosed.
    """
    may_handle(actor, candidate.referral)
    lock_candidate(candidate, version)
    if candidate.closed_at is not None:
        raise Conflict("This application is closed already")
    if outcome.vocabulary is not Vocabulary.CANDIDATE_OUTCOME:
        raise Conflict("Select how the application ended", "outcome")
    if day > clock.today():
        raise Conflict("The day it ended must be today or in the past", "day")
    days = get_stage_days(candidate.referral_id)
    if outcome.code == WITHDREW and candidate.referral.scheme_version.read().start_stage in days:
        raise Conflict("They have started work, so select that they left, or that they did not start", "outcome")
    latest = max(days.values())
    if day < latest:
        raise Conflict(f"The day it ended must not be before the last stage, {latest.day} {latest:%B %Y}", "day")
    referral = candidate.referral
    candidate.closed_at, candidate.closed_on = clock.now(), day
    candidate.outcome_id, candidate.late_after = outcome.id, None
    close_referral(referral)
    record(actor, "candidate.close", candidate, outcome=outcome.code)
    emit(CandidateClosed(referral.id, outcome.code, day))


def reopen_candidate(actor: Actor, candidate: Candidate, *, version: str) -> None:
    """Take a closing back. Not for somebody who withdrew by their link: who they are is gone.

    Emits CandidateReopened.
    """
    may_handle(actor, candidate.referral)
    lock_candidate(candidate, version)
    if candidate.closed_at is None:
        raise Conflict("This application is open already")
    if candidate.email == "":
        raise Conflict("This person’s details have been deleted, so the application cannot go on")
    with refusing({"uq_candidate_contact_hash_open": ALREADY, "UNIQUE constraint failed: candidate.": ALREADY}):
        candidate.closed_at = candidate.closed_on = candidate.outcome_id = None
        db.session.flush()
    referral = candidate.referral
    referral.state = step(referral.state, "reopen")
    referral.closed_at = referral.closed_shown_at = None
    follow_stages(candidate, referral)
    record(actor, "candidate.reopen", candidate)
    emit(CandidateReopened(referral.id))


def add_note(actor: Actor, candidate: Candidate, words: str) -> CandidateNote:
    """Note something about how an application goes."""
    may_handle(actor, candidate.referral)
    if actor.id is None:
        raise NotFound
    note = CandidateNote(candidate_id=candidate.id, words=words, written_by_id=actor.id, written_at=clock.now())
    db.session.add(note)
    record(actor, "candidate.note", candidate)
    return note


def declare_household(actor: Actor, candidate: Candidate) -> None:
    """An officer says that a candidate is family or of their household; from now on it is closed to them."""
    may_handle(actor, candidate.referral)
    if actor.id is None:
        raise NotFound
    declared = Household(referral_id=candidate.referral_id, account_id=actor.id, declared_at=clock.now())
    again = Conflict("You have declared this already.")
    add_or_refuse(declared, {"uq_household_referral_id_account_id": again, "household.referral_id": again})
    record(actor, "candidate.declare_household", candidate)
