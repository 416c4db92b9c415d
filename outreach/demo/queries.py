"""Finding somebody to be: whoever has something to do just now."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador, Away, ManagerAgreement, Thanks
from outreach.ambassadors.queries import select_ambassadors
from outreach.ambassadors.rules import Agreement, AmbassadorStatus
from outreach.db import db
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event
from outreach.events.queries.leaving import is_alone
from outreach.events.rules import AssignmentStatus, EventStatus
from outreach.institutions.models import Contact
from outreach.outbox.models import Mail
from outreach.outcomes.models import Outcome
from outreach.referrals.models import Candidate, PendingFriend, Referral
from outreach.referrals.rules.consent import ReferralState
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus

SAMPLE_COLUMNS = (
    *("Contact name", "E-mail", "Mobile", "Organisation", "Job title", "Type of role", "Area", "Offers"),
    "Membership number",
)
SAMPLE_NAMES = (
    *("Ada Sample", "Bram Sample", "Ceri Sample", "Dilip Sample", "Elif Sample", "Femi Sample", "Gwen Sample"),
    "=HYPERLINK(Sample)",
)
OPEN = (EventStatus.PLANNED, EventStatus.CONFIRMED)


def find_waiting_invitation() -> Assignment | None:
    """The soonest invitation that has not been answered."""
    return db.session.scalar(
        _assignments()
        .where(Assignment.status == AssignmentStatus.INVITED, Event.starts_at > clock.now())
        .order_by(Event.starts_at, Assignment.id)
        .limit(1)
    )


def find_unrecorded_visit() -> Assignment | None:
    """The latest visit that is over and of which its ambassador has not said how it went."""
    return db.session.scalar(
        _assignments()
        .outerjoin(Outcome, Outcome.event_id == Event.id)
        .where(Assignment.status == AssignmentStatus.ACCEPTED, Event.ends_at < clock.now(), Outcome.id.is_(None))
        .order_by(Event.ends_at.desc(), Assignment.id)
        .limit(1)
    )


def find_visit_alone() -> Assignment | None:
    """The visit of today, or the next, that somebody makes alone and has not said that they left."""
    soonest = (
        _assignments()
        .where(
            Assignment.status == AssignmentStatus.ACCEPTED,
            Assignment.checked_out_at.is_(None),
            Assignment.ends_at > clock.now() - timedelta(hours=12),
        )
        .order_by(Assignment.starts_at, Assignment.id)
    )
    return next((one for one in db.session.scalars(soonest) if is_alone(one)), None)


def _assignments() -> Select[Assignment]:
    return (
        select(Assignment)
        .join(Assignment.event)
        .where(Event.status.in_(OPEN))
        .options(contains_eager(Assignment.event), joinedload(Assignment.ambassador))
    )


def find_coming_visit() -> VisitRequest | None:
    """A request of a verified contact that was accepted, with somebody coming; the soonest."""
    return db.session.scalar(
        select(VisitRequest)
        .join(Event, Event.visit_request_id == VisitRequest.id)
        .join(Contact, Contact.id == VisitRequest.contact_id)
        .where(
            VisitRequest.status == RequestStatus.ACCEPTED,
            Event.status == EventStatus.CONFIRMED,
            Event.starts_at > clock.now(),
            Contact.verified_at.is_not(None),
        )
        .options(joinedload(VisitRequest.contact), joinedload(VisitRequest.institution))
        .order_by(Event.starts_at, Event.id)
        .limit(1)
    )


def find_applicant() -> Ambassador | None:
    """The newest application that nobody has confirmed; when all are, the newest of those who wait."""
    return db.session.scalar(
        select(Ambassador)
        .where(Ambassador.status.in_((AmbassadorStatus.INTERESTED, AmbassadorStatus.AWAITING_MANAGER)))
        .order_by(Ambassador.unconfirmed_since.is_(None), Ambassador.registered_at.desc(), Ambassador.id.desc())
        .limit(1)
    )


def find_asked_manager() -> ManagerAgreement | None:
    """The agreement for which a manager was asked last and has not answered; when all have, one that was answered."""
    return db.session.scalar(
        select(ManagerAgreement)
        .join(Ambassador, Ambassador.id == ManagerAgreement.ambassador_id)
        .where(
            ManagerAgreement.status.in_((Agreement.ASKED, Agreement.AGREED, Agreement.NOT_NOW)),
            Ambassador.status != AmbassadorStatus.ACTIVE,
        )
        .order_by(ManagerAgreement.status != Agreement.ASKED, ManagerAgreement.asked_at.desc(), ManagerAgreement.id)
        .limit(1)
    )


def find_busy_ambassador() -> Ambassador | None:
    """Whoever is active and has the most on their own page: visits agreed to and ahead, and thanks."""
    ahead = select(func.count()).where(
        Assignment.ambassador_id == Ambassador.id,
        Assignment.status == AssignmentStatus.ACCEPTED,
        Assignment.starts_at > clock.now(),
    )
    thanked = select(func.count()).where(Thanks.ambassador_id == Ambassador.id)
    away = select(func.count()).where(Away.ambassador_id == Ambassador.id, Away.last_day >= clock.today())
    most = [one.scalar_subquery().desc() for one in (ahead, away, thanked)]
    return db.session.scalar(
        select(Ambassador)
        .where(Ambassador.status == AmbassadorStatus.ACTIVE, ahead.scalar_subquery() > 0, thanked.scalar_subquery() > 0)
        .order_by(*most, Ambassador.id)
        .limit(1)
    )


def find_friend() -> Referral | None:
    """A friend who has been asked and has not answered, the newest; when all have, the newest who said yes."""
    waiting = select(Referral).join(PendingFriend, PendingFriend.referral_id == Referral.id)
    agreed = select(Referral).join(Candidate, Candidate.referral_id == Referral.id).where(Candidate.email != "")
    for query, state in ((waiting, ReferralState.WAITING), (agreed, ReferralState.AGREED)):
        newest = query.where(Referral.state == state).order_by(Referral.made_at.desc(), Referral.id.desc())
        found = db.session.scalar(newest.limit(1))
        if found is not None:
            return found
    return None


def get_mail_with_calendar(mail_id: int) -> Mail:
    mail = db.session.get(Mail, mail_id)
    if mail is None or mail.calendar is None:
        raise NotFound
    return mail


def select_mails() -> Select[Mail]:
    """Everything that was queued or sent, newest first."""
    return select(Mail).order_by(Mail.created_at.desc(), Mail.id.desc())


def list_sample_rows() -> list[list[str]]:
    """A regional body's list to try the import with: six who are here, one of them with another number; eight who
    are new, one of them with a name that a spreadsheet would run; and four rows that cannot be right."""
    known = db.session.scalars(select_ambassadors().limit(6)).all()
    districts, families = list_districts(), list_terms(Vocabulary.ROLE_FAMILY)
    activities = list_terms(Vocabulary.ACTIVITY)
    rows = [
        [
            *(one.name, one.email, one.phone or "", one.employer.name, one.job_title, one.role_family.label),
            *(one.home_district.name, ""),
        ]
        for one in known
    ]
    if rows:
        rows[-1][2] = "01632 960 999"
    for number, name in enumerate(SAMPLE_NAMES):
        address = f"{''.join(filter(str.isalpha, name)).lower()}@association.example"
        home, family = districts[number % len(districts)].name, families[number % len(families)].label
        offers = "; ".join(one.label for one in activities[number % 3 : number % 3 + 2])
        phone = f"07700 900 {300 + number}"
        rows.append([name, address, phone, "Fernlea Care (invented)", "Care worker", family, home, offers])
    good = rows[-1]
    rows.append(["Wrong District (invented)", "wrong1@association.example", *good[2:6], "Atlantis", ""])
    rows.append(["Wrong Address (invented)", "not an address", *good[2:]])
    rows.append(["Twice Over (invented)", *good[1:]])
    rows.append(["No Employer (invented)", "wrong2@association.example", "", "", *good[4:]])
    return [[*row, f"M{100 + number}"] for number, row in enumerate(rows)]
