"""Those of the demo who are joining: each at another point, with what their line managers said."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from outreach import clock
from outreach.ambassadors.models import Ambassador, ManagerAgreement, ReadinessItem
from outreach.ambassadors.queries import list_requirements
from outreach.ambassadors.rules import Agreement, AmbassadorStatus, RequirementKind, expires_on
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import email_of

NOT_NOW_WORDS = "We are two people short until the spring. Ask me again in April."


def add_joining(scene: Scene) -> None:
    """One whose manager said not now, one who has not confirmed, one who waits, and training at every point."""
    interested = _in_state(scene, AmbassadorStatus.INTERESTED)
    for one in interested[:1]:
        _ask(scene, one, Agreement.NOT_NOW, days=9).words = NOT_NOW_WORDS
    for one in interested[1:]:
        one.registered_at = one.status_since = one.unconfirmed_since = scene.before(1)
        _ask(scene, one, Agreement.NAMED, days=1)
    for one in _in_state(scene, AmbassadorStatus.AWAITING_MANAGER):
        one.status_since = _ask(scene, one, Agreement.ASKED, days=5).asked_at
    checklist = [one for one in list_requirements() if one.required]
    for number, one in enumerate(_in_state(scene, AmbassadorStatus.IN_TRAINING)):
        agreement = _ask(scene, one, Agreement.AGREED, days=20 + 4 * number)
        one.status_since = agreement.answered_at or one.status_since
        done = [item for item in checklist if item.kind is RequirementKind.MANAGER]
        done += [item for item in checklist if item not in done][: len(checklist) - 1 - number % len(checklist)]
        done_on = clock.local(one.status_since).date()
        db.session.add_all(
            ReadinessItem(
                ambassador_id=one.id,
                requirement_id=item.id,
                done_on=done_on,
                expires_on=expires_on(done_on, item.months_valid),
                recorded_at=one.status_since,
            )
            for item in done
        )
    db.session.flush()


def _in_state(scene: Scene, status: AmbassadorStatus) -> list[Ambassador]:
    return [one for one in scene.ambassadors if one.status is status]


def _ask(scene: Scene, one: Ambassador, status: Agreement, *, days: int) -> ManagerAgreement:
    """What a manager was asked so many days ago; an answer came two days later."""
    name = scene.names.next()
    asked, agreed = scene.before(days), status is Agreement.AGREED
    answered = status in (Agreement.AGREED, Agreement.NOT_NOW)
    agreement = ManagerAgreement(
        ambassador_id=one.id,
        manager_name=name,
        manager_email=email_of(name, "care.example"),
        status=status,
        hours_a_month=Decimal(scene.chance.choice((3, 4, 6))) if agreed else None,
        backfill=scene.chance.random() < 0.5 if agreed else None,
        words="",
        asked_at=asked,
        answered_at=asked + timedelta(days=2) if answered else None,
    )
    db.session.add(agreement)
    return agreement
