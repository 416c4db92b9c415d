"""Eighteen months of referring a friend: the terms, who referred, and one story for each friend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
from typing import Any

from outreach import clock
from outreach.accounts.models import Account
from outreach.db import db
from outreach.demo.actions.auditing import insert_lines
from outreach.demo.actions.careers import add_careers
from outreach.demo.actions.friends import add_friend, add_unanswered, add_waiting
from outreach.demo.actions.rewarding import add_rewards
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import email_of
from outreach.demo.rules.friends import STORIES, UNANSWERED, WAITING, Story
from outreach.referrals.models import ReferLink, SchemeVersion
from outreach.referrals.queries.scheme import find_version_in_force, get_version_in_force
from outreach.referrals.rules import stages
from outreach.referrals.rules.consent import CODE_LETTERS
from outreach.referrals.rules.terms import Milestone, Terms, dump_terms
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.keys import ALPHABET

REFERRERS = 11
SECOND_TERMS_MONTHS = 5


def add_referring(scene: Scene) -> int:
    """Invent the referrals and all that came of them; returns how many. Without a scheme in force there are none."""
    if find_version_in_force(scene.today) is None:
        return 0
    _add_versions(scene)
    gone, *staff = _add_referrers(scene)
    # In turn, so that nobody reaches the cap of their rewards.
    referrers = _Referrers(scene, gone, cycle(staff))
    audit: list[dict[str, Any]] = []
    told = [(add_friend(scene, story, referrers.of(story), audit), story) for story in STORIES]
    for story in UNANSWERED:
        add_unanswered(scene, story, referrers.of(story), audit)
    for number, story in enumerate(WAITING, start=1):
        add_waiting(scene, story, referrers.of(story), audit, passed_on=number == len(WAITING))
    db.session.flush()
    add_rewards(scene, told, audit)
    came = add_careers(scene, audit)
    insert_lines(audit)
    return len(STORIES) + len(UNANSWERED) + len(WAITING) + came


# Terms


def _add_versions(scene: Scene) -> None:
    """Other terms for some months now, and a draft that waits for its second person."""
    first = get_version_in_force(scene.today)
    one, other = scene.accounts["recruitment"], scene.accounts["second_recruitment"]
    terms = first.read()
    second = replace(
        terms, details_mode=True, milestones=tuple(_more_later(milestone) for milestone in terms.milestones)
    )
    begins = stages.add_months(scene.today.replace(day=1), -SECOND_TERMS_MONTHS)
    drafted, published = clock.start_of(begins) - timedelta(days=24), clock.start_of(begins) - timedelta(days=19)
    third = replace(second, milestones=tuple(_as_voucher(second, milestone) for milestone in second.milestones))
    for number, name, chosen, day, status in (
        (first.number + 1, "More for staying", second, begins, VersionStatus.PUBLISHED),
        (first.number + 2, "Vouchers", third, scene.today + timedelta(days=40), VersionStatus.DRAFT),
    ):
        is_out = status is VersionStatus.PUBLISHED
        drafter = other if is_out else one
        db.session.add(
            SchemeVersion(
                number=number,
                name=name,
                terms=dump_terms(chosen),
                effective_from=day,
                status=status,
                drafted_by_id=drafter.id,
                published_by_id=one.id if is_out else None,
                created_at=drafted if is_out else scene.now - timedelta(days=3),
                published_at=published if is_out else None,
            )
        )
        db.session.flush()


def _more_later(milestone: Milestone) -> Milestone:
    """Less at the start, more for staying, and more for bringing somebody new to care."""
    if milestone.pence == 0:
        return milestone
    if milestone.months == 0:
        return replace(milestone, pence=milestone.pence * 3 // 5)
    return replace(milestone, pence=milestone.pence * 7 // 5, new_to_care_pence=milestone.new_to_care_pence * 2)


def _as_voucher(terms: Terms, milestone: Milestone) -> Milestone:
    voucher = next((kind for kind in terms.kinds if kind.money and not kind.payroll), None)
    return replace(milestone, kind=voucher.code) if voucher and milestone.pence and milestone.months == 0 else milestone


# Who refers


def _add_referrers(scene: Scene) -> list[Account]:
    names = [scene.names.next() for _ in range(REFERRERS)]
    staff = [
        Account(email=email_of(name, "county.example"), name=name, created_at=scene.before(640), roles=[])
        for name in names
    ]
    db.session.add_all(staff)
    db.session.flush()
    for account in (*staff, scene.accounts["referrer"], scene.accounts["recruitment"]):
        code = "".join(scene.chance.choice(ALPHABET) for _ in range(CODE_LETTERS))
        db.session.add(ReferLink(account_id=account.id, code=code, made_at=scene.before(560)))
    return staff


@dataclass
class _Referrers:
    scene: Scene
    gone: Account
    staff: Iterator[Account]

    def of(self, story: Story) -> Account:
        """The persona of the story, or the next of the staff; whoever left the council referred only one friend."""
        if story.by:
            return self.scene.accounts[story.by]
        return self.gone if story.oddity == "referrer left" else next(self.staff)
