"""What a friend does: enters their details by a referrer's link, answers, changes their mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from outreach import clock
from outreach.accounts.links import address, mint_link, set_links_end
from outreach.accounts.queries import list_accounts_with
from outreach.accounts.rules import FOLLOW_LASTS
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db
from outreach.districts.models import District
from outreach.errors import Conflict, NotFound
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.referrals.actions.ending import end_referral
from outreach.referrals.actions.refer import NOT_ONESELF, add_referral, write_to_friend
from outreach.referrals.actions.stages import enter_stage
from outreach.referrals.models import (
    Candidate,
    EventCode,
    PendingFriend,
    ReferLink,
    Referral,
    Refusal,
)
from outreach.referrals.queries.contacts import hash_email, hash_phone
from outreach.referrals.queries.referring import (
    count_mails,
    find_asked,
    find_open_candidate,
    get_referral,
    is_refused,
    list_pending_with,
    lock_pending,
)
from outreach.referrals.queries.scheme import get_version_in_force
from outreach.referrals.rules.consent import (
    BETWEEN_MAILS,
    MOST_MAILS,
    NOTICE_VERSION,
    TYPED,
    ReferralState,
    Way,
    may_write,
    step,
)
from outreach.referrals.rules.stages import StageReached
from outreach.web.door import PUBLIC, Actor, ActorKind, Purpose, Role
from outreach.web.facts import emit

ALREADY = Conflict(
    "You have said yes to a referral before, and your application is under way. "
    "The mail you got then has the link to it."
)


@dataclass(frozen=True)
class FriendDetails:
    """What a friend tells about themselves."""

    name: str
    email: str
    phone: str | None
    post: str
    district: District
    hours: int | None
    new_to_care: bool
    progress_shown: bool


def enter_details(actor: Actor, source: ReferLink | EventCode, details: FriendDetails) -> None:
    """A friend enters their details, by a referrer's link or by the code of a careers event.

    They wait in quarantine until the link mailed to them is answered. Nobody can be entered by somebody else,
    nor learn what we know of an address: whoever asked never to be referred gets no mail, and whoever has an
    application under way gets the link to it. Raises Conflict for a referrer on their own link.
    """
    version = get_version_in_force(clock.today())
    if version.read().post(details.post) is None:
        raise Conflict("Select the work you are looking for", "post")
    referrer = source.account if isinstance(source, ReferLink) else None
    event_id = source.event_id if isinstance(source, EventCode) else None
    contact = hash_email(details.email)
    if referrer is not None:
        if actor.kind is ActorKind.ACCOUNT and actor.id == referrer.id:
            raise Conflict(NOT_ONESELF, "email")
        if contact == hash_email(referrer.email):
            return
    by = (referrer.id if referrer else None, event_id)
    same = [one for one in list_pending_with(contact) if _typed(one)]
    own = next((one for one in same if (one.referral.referrer_id, one.referral.event_id) == by), None)
    if own is None:
        referral = add_referral(referrer, version, Way.LINK if referrer else Way.EVENT, event_id=event_id)
        record(PUBLIC, "referral.enter", referral)
        own = _quarantine(referral, contact)
    # Whoever is known or has refused leaves a row with a hash and nothing else, so that trying the same address
    # twice adds one referral to the referrer's list as it does for anybody.
    known = find_open_candidate(contact)
    if known is not None:
        own.referral.duplicate_of_id = known.referral_id
        _remind(known)
    elif not is_refused(contact):
        _put_details(own, details)
        asked = find_asked(contact)
        if may_write(asked.mails if asked else 0, asked.last_at if asked else None, clock.now()):
            write_to_friend(own, "referrals/confirm")


def say_yes(actor: Actor, referral_id: int, details: FriendDetails | None = None) -> Candidate:
    """The friend agrees: from here on recruitment may see them. `details` correct what was held until now.

    Takes up the first stage, ends every other notice to the same friend, tells the friend and recruitment.
    Emits StageReached. Raises Conflict if they answered already or an application of theirs is under way.
    """
    referral, pending = _waiting(actor, referral_id)
    held = details or _as_entered(pending)
    terms = referral.scheme_version.read()
    if terms.post(held.post) is None:
        raise Conflict("Select the work you are looking for", "post")
    contact, first, today = pending.contact_hash, terms.stages[0].code, clock.today()
    email = pending.email
    candidate = Candidate(
        referral_id=referral.id,
        name=held.name,
        email=email,
        phone=held.phone,
        contact_hash=contact,
        phone_hash=hash_phone(held.phone),
        post=held.post,
        district_id=held.district.id,
        hours=held.hours,
        new_to_care=held.new_to_care,
        progress_shown=held.progress_shown,
        notice=NOTICE_VERSION,
        agreed_at=clock.now(),
        stage=first,
        stage_since=today,
    )
    add_or_refuse(
        candidate, {"uq_candidate_contact_hash_open": ALREADY, "UNIQUE constraint failed: candidate.": ALREADY}
    )
    referral.state = step(referral.state, "agree")
    referral.agreed_at = candidate.agreed_at
    db.session.delete(pending)
    record(actor, "referral.agree", referral, progress_shown=held.progress_shown)
    enter_stage(actor, candidate, referral, first, today)
    set_links_end(Purpose.FRIEND, [referral.id], clock.now() + FOLLOW_LASTS)
    for other in list_pending_with(contact):
        if other.referral_id != referral.id:
            end_referral(actor, other.referral, duplicate_of=referral)
    _write(candidate, referral, "referrals/agreed")
    for officer in list_accounts_with(Role.RECRUITMENT_OFFICER):
        if officer.id != referral.referrer_id:
            to = Recipient(RecipientKind.ACCOUNT, officer.id, officer.name, officer.email)
            page = address(f"/candidates/{referral.reference}")
            queue_mail(
                to,
                "referrals/new_candidate",
                about=referral,
                reference=referral.reference,
                from_event=referral.way is Way.EVENT,
                link=page,
            )
    emit(StageReached(referral.id, first, today))
    return candidate


def say_no(actor: Actor, referral_id: int, *, never: bool = False) -> None:
    """The friend refuses: everything of theirs is deleted. `never` leaves a keyed hash, so that nobody asks again."""
    referral, pending = _waiting(actor, referral_id)
    ended = [referral]
    if never:
        # Whoever never wants to be asked is not asked by the other notices either.
        ended += [one.referral for one in list_pending_with(pending.contact_hash) if one.referral is not referral]
        if not is_refused(pending.contact_hash):
            refusal = Refusal(contact_hash=pending.contact_hash, refused_at=clock.now())
            again = Conflict("You have answered already.")
            add_or_refuse(refusal, {"uq_refusal_contact_hash": again, "refusal.contact_hash": again})
    for one in ended:
        end_referral(actor, one)


def own_referral(actor: Actor, referral_id: int, *, lock: bool = True) -> Referral:
    """The referral of the link that this friend opened, locked."""
    if actor.kind is not ActorKind.CANDIDATE or actor.id != referral_id:
        raise NotFound
    return get_referral(referral_id, lock=lock)


def _waiting(actor: Actor, referral_id: int) -> tuple[Referral, PendingFriend]:
    own_referral(actor, referral_id, lock=False)
    referral, pending = lock_pending(referral_id)
    if referral.state is not ReferralState.WAITING or pending is None or clock.now() >= referral.ends_at:
        raise Conflict("You have answered already, or the time to answer is over.")
    return referral, pending


def _typed(pending: PendingFriend) -> bool:
    return pending.referral.way in TYPED


def _quarantine(referral: Referral, contact: str) -> PendingFriend:
    pending = PendingFriend(
        referral_id=referral.id,
        name="",
        email="",
        contact_hash=contact,
        progress_shown=False,
        mails=0,
        created_at=referral.made_at,
    )
    pending.referral = referral
    db.session.add(pending)
    return pending


def _put_details(pending: PendingFriend, details: FriendDetails) -> None:
    pending.name, pending.email, pending.phone = details.name, details.email, details.phone
    pending.post, pending.district_id, pending.hours = details.post, details.district.id, details.hours
    pending.new_to_care, pending.progress_shown = details.new_to_care, details.progress_shown


def _as_entered(pending: PendingFriend) -> FriendDetails:
    """What the friend typed. Raises Conflict where the referrer passed on a name and an address only."""
    district = db.session.get(District, pending.district_id) if pending.district_id else None
    if district is None or pending.post is None or pending.new_to_care is None:
        raise Conflict("Enter your details first")
    return FriendDetails(
        name=pending.name,
        email=pending.email,
        phone=pending.phone,
        post=pending.post,
        district=district,
        hours=pending.hours,
        new_to_care=pending.new_to_care,
        progress_shown=pending.progress_shown,
    )


def _remind(candidate: Candidate) -> None:
    """Send somebody who has an application under way the link to it, as rarely as any unasked mail."""
    referral, message, now = candidate.referral, "referrals/already", clock.now()
    if count_mails(referral.id, message, now - BETWEEN_MAILS) == 0:
        month = count_mails(referral.id, message, now - timedelta(days=30))
        if month < MOST_MAILS:
            _write(candidate, referral, message)


def _write(candidate: Candidate, referral: Referral, message: str) -> None:
    expires = clock.now() + FOLLOW_LASTS
    link = mint_link(Purpose.FRIEND, referral.id, ActorKind.CANDIDATE, referral.id, expires)
    to = Recipient(RecipientKind.FRIEND, referral.id, candidate.name, candidate.email)
    queue_mail(to, message, about=referral, referral=referral, referrer=referral.referrer, link=link)
