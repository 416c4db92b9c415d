"""Asking to join in public, and confirming it by the link in the mail."""

from __future__ import annotations

from dataclasses import dataclass

from outreach import clock
from outreach.ambassadors.actions.agreements import ask_manager, end_agreements, name_manager
from outreach.ambassadors.actions.mailing import own_link, recipient
from outreach.ambassadors.actions.register import AmbassadorDetails, columns_of, drop_unconfirmed
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import find_agreement, find_not_left, was_mailed
from outreach.ambassadors.rules import UNCONFIRMED_KEPT, AmbassadorStatus, check_manager
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, lock_row
from outreach.errors import Conflict, NotFound
from outreach.outbox.actions import queue_mail
from outreach.web.door import Actor, ActorKind
from outreach.web.keys import keyed_digest

# Whoever stands so may be sent a link to their own page by typing their address in public.
WITH_OWN_PAGE = frozenset(
    {
        AmbassadorStatus.INTERESTED,
        AmbassadorStatus.AWAITING_MANAGER,
        AmbassadorStatus.IN_TRAINING,
        AmbassadorStatus.ACTIVE,
    }
)


@dataclass(frozen=True)
class Application:
    """What somebody says who asks to join: about themselves, why, and who their line manager is."""

    details: AmbassadorDetails
    story: str
    manager_name: str
    manager_email: str


def apply_to_join(actor: Actor, application: Application) -> None:
    """Take down that somebody wants to join, and mail them a link by which to confirm that it is they.

    Who is in the register already gets another mail, and nothing is changed: the page says the same in either case.
    One such mail a day goes to an address. Raises Conflict beside the manager's address when it is their own.
    """
    check_manager(application.details.email, application.manager_email)
    email = application.details.email
    known = find_not_left(email) or _add(application) or find_not_left(email)
    if known is None or known.unconfirmed_since is None:
        if known is not None:
            _say_already(known)
        return
    lock_row(known)
    for column, value in columns_of(application.details).items():
        setattr(known, column, value)
    known.story, known.unconfirmed_since = application.story, clock.now()
    db.session.flush()
    end_agreements(known)
    name_manager(known, name=application.manager_name, email=application.manager_email)
    record(actor, "ambassador.apply", known, district=known.home_district.slug)
    if not was_mailed(once := _once("confirm", known.email)):
        queue_mail(
            recipient(known),
            "ambassadors/confirm",
            about=known,
            once=once,
            link=f"{own_link(known)}/joining",
            kept_days=UNCONFIRMED_KEPT,
        )


def confirm_application(actor: Actor, ambassador: Ambassador, version: str) -> None:
    """The applicant says by their own link that it is they: now their line manager is asked. Twice counts once.

    Raises Conflict when what was entered has changed since they opened the page.
    """
    _check_own(actor, ambassador)
    lock_row(ambassador)
    if ambassador.unconfirmed_since is None:
        return
    lock_row(ambassador, version)
    agreement = find_agreement(ambassador.id)
    ambassador.unconfirmed_since = None
    record(actor, "ambassador.confirm", ambassador)
    if agreement is not None:
        ask_manager(actor, ambassador, name=agreement.manager_name, email=agreement.manager_email)


def delete_application(actor: Actor, ambassador: Ambassador) -> None:
    """Somebody else typed this person's address: what was entered is deleted. Raises Conflict once confirmed."""
    _check_own(actor, ambassador)
    lock_row(ambassador)
    if ambassador.unconfirmed_since is None:
        raise Conflict("You have confirmed this already. To have it deleted, tell us.")
    drop_unconfirmed(actor, ambassador)


def _add(application: Application) -> Ambassador | None:
    """The row of a new applicant; None when somebody else was added with this address at this moment."""
    now = clock.now()
    ambassador = Ambassador(
        status=AmbassadorStatus.INTERESTED,
        registered_at=now,
        status_since=now,
        unconfirmed_since=now,
        story=application.story,
        **columns_of(application.details),
    )
    taken = Conflict("")
    try:
        add_or_refuse(ambassador, {"uq_ambassador_email_not_left": taken, "ambassador.email": taken})
    except Conflict:
        return None
    return ambassador


def _say_already(ambassador: Ambassador) -> None:
    once = _once("already", ambassador.email)
    if not was_mailed(once):  # before a link is minted for nothing
        may_open = ambassador.status in WITH_OWN_PAGE
        queue_mail(
            recipient(ambassador),
            "ambassadors/already",
            about=ambassador,
            once=once,
            link=f"{own_link(ambassador)}/joining" if may_open else "",
        )


def _once(message: str, email: str) -> str:
    """The mark of the one mail of this kind that an address gets in a day, whoever types it however often."""
    return f"join {message} {clock.today():%Y-%m-%d} {keyed_digest(email)[:40]}"


def _check_own(actor: Actor, ambassador: Ambassador) -> None:
    if actor.kind is not ActorKind.AMBASSADOR or actor.id != ambassador.id:
        raise NotFound
