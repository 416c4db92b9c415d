"""The people of the demo county: accounts and ambassadors, and becoming one of them."""

from __future__ import annotations

from collections import Counter
from itertools import count

from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import Account, AccountRole
from outreach.accounts.queries import find_account
from outreach.accounts.session import start_session
from outreach.ambassadors.models import Ambassador, Employer, ReadinessItem
from outreach.ambassadors.queries import list_requirements
from outreach.ambassadors.rules import AmbassadorStatus, expires_on
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import COUNCIL_JOBS, PERSONAS, PROVIDER_JOBS, PROVIDERS, SECOND_ADMINISTRATOR, email_of
from outreach.districts.models import District
from outreach.districts.queries import get_county
from outreach.districts.rules import Vocabulary
from outreach.errors import NotFound
from outreach.web.door import Role

AMBASSADORS = 60
# How many of the sixty are in each state other than active.
STATES = {
    AmbassadorStatus.IN_TRAINING: 5,
    AmbassadorStatus.PAUSED: 4,
    AmbassadorStatus.LEFT: 3,
    AmbassadorStatus.INTERESTED: 2,
    AmbassadorStatus.AWAITING_MANAGER: 1,
    AmbassadorStatus.SUSPENDED: 1,
}


def add_accounts(scene: Scene) -> None:
    """The people who sign in. Two years old, so that everything can have been done by them."""
    for persona in (*PERSONAS, SECOND_ADMINISTRATOR):
        account = Account(
            email=persona.email,
            name=persona.name,
            created_at=scene.before(730),
            roles=[AccountRole(role=Role(role)) for role in persona.roles],
        )
        scene.accounts[persona.key] = account
    db.session.add_all(scene.accounts.values())
    db.session.flush()


def sign_in_as(key: str) -> Account:
    """Sign this browser in as one of the people of the demonstration. Raises NotFound for anybody else."""
    persona = next((one for one in PERSONAS if one.key == key), None)
    account = find_account(persona.email) if persona else None
    if account is None or account.disabled_at is not None:
        raise NotFound
    start_session(account)
    return account


def add_ambassadors(scene: Scene) -> None:
    """Sixty people: none at all in one district, and none employed by the council in another.

    Somebody from next door travels to the second, so its tile says that a neighbour covers it.
    """
    council, providers = _employers()
    deserted, uncovered = _quiet_districts(scene)
    homes = [district for district in scene.districts if district is not deserted]
    states = [state for state, how_many in STATES.items() for _ in range(how_many)]
    states += [AmbassadorStatus.ACTIVE] * (AMBASSADORS - len(states))
    scene.chance.shuffle(states)
    for number, status in zip(count(), states):
        home = homes[number % len(homes)]
        by_council = home is not uncovered and scene.chance.random() < 0.5
        employer = council if by_council else scene.chance.choice(providers)
        one = _ambassador(scene, home, employer, status)
        one.travels_to = _travels(scene, home, deserted)
        scene.ambassadors.append(one)
    _cover_from_next_door(scene, uncovered)
    db.session.add_all(scene.ambassadors)
    db.session.flush()
    _tick_checklists(scene)


def _tick_checklists(scene: Scene) -> None:
    """Everybody who has begun has done the checklist, on the day they were registered."""
    required = [one for one in list_requirements() if one.required]
    begun = (AmbassadorStatus.ACTIVE, AmbassadorStatus.PAUSED, AmbassadorStatus.SUSPENDED)
    for one in scene.ambassadors:
        if one.status in begun:
            done_on = clock.local(one.registered_at).date()
            db.session.add_all(
                ReadinessItem(
                    ambassador_id=one.id,
                    requirement_id=requirement.id,
                    done_on=done_on,
                    expires_on=expires_on(done_on, requirement.months_valid),
                    recorded_at=one.registered_at,
                )
                for requirement in required
            )


def _employers() -> tuple[Employer, list[Employer]]:
    council = db.session.scalar(select(Employer).where(Employer.is_council.is_(True)).order_by(Employer.id))
    if council is None:
        council = Employer(name=get_county().council, is_council=True)
        db.session.add(council)
    providers = [Employer(name=name, is_council=False) for name in PROVIDERS]
    db.session.add_all(providers)
    return council, providers


def _quiet_districts(scene: Scene) -> tuple[District, District]:
    """The two districts with the fewest sites: one is left without ambassadors, one without the council's."""
    sites = Counter(site.district_id for site in scene.sites())
    ranked = sorted(scene.districts, key=lambda one: (sites[one.id], -one.row, one.column))
    return ranked[0], ranked[min(1, len(ranked) - 1)]


def _ambassador(scene: Scene, home: District, employer: Employer, status: AmbassadorStatus) -> Ambassador:
    chance = scene.chance
    name = scene.names.next()
    job, family = chance.choice(COUNCIL_JOBS if employer.is_council else PROVIDER_JOBS)
    registered = scene.before(chance.randint(60, 700))
    activities = list(scene.terms[Vocabulary.ACTIVITY].values())
    audiences = list(scene.terms[Vocabulary.AUDIENCE].values())
    left = status is AmbassadorStatus.LEFT
    return Ambassador(
        name=name,
        email=email_of(name, "care.example"),
        phone=f"07700 900 {chance.randint(0, 999):03}" if chance.random() < 0.7 else None,
        employer=employer,
        job_title=job,
        role_family=scene.term(Vocabulary.ROLE_FAMILY, family),
        home_district=home,
        status=status,
        leaving_reason_id=scene.any_term(Vocabulary.LEAVING_REASON).id if left else None,
        notes="",
        registered_at=registered,
        status_since=registered if status is AmbassadorStatus.ACTIVE else scene.before(chance.randint(3, 50)),
        terms=sorted(
            chance.sample(activities, min(len(activities), chance.randint(2, 5)))
            + chance.sample(audiences, min(len(audiences), chance.randint(2, 4))),
            key=lambda term: term.position,
        ),
    )


def _travels(scene: Scene, home: District, deserted: District) -> list[District]:
    """Some travel next door; nobody to the district that is left without."""
    near = [one for one in scene.districts if _are_neighbours(home, one) and one is not deserted]
    return [one for one in near if scene.chance.random() < 0.35]


def _cover_from_next_door(scene: Scene, uncovered: District) -> None:
    for one in scene.ambassadors:
        if one.employer.is_council and one.status is AmbassadorStatus.ACTIVE and uncovered not in one.travels_to:
            one.travels_to = sorted([*one.travels_to, uncovered], key=lambda district: district.name)
            return


def _are_neighbours(one: District, other: District) -> bool:
    return one is not other and abs(one.row - other.row) <= 1 and abs(one.column - other.column) <= 1
