"""Changing a draft's terms part by part. Codes stay when words do, so that facts recorded by code still fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from outreach.errors import Conflict
from outreach.referrals.rules.checking import Problem, check_terms
from outreach.referrals.rules.reading import LONGEST_CODE, MOST_ENTRIES
from outreach.referrals.rules.terms import (
    Caps,
    Friends,
    LeaverRule,
    Leavers,
    Milestone,
    Named,
    Referrers,
    RewardKind,
    Stage,
    Terms,
)

Coded = TypeVar("Coded", bound=Milestone | Stage | RewardKind)
LONGEST_LABEL = 100
RESERVED = frozenset({"none", "new"})  # none of the terms' groups; the address of a page that adds a row


@dataclass(frozen=True)
class General:
    """The questions of the first edit page, lists as the lines that were typed."""

    employment: str
    excluded_roles: str
    under_notice: bool
    least_age: int
    former_staff_months: int
    in_process: bool
    posts: str
    cap_rewards: int
    cap_pence: int
    referrer_leaves: LeaverRule
    friend_days: int
    tax_note: str
    details_mode: bool
    budget_pence: int


def new_code(label: str, taken: Iterable[str]) -> str:
    """A code for new words: their letters and digits, numbered where that is taken."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST_CODE - 4].strip("_") or "other"
    used, code, number = set(taken), stem, 2
    while code in used or code in RESERVED:
        code, number = f"{stem}_{number}", number + 1
    return code


def read_lines(text: str, known: Sequence[Named], field: str) -> tuple[Named, ...]:
    """One entry a line. A line whose words are known keeps its code. Raises Conflict beside `field`."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ENTRIES:
        raise Conflict(f"Enter {MOST_ENTRIES} lines or fewer", field)
    codes = {one.label.casefold(): one.code for one in known}
    found: list[Named] = []
    for line in lines:
        if len(line) > LONGEST_LABEL:
            raise Conflict(f"Each line must be {LONGEST_LABEL} characters or fewer", field)
        if any(one.label.casefold() == line.casefold() for one in found):
            raise Conflict(f"“{line}” stands there twice", field)
        taken = {*codes.values(), *(one.code for one in found)}
        found.append(Named(codes.get(line.casefold()) or new_code(line, taken), line))
    return tuple(found)


def write_lines(named: Sequence[Named]) -> str:
    return "\n".join(one.label for one in named)


def with_general(terms: Terms, asked: General) -> Terms:
    """The terms with the answers of the first page. Raises Conflict beside the question that does not fit."""
    return replace(
        terms,
        referrers=Referrers(
            read_lines(asked.employment, terms.referrers.employment, "employment"),
            read_lines(asked.excluded_roles, terms.referrers.excluded_roles, "excluded_roles"),
            under_notice=asked.under_notice,
        ),
        friends=Friends(asked.least_age, asked.former_staff_months, in_process=asked.in_process),
        posts=read_lines(asked.posts, terms.posts, "posts"),
        caps=Caps(asked.cap_rewards, asked.cap_pence),
        leavers=Leavers(asked.referrer_leaves, asked.friend_days),
        tax_note=asked.tax_note,
        details_mode=asked.details_mode,
        budget_pence=asked.budget_pence,
    )


def with_milestone(terms: Terms, milestone: Milestone) -> Terms:
    """The terms with a milestone put in the place of the one of its code, or added last."""
    return replace(terms, milestones=_put(terms.milestones, milestone))


def without_milestone(terms: Terms, code: str) -> Terms:
    return replace(terms, milestones=tuple(one for one in terms.milestones if one.code != code))


def with_kind(terms: Terms, kind: RewardKind) -> Terms:
    return replace(terms, kinds=_put(terms.kinds, kind))


def without_kind(terms: Terms, code: str) -> Terms:
    """Raises Conflict while a milestone earns this kind."""
    user = next((one for one in terms.milestones if one.kind == code), None)
    if user is not None:
        raise Conflict(f"“{user.label}” earns this, so it cannot be removed")
    return replace(terms, kinds=tuple(one for one in terms.kinds if one.code != code))


def with_stage(terms: Terms, stage: Stage, after: str | None) -> Terms:
    """The terms with a stage set right after another one, or first. The first stage is the friend's yes and stays."""
    first = terms.stages[0].code if terms.stages else stage.code
    if (after is None) != (stage.code == first):
        raise Conflict(
            "The first stage is the friend’s own answer: select the stage that this one comes after", "after"
        )
    others = [one for one in terms.stages if one.code != stage.code]
    place = next((n for n, one in enumerate(others, start=1) if one.code == after), 0)
    return replace(terms, stages=(*others[:place], stage, *others[place:]))


def without_stage(terms: Terms, code: str) -> Terms:
    """Raises Conflict for a stage that something else in the terms rests on."""
    if terms.stages and terms.stages[0].code == code:
        raise Conflict("The first stage is the friend’s own answer and stays")
    if code == terms.start_stage:
        raise Conflict("This is the stage on which the friend starts work, and it stays")
    for milestone in terms.milestones:
        if milestone.stage == code:
            raise Conflict(f"“{milestone.label}” is reached at this stage, so it cannot be removed")
    for stage in terms.stages:
        if any(limit.since == code for limit in stage.limits):
            raise Conflict(f"The limit of “{stage.label}” counts from this stage, so it cannot be removed")
    return replace(terms, stages=tuple(one for one in terms.stages if one.code != code))


def problem_of(terms: Terms, *paths: str) -> Problem | None:
    """The first problem that lies in one of these parts of the terms."""
    for problem in check_terms(terms):
        if any(problem.path == path or problem.path.startswith(f"{path}.") for path in paths):
            return problem
    return None


def _put(rows: tuple[Coded, ...], row: Coded) -> tuple[Coded, ...]:
    if any(one.code == row.code for one in rows):
        return tuple(row if one.code == row.code else one for one in rows)
    return (*rows, row)
