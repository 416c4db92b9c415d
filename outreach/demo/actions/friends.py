"""The friends of the demo county: how far each came, how it ended, and who has yet to answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from outreach.accounts.models import Account
from outreach.db import db
from outreach.demo.actions.auditing import audit_line
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import email_of
from outreach.demo.rules.friends import CANDIDATE_NOTES, SLOW_CHECKS, STAGE_GAPS, Story
from outreach.districts.rules import Vocabulary
from outreach.referrals.actions.refer import write_to_friend
from outreach.referrals.models import (
    Candidate,
    CandidateNote,
    Eligibility,
    Household,
    PendingFriend,
    Referral,
    Refusal,
    StageEntry,
)
from outreach.referrals.queries.contacts import hash_email, hash_phone
from outreach.referrals.queries.referring import find_asked
from outreach.referrals.queries.scheme import get_version_in_force
from outreach.referrals.rules import stages
from outreach.referrals.rules.consent import NOTICE_VERSION, WAITS, ReferralState, Way
from outreach.referrals.rules.facts import NONE_OF_THESE
from outreach.referrals.rules.terms import Terms
from outreach.web.door import ActorKind

Lines = list[dict[str, Any]]
# Retention forgets these after a year. The demonstration looks as if it had always run.
FORGET = timedelta(days=364)
DOMAIN = "friends.example"


def add_friend(scene: Scene, story: Story, referrer: Account | None, audit: Lines) -> Referral:
    """A friend who said yes, with the day of every stage, the checks, the notes, and perhaps the end."""
    made_on, days = _days(scene, story)
    referral = _referral(scene, made_on, referrer, audit)
    terms = referral.scheme_version.read()
    days = _served(scene, story, terms, days)
    ended_on = _ended_on(scene, story, terms, days)
    candidate = _candidate(scene, story, referral, days)
    db.session.add(candidate)
    db.session.flush()
    audit.append(audit_line(referral, "referral.agree", candidate.agreed_at, ActorKind.CANDIDATE, referral.id))
    _enter(scene, story, candidate, days, audit)
    if ended_on is not None:
        _close(scene, story, candidate, ended_on, audit)
    if story.checked and "offered" in days:
        _check(scene, story, candidate, referral, days["offered"] + timedelta(days=1))
    elif ended_on is None and len(days) > 1:
        _note(scene, candidate)
    if story.oddity == "household":
        _declare(scene, referral)
    return referral


def add_unanswered(scene: Scene, story: Story, referrer: Account, audit: Lines) -> None:
    """A referral that ended without a yes, and of which nothing else is left. One friend had been referred before."""
    referral = _referral(scene, scene.today - timedelta(days=story.ago), referrer, audit)
    refused = story.ago > 30
    referral.state = ReferralState.CLOSED
    referral.closed_at = referral.made_at + timedelta(days=3) if refused else referral.ends_at
    referral.closed_shown_at = referral.closed_at + timedelta(hours=scene.chance.randint(1, 23))
    audit.append(audit_line(referral, "referral.end", referral.closed_at, ActorKind.CANDIDATE, referral.id))
    if refused:
        contact = hash_email(email_of(scene.names.next(), DOMAIN))
        db.session.add(Refusal(contact_hash=contact, refused_at=referral.closed_at))
    elif story.by == "":
        under_way = select(Candidate).where(Candidate.closed_at.is_(None)).order_by(Candidate.id)
        known = db.session.scalars(under_way).first()
        referral.duplicate_of_id = known.referral_id if known else None


def add_waiting(scene: Scene, story: Story, referrer: Account, audit: Lines, *, passed_on: bool) -> None:
    """A friend who has been asked and has not answered; their details were passed on, or typed by themselves."""
    referral = _referral(scene, scene.today - timedelta(days=story.ago), referrer, audit)
    name = scene.names.next()
    email = email_of(name, DOMAIN)
    pending = PendingFriend(
        referral_id=referral.id,
        name=name.partition(" ")[0] if passed_on else name,
        email=email,
        contact_hash=hash_email(email),
        progress_shown=not passed_on,
        mails=0,
        created_at=referral.made_at,
    )
    if passed_on:
        referral.way, referral.stated_at = Way.DETAILS, referral.made_at
    else:
        pending.phone = _phone(scene)
        pending.post = scene.chance.choice(referral.scheme_version.read().posts).code
        pending.district_id = scene.chance.choice(scene.districts).id
        pending.hours, pending.new_to_care = scene.chance.choice((16, 20, 30, 37)), True
    pending.referral = referral
    db.session.add(pending)
    write_to_friend(pending, "referrals/notice" if passed_on else "referrals/confirm")
    pending.mailed_at = referral.made_at
    asked = find_asked(pending.contact_hash)
    if asked is not None:
        asked.last_at = referral.made_at


def _referral(scene: Scene, made_on: date, referrer: Account | None, audit: Lines) -> Referral:
    made = scene.at(made_on, scene.chance.randint(8, 20), scene.chance.randint(0, 59))
    version = get_version_in_force(made_on)
    referral = Referral(
        reference=scene.reference("RF"),
        referrer=referrer,
        scheme_version=version,
        way=Way.LINK,
        state=ReferralState.WAITING,
        made_at=made,
        ends_at=made + WAITS,
    )
    db.session.add(referral)
    db.session.flush()
    audit.append(audit_line(referral, "referral.enter", made, ActorKind.PUBLIC, None))
    return referral


def _days(scene: Scene, story: Story) -> tuple[date, dict[str, date]]:
    """When the friend was referred, and the days of the stages until the start, or until the last that was reached."""
    terms = get_version_in_force(scene.today).read()
    codes = [one.code for one in terms.stages if one.months is None]
    gaps = {code: scene.chance.randint(*STAGE_GAPS.get(code, (3, 8))) for code in codes}
    if story.slow and "checks" in gaps:
        gaps["checks"] = scene.chance.randint(*SLOW_CHECKS)
    if not story.started:
        codes = codes[: codes.index(story.upto if story.upto in codes else codes[0]) + 1]
    ago = story.ago or story.started + sum(gaps.values())
    made_on = scene.today - timedelta(days=ago)
    days, day = {}, made_on
    for code in codes:
        day = min(day + timedelta(days=gaps[code]), scene.today - timedelta(days=1))
        days[code] = day
    return made_on, days


def _served(scene: Scene, story: Story, terms: Terms, days: dict[str, date]) -> dict[str, date]:
    """The same with the stages that months of service reach, each recorded some days after."""
    start = days.get(terms.start_stage)
    if start is None:
        return days
    last = min(start + timedelta(days=story.lasted) if story.lasted else scene.today, scene.today - timedelta(days=1))
    more = {
        stage.code: stages.add_months(start, stage.months) + timedelta(days=scene.chance.randint(0, 4))
        for stage in terms.stages
        if stage.months is not None
    }
    return days | {code: day for code, day in more.items() if day <= last}


def _ended_on(scene: Scene, story: Story, terms: Terms, days: dict[str, date]) -> date | None:
    if not story.ends:
        return None
    if story.lasted:
        return days[terms.start_stage] + timedelta(days=story.lasted)
    return max(days.values()) + timedelta(days=scene.chance.randint(2, 9))


def _candidate(scene: Scene, story: Story, referral: Referral, days: dict[str, date]) -> Candidate:
    terms, chance = referral.scheme_version.read(), scene.chance
    name, phone = scene.names.next(), _phone(scene)
    email = email_of(name, DOMAIN)
    first = terms.stages[0].code
    reached = stages.last_stage(terms, days) or first
    referral.state = ReferralState.AGREED
    referral.agreed_at = scene.at(days[first], chance.randint(8, 20), chance.randint(0, 59))
    return Candidate(
        referral_id=referral.id,
        referral=referral,
        name=name,
        email=email,
        phone=phone,
        contact_hash=hash_email(email),
        phone_hash=hash_phone(phone),
        post=chance.choice(terms.posts).code,
        district=chance.choice(scene.districts),
        hours=chance.choice((None, 16, 20, 24, 30, 37)),
        new_to_care=chance.random() < 0.5,
        progress_shown=chance.random() < 0.4 if story.shown is None else story.shown,
        notice=NOTICE_VERSION,
        agreed_at=referral.agreed_at,
        stage=reached,
        stage_since=days[reached],
        late_after=stages.late_after(terms, days),
    )


def _enter(scene: Scene, story: Story, candidate: Candidate, days: dict[str, date], audit: Lines) -> None:
    """The entries of the stages; the first is the friend's own. One start was recorded wrongly and corrected."""
    officer = scene.accounts["second_recruitment" if story.by == "recruitment" else "recruitment"].id
    for number, (code, day) in enumerate(days.items()):
        wrong = story.oddity == "corrected" and code == candidate.referral.scheme_version.read().start_stage
        at = min(scene.at(day + timedelta(days=number > 0), 16, 5), scene.now) if number else candidate.agreed_at
        entry = StageEntry(
            referral_id=candidate.referral_id,
            stage=code,
            reached_on=day + timedelta(days=1) if wrong else day,
            reason="",
            recorded_by_id=officer if number else None,
            recorded_at=at,
        )
        db.session.add(entry)
        if number:
            audit.append(audit_line(candidate, "candidate.move", at, ActorKind.ACCOUNT, officer))
        if wrong:
            db.session.flush()
            _correct(entry, day, at + timedelta(days=2))


def _correct(entry: StageEntry, day: date, at: datetime) -> None:
    db.session.add(
        StageEntry(
            referral_id=entry.referral_id,
            stage=entry.stage,
            reached_on=day,
            reason="The HR system has the day before",
            supersedes_id=entry.id,
            recorded_by_id=entry.recorded_by_id,
            recorded_at=at,
        )
    )


def _close(scene: Scene, story: Story, candidate: Candidate, ended_on: date, audit: Lines) -> None:
    by_link = story.oddity == "forgotten"
    candidate.closed_on = ended_on
    candidate.closed_at = scene.at(ended_on + timedelta(days=0 if by_link else story.told_late), 15, 20)
    candidate.outcome = scene.term(Vocabulary.CANDIDATE_OUTCOME, story.ends)
    candidate.late_after = None
    referral = candidate.referral
    referral.state, referral.closed_at = ReferralState.CLOSED, candidate.closed_at
    referral.closed_shown_at = candidate.closed_at + timedelta(hours=scene.chance.randint(1, 23))
    if by_link or scene.now - candidate.closed_at > FORGET:
        candidate.name, candidate.email, candidate.phone = "", "", None
    if by_link:
        candidate.progress_shown, candidate.phone_hash = False, None
        line = audit_line(candidate, "candidate.withdraw", candidate.closed_at, ActorKind.CANDIDATE, referral.id)
    else:
        officer = scene.accounts["recruitment"].id
        line = audit_line(candidate, "candidate.close", candidate.closed_at, ActorKind.ACCOUNT, officer)
    audit.append(line)


def _check(scene: Scene, story: Story, candidate: Candidate, referral: Referral, day: date) -> None:
    """What recruitment found in the staff records."""
    terms = referral.scheme_version.read()
    left = scene.today - timedelta(days=30) if story.oddity == "referrer left" else None
    at = min(scene.at(day, 11, 30), scene.now)
    if left is not None:
        at = scene.at(left + timedelta(days=4), 11, 30)
        if referral.referrer is not None:
            referral.referrer.disabled_at = scene.at(left, 18)
    db.session.add(
        Eligibility(
            referral_id=referral.id,
            employment=scene.chance.choice(terms.referrers.employment).code,
            role=NONE_OF_THESE,
            referrer_left_on=left,
            friend_left_on=referral.made_at.date() - timedelta(days=60) if story.oddity == "former staff" else None,
            in_process=False,
            appointed=candidate.post,
            appointed_hours=candidate.hours,
            new_to_care=candidate.new_to_care,
            checked_by_id=scene.accounts[scene.chance.choice(("recruitment", "second_recruitment"))].id,
            checked_at=at,
        )
    )


def _note(scene: Scene, candidate: Candidate) -> None:
    words = scene.chance.choice(CANDIDATE_NOTES)
    by = scene.accounts["second_recruitment"].id
    at = scene.at(candidate.stage_since, 17)
    db.session.add(CandidateNote(candidate_id=candidate.id, words=words, written_by_id=by, written_at=at))


def _declare(scene: Scene, referral: Referral) -> None:
    at = scene.at(scene.today - timedelta(days=2), 9)
    by = scene.accounts["recruitment"].id
    db.session.add(Household(referral_id=referral.id, account_id=by, declared_at=at))


def _phone(scene: Scene) -> str:
    return f"07700 900 {scene.chance.randint(0, 999):03}"
