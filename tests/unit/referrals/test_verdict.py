"""The verdict: worked cases, and what holds for every referral."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from outreach.referrals.rules.clauses import CLAUSES, Holds
from outreach.referrals.rules.facts import NONE_OF_THESE, Facts
from outreach.referrals.rules.terms import LeaverRule, Terms, read_terms
from outreach.referrals.rules.verdict import Due, say_to_referrer, verdict
from tests.unit.referrals.cases import CASES, ORDINARY, RAW, Case, deciding, with_changes

FIRST = read_terms(RAW)
BEGIN = date(2025, 6, 1)
ROUNDS = 250


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_worked_case(case: Case) -> None:
    found = case.found()
    assert (found.state, found.on, found.pence) == (case.state, case.due_on, case.pence)
    assert deciding(found) == case.decided_by


# Many referrals of every kind, each from its own seed.


def some_day(dice: random.Random) -> date:
    return BEGIN + timedelta(days=dice.randrange(500))


def perhaps(dice: random.Random, value: Any) -> Any:
    return value if dice.random() < 0.25 else None


def mostly(dice: random.Random, good: Any, *others: Any) -> Any:
    return good if dice.random() < 0.85 else dice.choice(others)


def some_terms(dice: random.Random) -> Terms:
    return read_terms(
        with_changes(
            {
                "referrers.under_notice": dice.random() < 0.5,
                "friends.former_staff_months": dice.choice((0, 6, 12)),
                "friends.in_process": dice.random() < 0.3,
                "leavers.referrer": dice.choice([rule.value for rule in LeaverRule]),
                "leavers.friend_days": dice.choice((0, 28, 90)),
                "caps.rewards": dice.choice((0, 2)),
                "caps.pence": dice.choice((0, 60_000)),
                "milestones.0.claim_days": dice.choice((0, 0, 30)),
                "milestones.1.months": dice.choice((1, 3, 6)),
            }
        )
    )


def some_facts(dice: random.Random) -> Facts:
    referred = some_day(dice)
    days, day = {}, referred
    for stage in FIRST.stages[: dice.choice((0, 2, 4, 6, 6, 6, 6))]:
        day += timedelta(days=dice.randrange(30))
        days[stage.code] = day
    return Facts(
        referred_on=referred,
        first=dice.random() < 0.95,
        self_referral=dice.random() < 0.03,
        agreed_on=days.get("confirmed"),
        post=mostly(dice, "care_worker", "driver", None),
        days=days,
        ended_on=perhaps(dice, day + timedelta(days=dice.choice((5, 20, 40, 80, 250)))),
        new_to_care=dice.random() < 0.5,
        employment=mostly(dice, "permanent", "casual", NONE_OF_THESE, None),
        role=mostly(dice, NONE_OF_THESE, "panel", None),
        notice_on=perhaps(dice, some_day(dice)),
        referrer_left_on=perhaps(dice, some_day(dice)),
        friend_left_on=perhaps(dice, some_day(dice)),
        in_process=mostly(dice, False, True, None),
        claimed_on=perhaps(dice, some_day(dice)),
        rewards_before=dice.randrange(3),
        pence_before=dice.randrange(80_000),
        appointed=mostly(dice, "care_worker", NONE_OF_THESE, None),
        appointed_hours=perhaps(dice, 30),
        recorded={code: on + timedelta(days=dice.randrange(60)) for code, on in days.items()},
        withdrew_on=dice.choice((None, None, None, None, None, day + timedelta(days=dice.randrange(250)))),
        new_to_care_checked=mostly(dice, True, False, None),
    )


@cache
def _terms(seed: int) -> Terms:
    return some_terms(random.Random(seed))


def referrals() -> Iterator[tuple[random.Random, Terms, Facts, str, date]]:
    for seed in range(ROUNDS):
        dice = random.Random(seed)
        milestone = dice.choice(("start", "start", "six_months", "six_months", "year_badge"))
        yield dice, _terms(seed), some_facts(dice), milestone, some_day(dice)


def test_every_clause_appears_with_its_term_and_its_fact() -> None:
    seen = set()
    for _, terms, facts, milestone, on in referrals():
        found = verdict(terms, facts, milestone, on)
        assert len(found.clauses) == len(CLAUSES)
        assert len({(clause.term_path, clause.fact_name) for clause in found.clauses}) == len(CLAUSES)
        for clause in found.clauses:
            assert clause.words.endswith(".")
            assert clause.fact_name
            assert clause.fact_value
            assert set(clause.uses) <= {one.name for one in fields(Facts)}
        seen.add(found.state)
    assert seen == set(Due), "the referrals tried do not come to every verdict"


def test_the_state_follows_from_the_clauses() -> None:
    for _, terms, facts, milestone, on in referrals():
        found = verdict(terms, facts, milestone, on)
        assert (found.state is Due.NOT_DUE) == bool(found.failing())
        assert (found.state is Due.DUE) == all(clause.holds is Holds.YES for clause in found.clauses)


def test_replay_gives_the_same_verdict() -> None:
    for _, terms, facts, milestone, on in referrals():
        assert verdict(terms, facts, milestone, on) == verdict(terms, replace(facts), milestone, on)


def test_a_clause_changes_only_with_a_fact_that_it_names() -> None:
    """Every fact is changed in turn: the clauses that do not name it say what they said before."""
    changed = 0
    for dice, terms, facts, milestone, on in referrals():
        before = verdict(terms, facts, milestone, on)
        other = some_facts(dice)
        for one in fields(Facts):
            after = verdict(terms, replace(facts, **{one.name: getattr(other, one.name)}), milestone, on)
            for was, now in zip(before.clauses, after.clauses, strict=True):
                if one.name not in was.uses:
                    assert was == now, f"{one.name} changed {was.term_path}"
                changed += was != now
            if one.name not in ("new_to_care_checked", "days"):
                assert (before.pence, before.on) == (after.pence, after.on)
    assert changed > ROUNDS, "hardly a fact made any difference"


def test_a_stage_that_the_terms_do_not_rest_on_changes_nothing() -> None:
    for dice, terms, facts, milestone, on in referrals():
        days = dict(facts.days) | {"interview": some_day(dice), "offered": some_day(dice)}
        assert verdict(terms, facts, milestone, on) == verdict(terms, replace(facts, days=days), milestone, on)


def test_what_happens_afterwards_changes_nothing() -> None:
    for _, terms, facts, milestone, on in referrals():
        later = on + timedelta(days=1)
        known = {
            name: getattr(facts, name)
            for name in ("ended_on", "withdrew_on", "notice_on", "referrer_left_on", "claimed_on")
            if getattr(facts, name) is None or getattr(facts, name) > on
        }
        changed = replace(facts, **dict.fromkeys(known, later))
        assert verdict(terms, facts, milestone, on) == verdict(terms, changed, milestone, on)


def test_day_by_day_a_verdict_only_moves_on() -> None:
    """Waiting may become due or not due. Due stays, unless the friend leaves early; not due stays for ever."""
    moved = set()
    for _, terms, facts, milestone, _ in referrals():
        states = [
            verdict(terms, facts, milestone, BEGIN + timedelta(days=n)).state
            for n in range(0, 900, 4 if milestone == "start" else 30)
        ]
        for before, after in pairwise(states):
            moved.add((before, after))
            assert before is not Due.NOT_DUE or after is Due.NOT_DUE
            assert (before, after) != (Due.DUE, Due.WAITING)
            if (before, after) == (Due.DUE, Due.NOT_DUE):
                assert terms.leavers.friend_days
                assert facts.ended_on is not None
    assert {(Due.WAITING, Due.DUE), (Due.WAITING, Due.NOT_DUE), (Due.DUE, Due.NOT_DUE)} <= moved


def test_a_milestone_that_the_terms_do_not_have() -> None:
    with pytest.raises(KeyError):
        verdict(FIRST, ORDINARY, "nowhere", date(2026, 3, 1))


# What the referrer is told


def friend_changes() -> Iterator[Facts]:
    """Facts that differ in nothing but what the friend did or is."""
    for seed in range(200):
        other = some_facts(random.Random(seed))
        names = (
            *("agreed_on", "post", "appointed", "appointed_hours", "days", "recorded", "ended_on", "withdrew_on"),
            *("new_to_care", "new_to_care_checked", "friend_left_on", "in_process", "first"),
        )
        yield replace(ORDINARY, **{name: getattr(other, name) for name in names})


@pytest.mark.parametrize("role", [NONE_OF_THESE, "panel"])
def test_without_permission_nothing_of_the_friend_can_be_told_from_the_words(role: str) -> None:
    said = {
        say_to_referrer(
            FIRST,
            verdict(FIRST, replace(facts, role=role), "six_months", date(2026, 9, 1)),
            progress_shown=False,
            closed=closed,
        )
        for facts in friend_changes()
        for closed in (True, False)
    }
    assert len(said) == 1


def test_with_permission_why_something_is_closed_is_not_told() -> None:
    said = {
        say_to_referrer(FIRST, found, progress_shown=True, closed=True)
        for facts in friend_changes()
        if (found := verdict(FIRST, facts, "six_months", date(2026, 9, 1)))
    }
    assert said == {"Not due. The terms say when a reward is given."}


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (
            date(2026, 2, 1),
            "Not due yet: £250. It falls due 6 months after your friend starts work, if all the terms are met.",
        ),
        (date(2026, 3, 1), "Due on 23 August 2026 if all the terms are met by then: £250."),
        (date(2026, 8, 23), "Due since 23 August 2026: £250."),
    ],
)
def test_with_permission_the_day_is_told(on: date, words: str) -> None:
    found = verdict(FIRST, ORDINARY, "six_months", on)
    assert say_to_referrer(FIRST, found, progress_shown=True, closed=False) == words


def test_a_reward_that_waits_for_recruitment_or_for_a_claim() -> None:
    found = verdict(FIRST, replace(ORDINARY, role=None), "start", date(2026, 3, 1))
    assert say_to_referrer(FIRST, found, progress_shown=True, closed=False).endswith("checking the terms.")
    claimed = read_terms(with_changes({"milestones.0.claim_days": 30}))
    found = verdict(claimed, ORDINARY, "start", date(2026, 3, 1))
    assert "You must claim this reward within 30 days" in say_to_referrer(
        claimed, found, progress_shown=True, closed=False
    )
