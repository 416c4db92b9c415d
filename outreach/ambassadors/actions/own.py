"""What ambassadors change of their own record, and having the link to their page sent again."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from outreach import clock
from outreach.ambassadors.actions.joining import WITH_OWN_PAGE
from outreach.ambassadors.actions.mailing import own_link, recipient
from outreach.ambassadors.actions.readiness import add_items
from outreach.ambassadors.models import Ambassador, ReadinessItem
from outreach.ambassadors.queries import find_not_left, was_mailed
from outreach.ambassadors.queries.own import find_consent, list_consents
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.outbox.actions import queue_mail
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.keys import keyed_digest

# What somebody may say of themselves. Name, address, employer and role are put right by the coordinator.
OWN_COLUMNS = frozenset({"story", "base_town", "travels_to", "terms", "notice_days", "visits_a_month"})
LINKS_A_DAY = 3
# A pause ends the links that were sent; whoever is paused may look at their page by a new one.
MAY_SEE_OWN_PAGE = WITH_OWN_PAGE | {AmbassadorStatus.PAUSED}


def change_own(actor: Actor, ambassador: Ambassador, columns: Mapping[str, object], version: str) -> None:
    """Change what somebody says of themselves. Raises Conflict when the record changed since the form was opened."""
    check_own(actor, ambassador)
    if not columns.keys() <= OWN_COLUMNS:
        raise NotFound
    lock_row(ambassador, version)
    check_there(ambassador)
    for column, value in columns.items():
        setattr(ambassador, column, value)
    # Districts and terms are rows of other tables: the version must move for them, too.
    flag_modified(ambassador, "story")
    record(actor, "ambassador.edit_own", ambassador, parts=sorted(columns))


def agree_to_be_shown(actor: Actor, ambassador: Ambassador) -> None:
    """Somebody lets first name, role and story be shown to everybody, from today. Said twice, it counts once."""
    check_own(actor, ambassador, coordinator=False)
    lock_row(ambassador)
    check_there(ambassador)
    if find_consent(ambassador.id) is None:
        add_items(ambassador, list_consents(), clock.today())
        record(actor, "ambassador.agree_to_be_shown", ambassador)


def stop_being_shown(actor: Actor, ambassador: Ambassador) -> None:
    """Take that back: from now on nobody finds their name. Said twice, it counts once."""
    check_own(actor, ambassador, coordinator=False)
    lock_row(ambassador)
    if find_consent(ambassador.id) is None:
        return
    kinds = [one.id for one in list_consents()]
    db.session.execute(
        delete(ReadinessItem).where(
            ReadinessItem.ambassador_id == ambassador.id, ReadinessItem.requirement_id.in_(kinds)
        )
    )
    record(actor, "ambassador.stop_being_shown", ambassador)


def send_own_link(email: str) -> None:
    """Mail the link to somebody's own page to the address they have in the register, a few times a day at most.

    Does nothing for anybody else, and says nothing of it: the page has the same words in either case.
    """
    ambassador = find_not_left(email.lower())
    if ambassador is None or ambassador.unconfirmed_since is not None or ambassador.status not in MAY_SEE_OWN_PAGE:
        return
    lock_row(ambassador)  # two requests at once wait for each other, or both would take the same place in the day
    for number in range(1, LINKS_A_DAY + 1):
        once = f"own link {clock.today():%Y-%m-%d} {number} {keyed_digest(ambassador.email)[:40]}"
        if not was_mailed(once):
            to = recipient(ambassador)
            queue_mail(to, "ambassadors/own_link", about=ambassador, once=once, link=own_link(ambassador))
            return


def check_own(actor: Actor, ambassador: Ambassador, *, coordinator: bool = True) -> None:
    """Theirs alone, or a coordinator's for them. Anybody else knows of no such row."""
    if actor.kind is ActorKind.AMBASSADOR:
        if actor.id != ambassador.id:
            raise NotFound
    elif not coordinator or not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may do this for an ambassador.")


def check_there(ambassador: Ambassador) -> None:
    """Refuse a change of somebody who has left, or who has not said that it is they. Raises Conflict."""
    if ambassador.status is AmbassadorStatus.LEFT:
        raise Conflict("This ambassador has left, so their record is not changed any more.")
    if ambassador.unconfirmed_since is not None:
        raise Conflict("Confirm your email address first, by the link in our email.")
