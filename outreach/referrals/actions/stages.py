"""Entering and correcting the days of a candidate's stages. Entries are only ever added."""

from __future__ import annotations

from datetime import date

from outreach import clock
from outreach.accounts.links import address
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db
from outreach.errors import Conflict, NotFound
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.referrals.models import Candidate, Referral, StageEntry
from outreach.referrals.queries.candidates import find_live_entry, get_stage_days, has_declared
from outreach.referrals.rules import stages as rules
from outreach.referrals.rules.terms import Terms
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.facts import emit

CHANGED = (
    "Somebody else has changed this since you opened it. "
    "Open the page again to see how it stands, then make your change."
)


def may_handle(actor: Actor, referral: Referral) -> None:
    """Refuse anybody but a recruitment officer who is neither the referrer nor of the candidate's household."""
    if actor.kind is not ActorKind.ACCOUNT or actor.id is None or not actor.has(Role.RECRUITMENT_OFFICER):
        raise NotFound
    if referral.referrer_id == actor.id or has_declared(actor.id, referral.reference):
        raise NotFound


def lock_candidate(candidate: Candidate, version: str) -> Terms:
    """Reload the candidate under a lock and refuse a form that was opened on another state of it."""
    db.session.refresh(candidate, with_for_update=True)
    if version != str(candidate.version):
        raise Conflict(CHANGED)
    return candidate.referral.scheme_version.read()


def move_candidate(actor: Actor, candidate: Candidate, *, stage: str, day: date, version: str) -> None:
    """Record that a candidate reached the next stage on a day, today or before.

    Thanks the referrer where the stage is a milestone and the friend lets them see it. Emits StageReached.
    """
    referral = candidate.referral
    may_handle(actor, referral)
    terms = lock_candidate(candidate, version)
    if candidate.closed_at is not None:
        raise Conflict("This application is closed. Reopen it before you record a stage")
    rules.check_move(terms, get_stage_days(referral.id), stage, day, clock.today())
    enter_stage(actor, candidate, referral, stage, day)
    record(actor, "candidate.move", candidate, stage=stage)
    _thank(candidate, referral, terms, stage)
    emit(rules.StageReached(referral.id, stage, day))


def correct_stage(
    actor: Actor, candidate: Candidate, *, stage: str, day: date | None, reason: str, version: str
) -> None:
    """Correct the day of a stage, or take the last stage back (`day` is None). The old entry stays in the history.

    Emits StageCorrected.
    """
    referral = candidate.referral
    may_handle(actor, referral)
    terms = lock_candidate(candidate, version)
    days = get_stage_days(referral.id)
    if day is None:
        rules.check_taking_back(terms, days, stage)
    elif stage not in days:
        raise NotFound
    else:
        rules.check_correcting(terms, stage, day, candidate.closed_on)
        if day == days[stage]:
            raise Conflict("This is the date that is recorded already", "day")
        rules.check_day(terms, days, stage, day, clock.today())
    enter_stage(actor, candidate, referral, stage, day, reason)
    record(actor, "candidate.correct_stage", candidate, stage=stage, taken_back=day is None)
    emit(rules.StageCorrected(referral.id, stage, day))


def enter_stage(
    actor: Actor, candidate: Candidate, referral: Referral, stage: str, day: date | None, reason: str = ""
) -> None:
    """Add an entry that supersedes what stands about the stage, and carry the candidate along.

    Two entries at once begin or supersede the same one, and the database refuses the second.
    """
    standing = find_live_entry(referral.id, stage)
    entry = StageEntry(
        referral_id=referral.id,
        stage=stage,
        reached_on=day,
        reason=reason,
        supersedes_id=standing.id if standing else None,
        recorded_by_id=actor.id if actor.kind is ActorKind.ACCOUNT else None,
        recorded_at=clock.now(),
    )
    lost = Conflict(CHANGED)
    add_or_refuse(entry, {"uq_stage_entry": lost, "UNIQUE constraint failed: stage_entry": lost})
    follow_stages(candidate, referral)


def follow_stages(candidate: Candidate, referral: Referral) -> None:
    """Write down on the candidate what its entries say: the stage, since when, and when it will be late."""
    terms, days = referral.scheme_version.read(), get_stage_days(referral.id)
    reached = rules.last_stage(terms, days) or terms.stages[0].code
    candidate.stage = reached
    candidate.stage_since = days.get(reached, candidate.stage_since)
    candidate.late_after = rules.late_after(terms, days) if candidate.closed_at is None else None


def _thank(candidate: Candidate, referral: Referral, terms: Terms, stage: str) -> None:
    referrer = referral.referrer
    if referrer is None or not candidate.progress_shown:
        return
    for code in rules.milestones_at(terms, stage):
        milestone = terms.milestone(code)
        to = Recipient(RecipientKind.ACCOUNT, referrer.id, referrer.name, referrer.email)
        once = f"thanks {referral.id} {code}"
        link = address("/refer/mine")
        queue_mail(to, "referrals/thanks", about=referral, once=once, referral=referral, milestone=milestone, link=link)
