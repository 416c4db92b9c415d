"""Who is joining, who waits for the coordinator, what expires, and whose pause is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.ambassadors.models import Ambassador, Employer, ManagerAgreement, ReadinessItem, Requirement
from outreach.ambassadors.queries.readiness import done_by, list_requirements, needed_of
from outreach.ambassadors.rules import (
    MANAGER_LINK_LASTS,
    REMIND_DAYS,
    TELL_EXPIRED_WITHIN,
    Agreement,
    AmbassadorStatus,
    Done,
    ItemStanding,
    readiness_of,
    standing_of,
)
from outreach.db import db
from outreach.errors import NotFound
from outreach.outbox.models import Mail


@dataclass(frozen=True)
class ChecklistLine:
    """One item of the county's checklist, as it stands for one person."""

    requirement: Requirement
    done: Done | None
    standing: ItemStanding
    by: str = ""  # the name of the account that recorded it; empty where a file or an answer by link did


@dataclass(frozen=True)
class Waiting:
    """Somebody who is joining and needs the coordinator: why, and since when."""

    ambassador: Ambassador
    why: str
    since: datetime


def list_checklist(ambassador: Ambassador) -> list[ChecklistLine]:
    """The whole checklist of one person, in its order."""
    done = done_by([ambassador.id]).get(ambassador.id, {})
    by, today = _recorders_of(ambassador), clock.today()
    return [
        ChecklistLine(
            one, done.get(one.id), standing_of(done.get(one.id), today, required=one.required), by.get(one.id, "")
        )
        for one in list_requirements()
    ]


def _recorders_of(ambassador: Ambassador) -> dict[int, str]:
    """The names of the accounts that recorded somebody's items, by requirement."""
    rows = db.session.execute(
        select(ReadinessItem.requirement_id, ReadinessItem.recorded_by_id).where(
            ReadinessItem.ambassador_id == ambassador.id
        )
    )
    accounts = {requirement_id: account_id for requirement_id, account_id in rows if account_id is not None}
    names = list_account_names(set(accounts.values()))
    return {requirement_id: names.get(account_id, "") for requirement_id, account_id in accounts.items()}


def name_of_recorder(item: ReadinessItem | None) -> str:
    """The name of the account that recorded an item; empty where none did."""
    if item is None or item.recorded_by_id is None:
        return ""
    return list_account_names({item.recorded_by_id}).get(item.recorded_by_id, "")


def lacking_today(ambassador: Ambassador) -> tuple[str, ...]:
    """What keeps somebody from being ready, by label, whatever their state."""
    done = done_by([ambassador.id]).get(ambassador.id, {})
    found = readiness_of(AmbassadorStatus.ACTIVE, needed_of(list_requirements()), done, clock.today())
    return (*found.missing, *found.expired)


def get_requirement(code: str) -> Requirement:
    """An item of the checklist that is asked for at present."""
    found = db.session.scalar(select(Requirement).where(Requirement.code == code, Requirement.offered))
    if found is None:
        raise NotFound
    return found


def find_item(ambassador_id: int, requirement_id: int) -> ReadinessItem | None:
    return db.session.scalar(
        select(ReadinessItem).where(
            ReadinessItem.ambassador_id == ambassador_id, ReadinessItem.requirement_id == requirement_id
        )
    )


def get_agreement(agreement_id: int) -> ManagerAgreement:
    found = db.session.get(ManagerAgreement, agreement_id)
    if found is None:
        raise NotFound
    return found


def list_asked_since(moment: datetime) -> list[str]:
    """The addresses of line managers who were asked since a moment, one for each time."""
    asked = ManagerAgreement.asked_at >= moment, ManagerAgreement.status != Agreement.NAMED
    return list(db.session.scalars(select(ManagerAgreement.manager_email).where(*asked)))


def was_mailed(once: str) -> bool:
    """Whether the mail of this key was queued before."""
    return db.session.scalar(select(Mail.id).where(Mail.once == once)) is not None


def list_known_employers() -> list[Employer]:
    """Employers to choose from in public: the council, and those of people a coordinator has to do with."""
    held = exists().where(
        Ambassador.employer_id == Employer.id,
        Ambassador.status.in_((AmbassadorStatus.IN_TRAINING, AmbassadorStatus.ACTIVE, AmbassadorStatus.PAUSED)),
    )
    return list(
        db.session.scalars(
            select(Employer)
            .where(or_(Employer.is_council, held))
            .order_by(Employer.is_council.desc(), Employer.name, Employer.id)
        )
    )


def list_waiting() -> list[Waiting]:
    """Who is joining and waits for the coordinator, longest first. A number of queries that does not grow."""
    joining = (AmbassadorStatus.INTERESTED, AmbassadorStatus.AWAITING_MANAGER, AmbassadorStatus.IN_TRAINING)
    people = list(
        db.session.scalars(
            select(Ambassador)
            .where(Ambassador.status.in_(joining), Ambassador.unconfirmed_since.is_(None))
            .options(joinedload(Ambassador.home_district))
            .order_by(Ambassador.status_since, Ambassador.id)
        )
    )
    ids = [one.id for one in people]
    agreements = {
        one.ambassador_id: one
        for one in db.session.scalars(
            select(ManagerAgreement)
            .where(ManagerAgreement.ambassador_id.in_(ids), ManagerAgreement.status != Agreement.ENDED)
            .order_by(ManagerAgreement.id)
        )
    }
    done, needed, today = done_by(ids), needed_of(list_requirements()), clock.today()
    found = []
    for one in people:
        ready = readiness_of(AmbassadorStatus.ACTIVE, needed, done.get(one.id, {}), today).ready
        why = _why_waiting(one.status, agreements.get(one.id), complete=ready)
        if why:
            found.append(Waiting(one, why, one.status_since))
    return found


def _why_waiting(status: AmbassadorStatus, agreement: ManagerAgreement | None, *, complete: bool) -> str:
    if status is AmbassadorStatus.IN_TRAINING:
        return "Everything on the checklist is done: make them active" if complete else ""
    if agreement is None:
        return "No line manager has been asked: ask one, or record an agreement on paper"
    if agreement.status is Agreement.NOT_NOW:
        return "Their line manager said not now: talk to them, or ask another manager"
    if agreement.asked_at < clock.now() - MANAGER_LINK_LASTS:
        return "Their line manager did not answer in three weeks: ask again, or telephone"
    return ""


def list_pauses_over(today: date) -> Sequence[Ambassador]:
    """Who paused until a day that is over."""
    return db.session.scalars(
        select(Ambassador)
        .where(Ambassador.status == AmbassadorStatus.PAUSED, Ambassador.paused_until < today)
        .order_by(Ambassador.id)
    ).all()


def list_expiring(today: date) -> list[tuple[ReadinessItem, Ambassador]]:
    """Items that expire soon or did so of late, of those who can be invited or are paused; soonest first."""
    rows = db.session.execute(
        select(ReadinessItem, Ambassador)
        .join(Ambassador, Ambassador.id == ReadinessItem.ambassador_id)
        .join(ReadinessItem.requirement)
        .where(
            Requirement.offered,
            ReadinessItem.expires_on >= today - timedelta(days=TELL_EXPIRED_WITHIN),
            ReadinessItem.expires_on <= today + timedelta(days=max(REMIND_DAYS)),
            Ambassador.status.in_((AmbassadorStatus.IN_TRAINING, AmbassadorStatus.ACTIVE, AmbassadorStatus.PAUSED)),
        )
        .options(joinedload(ReadinessItem.requirement))
        .order_by(ReadinessItem.expires_on, ReadinessItem.id)
    )
    return [(item, ambassador) for item, ambassador in rows]
