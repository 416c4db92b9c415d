"""What a referrer does."""

from __future__ import annotations

import secrets

from outreach import clock
from outreach.accounts.links import address, mint_link
from outreach.accounts.models import Account
from outreach.accounts.queries import get_account
from outreach.accounts.rules import plain_email
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db
from outreach.errors import Conflict, NotFound
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.referrals.actions.ending import end_referral
from outreach.referrals.models import Asked, PendingFriend, ReferLink, Referral, SchemeVersion
from outreach.referrals.queries.contacts import hash_email
from outreach.referrals.queries.referring import (
    count_waiting,
    find_asked,
    find_link_of,
    find_open_candidate,
    is_refused,
    list_pending_with,
)
from outreach.referrals.queries.scheme import get_version_in_force
from outreach.referrals.rules.consent import (
    CODE_LETTERS,
    WAITS,
    ReferralState,
    Way,
    check_pending,
)
from outreach.web.door import Actor, ActorKind, Purpose
from outreach.web.keys import ALPHABET, new_reference

NOT_ONESELF = "You cannot refer yourself. Enter your friend’s email address"


def make_link(actor: Actor) -> ReferLink:
    """The referrer's personal link, made if there is none yet."""
    account = _referrer(actor)
    link = find_link_of(account.id)
    if link is not None:
        return link
    link = ReferLink(account_id=account.id, code=new_code(CODE_LETTERS), made_at=clock.now())
    taken = Conflict("You have a link already. Open the page again to see it.")
    add_or_refuse(link, {"uq_refer_link_account_id": taken, "refer_link.account_id": taken})
    record(actor, "refer_link.make", link)
    return link


def renew_link(actor: Actor) -> ReferLink:
    """Give the referrer another link; the old one and every poster with it stop at once."""
    link = find_link_of(_referrer(actor).id)
    if link is None:
        raise NotFound
    link.code = new_code(CODE_LETTERS)
    link.made_at = clock.now()
    record(actor, "refer_link.renew", link)
    return link


def refer_by_details(actor: Actor, *, name: str, email: str) -> None:
    """Ask a friend, whose details the referrer passes on with the friend's leave, whether they agree.

    Nothing that can be seen tells whether a mail goes out: somebody who asked never to be referred, was asked
    in the last month, is waiting to answer or has an application under way is not written to, and the referral
    then ends as if unanswered.
    Raises Conflict for oneself, and beyond the limit of friends who wait.
    """
    version = get_version_in_force(clock.today())
    if not version.read().details_mode:
        raise NotFound
    account = _referrer(actor, lock=True)
    if plain_email(email) == plain_email(account.email):
        raise Conflict(NOT_ONESELF, "email")
    check_pending(count_waiting(account.id, clock.now()))
    referral = add_referral(account, version, Way.DETAILS)
    referral.stated_at = referral.made_at
    record(actor, "referral.make", referral)
    contact = hash_email(email)
    known = find_open_candidate(contact)
    if known is not None:
        referral.duplicate_of_id = known.referral_id
    elif find_asked(contact) is None and not is_refused(contact) and not list_pending_with(contact):
        pending = PendingFriend(
            referral_id=referral.id,
            name=name,
            email=email,
            contact_hash=contact,
            progress_shown=False,
            mails=0,
            created_at=referral.made_at,
        )
        pending.referral = referral
        db.session.add(pending)
        write_to_friend(pending, "referrals/notice")


def take_back(actor: Actor, referral: Referral) -> None:
    """The referrer withdraws a referral that the friend has not answered. Raises Conflict once it is answered."""
    if actor.kind is not ActorKind.ACCOUNT or actor.id != referral.referrer_id:
        raise NotFound
    db.session.refresh(referral, with_for_update=True)
    if referral.agreed_at is not None:
        raise Conflict("Your friend has said yes, so only they can withdraw now.")
    # Where the friend has said no the page may still say 'waiting', and this must not say more than that.
    if referral.state is ReferralState.WAITING:
        end_referral(actor, referral)


def add_referral(
    referrer: Account | None, version: SchemeVersion, way: Way, *, event_id: int | None = None
) -> Referral:
    """A new referral under the terms in force, waiting for the friend; without a referrer by an event's code."""
    now = clock.now()
    referral = Referral(
        reference=new_reference("RF"),
        referrer_id=referrer.id if referrer else None,
        event_id=event_id,
        scheme_version_id=version.id,
        way=way,
        state=ReferralState.WAITING,
        made_at=now,
        ends_at=now + WAITS,
    )
    db.session.add(referral)
    db.session.flush()
    return referral


def write_to_friend(pending: PendingFriend, message: str) -> None:
    """The one mail that asks. It holds no job list, and nothing in it tells us whether it was opened."""
    referral = pending.referral
    link = mint_link(Purpose.FRIEND, referral.id, ActorKind.CANDIDATE, referral.id, referral.ends_at)
    referrer = get_account(referral.referrer_id) if referral.referrer_id else None
    queue_mail(
        Recipient(RecipientKind.FRIEND, referral.id, pending.name, pending.email),
        message,
        about=referral,
        referral=referral,
        referrer=referrer,
        link=link,
        day=clock.local(referral.ends_at).date(),
        privacy=address("/privacy"),
    )
    pending.mailed_at = clock.now()
    pending.mails += 1
    asked = find_asked(pending.contact_hash)
    if asked is None:
        asked = Asked(contact_hash=pending.contact_hash, mails=0, last_at=pending.mailed_at)
        again = Conflict("That did not work. Try again.")
        add_or_refuse(asked, {"pk_asked": again, "asked.contact_hash": again})
    asked.mails += 1
    asked.last_at = pending.mailed_at


def _referrer(actor: Actor, *, lock: bool = False) -> Account:
    if actor.kind is not ActorKind.ACCOUNT or actor.id is None:
        raise NotFound
    account = db.session.get(Account, actor.id, with_for_update=lock or None)
    if account is None or account.disabled_at is not None:
        raise NotFound
    return account


def new_code(letters: int) -> str:
    """A random code of letters and digits that are not taken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(letters))
