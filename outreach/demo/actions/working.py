"""Where the demo's ambassadors work, what they are qualified as, what hosts are told; certificates seen."""

from __future__ import annotations

from datetime import timedelta

from outreach import clock
from outreach.ambassadors.models import Employer, ReadinessItem
from outreach.ambassadors.queries import list_employers, list_requirements
from outreach.ambassadors.rules import AmbassadorStatus, RequirementKind, expires_on
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import ASSURANCES, PROVIDERS, QUALIFIED
from outreach.districts.rules import Vocabulary

TOLD_TOWN = 0.75  # of the ambassadors, how many have said which town they work in
CHECKED = 0.5


def add_working(scene: Scene) -> None:
    """Towns and qualifications of everybody; of the providers but the last, an assurance and somebody to ring."""
    offered = scene.terms[Vocabulary.QUALIFICATION]
    for one in scene.ambassadors:
        if one.home_district.towns and scene.chance.random() < TOLD_TOWN:
            one.base_town = scene.chance.choice(one.home_district.towns)
        code = QUALIFIED.get(one.job_title, "")
        if code in offered:
            one.terms = [*one.terms, offered[code]]
    providers = {one.name: one for one in list_employers()}
    for name, assurance in zip(PROVIDERS[:-1], ASSURANCES, strict=True):
        _tell_of(scene, providers[name], assurance)
    _see_certificates(scene)
    db.session.flush()


def _tell_of(scene: Scene, employer: Employer, assurance: str) -> None:
    employer.assurance = assurance
    employer.contact_name = scene.names.next()
    employer.contact_phone = f"01632 960 {scene.chance.randint(0, 999):03}"
    employer.contact_checked_at = scene.before(scene.chance.randint(20, 300))


def _see_certificates(scene: Scene) -> None:
    """Of half of those who can be invited the coordinator has seen the certificate, in the last two years."""
    asked = [one for one in list_requirements() if one.kind is RequirementKind.CHILD_CHECK]
    for one in scene.ambassadors:
        if one.status is AmbassadorStatus.ACTIVE and scene.chance.random() < CHECKED and one is not scene.in_demand:
            # On a day since they were registered, which was two months ago or longer.
            known_for = (scene.today - clock.local(one.registered_at).date()).days
            seen_on = scene.today - timedelta(days=scene.chance.randint(10, max(10, known_for)))
            db.session.add_all(
                ReadinessItem(
                    ambassador_id=one.id,
                    requirement_id=requirement.id,
                    done_on=seen_on,
                    expires_on=expires_on(seen_on, requirement.months_valid),
                    recorded_at=scene.at(seen_on, 15),
                    recorded_by_id=scene.accounts["coordinator"].id,
                )
                for requirement in asked
            )
