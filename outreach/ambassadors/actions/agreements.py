"""What a line manager is asked and says, by link or on paper, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select

from outreach import clock
from outreach.accounts.links import revoke_links
from outreach.accounts.rules import plain_email
from outreach.ambassadors.actions.mailing import mail_coordinators, mail_manager, own_link, recipient
from outreach.ambassadors.actions.readiness import add_items
from outreach.ambassadors.models import Ambassador, ManagerAgreement, ReadinessItem, Requirement
from outreach.ambassadors.queries import find_agreement, get_ambassador, list_requirements
from outreach.ambassadors.queries.joining import list_asked_since
from outreach.ambassadors.rules import (
    Agreement,
    AmbassadorStatus,
    AmbassadorStep,
    RequirementKind,
    check_asked,
    check_done_on,
    check_manager,
    next_status,
    stamp_of,
    status_after_answer,
)
from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.outbox.actions import AddressCorrected, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Actor, ActorKind, Purpose, Role

NOT_CONFIRMED = "They have not confirmed their email address yet: until they do, nobody is asked."


@dataclass(frozen=True)
class ManagerAnswer:
    """What a line manager says. Without hours it is 'not now'."""

    hours: Decimal | None
    backfill: bool = False
    words: str = ""

    @property
    def agrees(self) -> bool:
        return self.hours is not None


def ask_manager(actor: Actor, ambassador: Ambassador, *, name: str, email: str) -> ManagerAgreement:
    """Mail a line manager their link. The same manager again is reminded; another one takes the first one's place.

    A coordinator may; the applicant may once a manager has said not now. Raises Conflict beside the address when it
    is the applicant's own, or when applicants have named it too often today.
    """
    own = _check_asker(actor, ambassador)
    lock_row(ambassador)
    if ambassador.unconfirmed_since is not None:
        raise Conflict(NOT_CONFIRMED)
    status = next_status(ambassador.status, AmbassadorStep.ASK_MANAGER)
    check_manager(ambassador.email, email)
    known = find_agreement(ambassador.id)
    if own and known is not None and known.status is Agreement.ASKED:
        raise Conflict("We are waiting for your manager’s answer. If you named the wrong person, tell us.")
    if own:
        check_asked(email, list_asked_since(clock.start_of(clock.today())))
    asked_before = known is not None and known.status in (Agreement.NAMED, Agreement.ASKED)
    if known is None or not asked_before or plain_email(known.manager_email) != plain_email(email):
        end_agreements(ambassador)
        known = name_manager(ambassador, name=name, email=email)
    known.manager_name, known.manager_email = name, email
    known.status, known.asked_at = Agreement.ASKED, clock.now()
    _move(ambassador, status)
    record(actor, "ambassador.ask_manager", ambassador)
    mail_manager(ambassador, known)
    return known


def name_manager(ambassador: Ambassador, *, name: str, email: str) -> ManagerAgreement:
    """Write down who is to be asked. Nobody is mailed yet. No guard, no audit."""
    check_manager(ambassador.email, email)
    agreement = ManagerAgreement(
        ambassador_id=ambassador.id,
        manager_name=name,
        manager_email=email,
        status=Agreement.NAMED,
        words="",
        asked_at=clock.now(),
    )
    db.session.add(agreement)
    db.session.flush()
    return agreement


def answer_agreement(actor: Actor, agreement: ManagerAgreement, answer: ManagerAnswer, seen: str) -> None:
    """Take down what a line manager says by their link, or how they change it while the link lives.

    A yes is an item of the checklist; a no takes it away. The applicant and the coordinators are mailed. `seen` is the
    stamp of the page that they answered on: raises Conflict where somebody with the same link was quicker, and once
    the person is past joining.
    """
    if actor.kind is not ActorKind.MANAGER or actor.id != agreement.id:
        raise NotFound
    ambassador = get_ambassador(agreement.ambassador_id)
    lock_row(ambassador)
    lock_row(agreement)
    if agreement.status not in (Agreement.ASKED, Agreement.AGREED, Agreement.NOT_NOW):
        raise Conflict("Somebody else has been asked in the meantime: no answer is needed.")
    if seen != stamp_of(agreement.status, agreement.answered_at):
        raise Conflict("An answer has been given already. Open the page again to see it, and to change it if you need.")
    status = status_after_answer(ambassador.status, agrees=answer.agrees)
    _write_down(agreement, answer)
    _move(ambassador, status)
    if answer.agrees:
        add_items(ambassador, _manager_items(), clock.today())
    else:
        _take_item_away(ambassador)
    if answer.hours is None:
        record(actor, "ambassador.not_now", ambassador)
    else:
        record(actor, "ambassador.agree", ambassador, hours=f"{answer.hours}", backfill=answer.backfill)
    _tell_applicant(ambassador, agreement)
    mail_coordinators(actor, ambassador, "manager_answered", agreement=agreement, agrees=answer.agrees)


def record_agreement(
    actor: Actor, ambassador: Ambassador, answer: ManagerAnswer, *, name: str, email: str, done_on: date
) -> None:
    """Record an agreement that was made on paper; it takes the place of what was asked or agreed before.

    Somebody who is joining goes on to training, and is mailed. Raises Conflict beside the day or the address.
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may record an agreement.")
    lock_row(ambassador)
    if ambassador.unconfirmed_since is not None:
        raise Conflict(NOT_CONFIRMED)
    if ambassador.status is AmbassadorStatus.LEFT:
        raise Conflict("This ambassador has left, so their record is not changed any more.")
    items = _manager_items()
    for item in items:
        check_done_on(done_on, item.months_valid, clock.today())
    if email:
        check_manager(ambassador.email, email)
    end_agreements(ambassador)
    agreement = ManagerAgreement(
        ambassador_id=ambassador.id, manager_name=name, manager_email=email, asked_at=clock.now()
    )
    _write_down(agreement, answer)
    db.session.add(agreement)
    joins = ambassador.status in (AmbassadorStatus.INTERESTED, AmbassadorStatus.AWAITING_MANAGER)
    if joins:
        _move(ambassador, status_after_answer(ambassador.status, agrees=True))
    add_items(ambassador, items, done_on, by=actor)
    record(actor, "ambassador.record_agreement", ambassador, hours=f"{answer.hours}", backfill=answer.backfill)
    if joins:
        _tell_applicant(ambassador, agreement)


def end_agreements(ambassador: Ambassador) -> None:
    """Let go of every agreement of somebody, and end the links to them; who was only named is forgotten. No audit."""
    live = select(ManagerAgreement).where(
        ManagerAgreement.ambassador_id == ambassador.id, ManagerAgreement.status != Agreement.ENDED
    )
    for one in db.session.scalars(live):
        if one.status is Agreement.NAMED:
            db.session.delete(one)
            continue
        one.status = Agreement.ENDED
        revoke_links(Purpose.MANAGER, one.id)
    db.session.flush()


def correct_manager_address(fact: AddressCorrected) -> None:
    """A mail did not reach a line manager and goes to another address now: the agreement says so too."""
    if fact.kind is not RecipientKind.MANAGER:
        return
    agreement = db.session.get(ManagerAgreement, fact.id)
    if agreement is None:
        raise NotFound
    ambassador = get_ambassador(agreement.ambassador_id)
    check_manager(ambassador.email, fact.email)
    agreement.manager_email = fact.email.lower()
    record(fact.actor, "ambassador.correct_manager_address", ambassador)


def _check_asker(actor: Actor, ambassador: Ambassador) -> bool:
    """Whether it is the applicant; a coordinator may ask for them."""
    if actor.kind is ActorKind.AMBASSADOR:
        if actor.id != ambassador.id:
            raise NotFound
        return True
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may ask a line manager for somebody else.")
    return False


def _write_down(agreement: ManagerAgreement, answer: ManagerAnswer) -> None:
    agreement.status = Agreement.AGREED if answer.agrees else Agreement.NOT_NOW
    agreement.hours_a_month = answer.hours
    agreement.backfill = answer.backfill if answer.agrees else None
    agreement.words = answer.words
    agreement.answered_at = clock.now()


def _move(ambassador: Ambassador, status: AmbassadorStatus) -> None:
    if ambassador.status is not status:
        ambassador.status, ambassador.status_since = status, clock.now()


def _tell_applicant(ambassador: Ambassador, agreement: ManagerAgreement) -> None:
    message = "manager_agreed" if agreement.status is Agreement.AGREED else "manager_not_now"
    link = f"{own_link(ambassador)}/joining"
    queue_mail(recipient(ambassador), f"ambassadors/{message}", about=ambassador, agreement=agreement, link=link)


def _manager_items() -> list[Requirement]:
    return [one for one in list_requirements() if one.kind is RequirementKind.MANAGER]


def _take_item_away(ambassador: Ambassador) -> None:
    kinds = [one.id for one in _manager_items()]
    db.session.execute(
        delete(ReadinessItem).where(
            ReadinessItem.ambassador_id == ambassador.id, ReadinessItem.requirement_id.in_(kinds)
        )
    )
