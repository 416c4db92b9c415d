"""Private links to somebody else's pages: in a demonstration anybody may be anybody."""

from __future__ import annotations

from datetime import timedelta

from outreach import clock
from outreach.accounts.links import mint_link
from outreach.accounts.rules import FOLLOW_LASTS, OUTCOME_LASTS
from outreach.ambassadors.rules import MANAGER_LINK_LASTS, OWN_LINK_LASTS
from outreach.demo.queries import (
    find_applicant,
    find_asked_manager,
    find_busy_ambassador,
    find_coming_visit,
    find_friend,
    find_unrecorded_visit,
    find_visit_alone,
    find_waiting_invitation,
)
from outreach.errors import Conflict
from outreach.web.door import ActorKind, Purpose


def mint_demo_link(purpose: Purpose) -> str:
    """A link as it would have been mailed, to whoever has something to do just now. Raises Conflict if nobody has."""
    if purpose is Purpose.FOLLOW:
        request = find_coming_visit()
        if request is None:
            raise Conflict("No school or college waits for a visit: accept a request as the coordinator.")
        return mint_link(purpose, request.id, ActorKind.CONTACT, request.contact_id, clock.now() + FOLLOW_LASTS)
    if purpose is Purpose.MANAGER:
        agreement = find_asked_manager()
        if agreement is None:
            raise Conflict("No line manager waits to be asked: confirm an application from the mails.")
        expires = clock.now() + MANAGER_LINK_LASTS
        return mint_link(purpose, agreement.id, ActorKind.MANAGER, agreement.id, expires)
    if purpose is Purpose.OWN:
        ambassador = find_busy_ambassador()
        if ambassador is None:
            raise Conflict("No ambassador has anything to do: invite somebody as the coordinator.")
        expires = clock.now() + OWN_LINK_LASTS
        return mint_link(purpose, ambassador.id, ActorKind.AMBASSADOR, ambassador.id, expires)
    if purpose is Purpose.FRIEND:
        referral = find_friend()
        if referral is None:
            raise Conflict("No friend has been referred: open the link of a member of staff, and enter details there.")
        expires = referral.ends_at if referral.agreed_at is None else clock.now() + FOLLOW_LASTS
        return mint_link(purpose, referral.id, ActorKind.CANDIDATE, referral.id, expires)
    assignment = find_waiting_invitation() if purpose is Purpose.INVITATION else find_unrecorded_visit()
    if assignment is None:
        words = "waits for an answer" if purpose is Purpose.INVITATION else "is over without a record"
        raise Conflict(f"No ambassador’s visit {words}: invite somebody as the coordinator.")
    lasts = timedelta(days=1) if purpose is Purpose.INVITATION else OUTCOME_LASTS
    ends = assignment.event.ends_at + lasts
    return mint_link(purpose, assignment.id, ActorKind.AMBASSADOR, assignment.ambassador_id, ends)


def mint_leaving_link() -> str:
    """The link by which somebody says that they have left a visit alone. Raises Conflict if nobody makes one."""
    assignment = find_visit_alone()
    if assignment is None:
        raise Conflict("No ambassador is at a visit by themselves: plan one for today as the coordinator.")
    expires = clock.now() + OUTCOME_LASTS
    token = mint_link(Purpose.OUTCOME, assignment.id, ActorKind.AMBASSADOR, assignment.ambassador_id, expires)
    return f"/check-out/{token.rpartition('/')[2]}"


def mint_joining_link() -> str:
    """The link by which somebody confirms that they want to join. Raises Conflict if nobody is to confirm."""
    ambassador = find_applicant()
    if ambassador is None:
        raise Conflict("Nobody has an application to confirm: make one by Become an ambassador.")
    lasts = clock.now() + OWN_LINK_LASTS
    return f"{mint_link(Purpose.OWN, ambassador.id, ActorKind.AMBASSADOR, ambassador.id, lasts)}/joining"
