"""What the demo's promise board and public search show: leave, expiry, languages, stories, unmet demand."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador, Away, ReadinessItem, Requirement, UnmetDemand
from outreach.ambassadors.rules import AmbassadorStatus, RequirementKind
from outreach.ambassadors.rules.board import weeks_from
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import OWN_WORDS
from outreach.districts.models import District
from outreach.districts.rules import Vocabulary

WEEK = timedelta(days=6)


def add_promise(scene: Scene) -> None:
    """Change nobody's state or district: only what the board and the search say more of."""
    active = [one for one in scene.ambassadors if one.status is AmbassadorStatus.ACTIVE]
    _speak(scene, active)
    _agree_to_be_shown(scene, active)
    bare = _without_council(scene, active)
    for district in bare:
        _go_on_leave(scene, [one for one in active if one.employer.is_council and district in one.travels_to])
    _expire(scene, [one for one in active if one.employer.is_council])
    _pause_until(scene)
    _could_fill(scene, bare)
    _ask_in_vain(scene, active)
    db.session.flush()


def _speak(scene: Scene, active: list[Ambassador]) -> None:
    """Everybody speaks the county's first language, some another one too; the last one nobody."""
    languages = list(scene.terms[Vocabulary.LANGUAGE].values())
    for one in active:
        more = [scene.chance.choice(languages[1:-1])] if len(languages) > 2 and scene.chance.random() < 0.3 else []
        one.terms = [*one.terms, *languages[:1], *more]


def _agree_to_be_shown(scene: Scene, active: list[Ambassador]) -> None:
    consent = db.session.scalar(select(Requirement).where(Requirement.kind == RequirementKind.CONSENT))
    if consent is None:
        return
    for one in active:
        if scene.chance.random() < 0.6:
            done_on = clock.local(one.registered_at).date()
            db.session.add(
                ReadinessItem(ambassador_id=one.id, requirement=consent, done_on=done_on, recorded_at=one.registered_at)
            )
            one.story = scene.chance.choice((*OWN_WORDS, ""))


def _without_council(scene: Scene, active: list[Ambassador]) -> list[District]:
    homes = {one.home_district_id for one in active if one.employer.is_council}
    return [one for one in scene.districts if one.id not in homes]


def _go_on_leave(scene: Scene, neighbours: list[Ambassador]) -> None:
    """Whoever covers a district from next door is on leave in one and the same week, the seventh."""
    monday = weeks_from(scene.today)[6]
    db.session.add_all(
        Away(ambassador_id=one.id, first_day=monday, last_day=monday + timedelta(days=4)) for one in neighbours
    )


def _expire(scene: Scene, council: list[Ambassador]) -> None:
    """Something on the checklist of two people ends within the board, one soon and one late."""
    items = db.session.scalars(
        select(ReadinessItem)
        .join(ReadinessItem.requirement)
        .where(
            Requirement.months_valid.is_not(None),
            ReadinessItem.ambassador_id.in_([one.id for one in council]),
            ReadinessItem.expires_on > scene.today,
        )
        .order_by(ReadinessItem.id)
        .limit(2)
    )
    for item, number in zip(items, (3, 9), strict=False):
        ends = weeks_from(scene.today)[number] + timedelta(days=2)
        item.done_on = min(item.done_on, ends - timedelta(days=365))
        item.expires_on = ends


def _pause_until(scene: Scene) -> None:
    paused = [one for one in scene.ambassadors if one.status is AmbassadorStatus.PAUSED]
    for one, number in zip(paused, (2, 5), strict=False):
        one.paused_until = weeks_from(scene.today)[number] + WEEK


def _could_fill(scene: Scene, bare: list[District]) -> None:
    """Somebody of the council's in training, and somebody who is interested, would travel where nobody is."""
    council = next(one.employer for one in scene.ambassadors if one.employer.is_council)
    for status in (AmbassadorStatus.IN_TRAINING, AmbassadorStatus.INTERESTED):
        one = next((one for one in scene.ambassadors if one.status is status), None)
        if one is not None:
            one.employer = council
            one.travels_to = sorted({*one.travels_to, *bare} - {one.home_district}, key=lambda place: place.name)


def _ask_in_vain(scene: Scene, active: list[Ambassador]) -> None:
    """What somebody looked for and nobody offers: in the district without anybody, and in a language nobody speaks."""
    reached = {place.id for one in active for place in (one.home_district, *one.travels_to)}
    empty = [one for one in scene.districts if one.id not in reached]
    languages = list(scene.terms[Vocabulary.LANGUAGE].values())
    talk, pupils = scene.term(Vocabulary.ACTIVITY, "talk"), scene.term(Vocabulary.AUDIENCE, "students_16_to_18")
    rows = [UnmetDemand(district=one, activity=talk, audience=pupils, times=4) for one in empty[:1]]
    if languages:
        rows.append(UnmetDemand(district=scene.districts[-1], activity=talk, language=languages[-1], times=2))
    for row in rows:
        row.first_told_at, row.last_told_at = scene.before(20), scene.before(2)
    db.session.add_all(rows)
