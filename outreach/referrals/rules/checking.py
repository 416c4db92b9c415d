"""Whether terms hold together: what keeps a draft from being published, each with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from outreach.referrals.rules.terms import Milestone, RewardKind, Terms


@dataclass(frozen=True)
class Problem:
    """Something in the terms that does not hold together: where, and a sentence for whoever drafts them."""

    path: str
    words: str


def check_terms(terms: Terms) -> list[Problem]:
    """What keeps these terms from being published; none when they hold together."""
    found = []
    if not terms.milestones:
        found.append(Problem("milestones", "Add a milestone: a scheme without one never rewards anybody"))
    if not terms.posts:
        found.append(Problem("posts", "Enter the posts that qualify"))
    if not terms.referrers.employment:
        found.append(Problem("referrers.employment", "Enter the kinds of employment whose staff may refer"))
    for path, codes in (
        ("stages", [one.code for one in terms.stages]),
        ("kinds", [one.code for one in terms.kinds]),
        ("milestones", [one.code for one in terms.milestones]),
        ("posts", [one.code for one in terms.posts]),
    ):
        doubled = sorted({code for code in codes if codes.count(code) > 1})
        found += [Problem(path, f"Two of the {path} have the code “{code}”") for code in doubled]
    found += _stage_problems(terms)
    for milestone in terms.milestones:
        found += _milestone_problems(terms, milestone)
    return found + [problem for kind in terms.kinds if (problem := _kind_problem(kind))]


def _kind_problem(kind: RewardKind) -> Problem | None:
    if kind.payroll and not kind.money:
        return Problem(f"kinds.{kind.code}.payroll", f"Payroll cannot pay “{kind.label}”, which is not worth money")
    if not kind.payroll and not kind.given_by:
        return Problem(f"kinds.{kind.code}.given_by", f"Enter who hands over “{kind.label}”")
    return None


def _stage_problems(terms: Terms) -> list[Problem]:
    found = []
    codes = [one.code for one in terms.stages]
    start = codes.index(terms.start_stage) if terms.start_stage in codes else None
    if start is None:
        found.append(Problem("start_stage", "The stage on which the friend starts work must be one of the stages"))
    for number, stage in enumerate(terms.stages):
        for limit in stage.limits:
            if limit.since not in codes[:number]:
                words = f"The limit of “{stage.label}” must count from an earlier stage, not from “{limit.since}”"
                found.append(Problem("stages", words))
        if stage.months is not None and (start is None or number <= start):
            found.append(Problem("stages", f"“{stage.label}” counts months from the start, so it must come after it"))
    served = [stage.months for stage in terms.stages if stage.months is not None]
    if served != sorted(set(served)):
        found.append(Problem("stages", "The stages that count months of service must be in the order of their months"))
    return found


def _milestone_problems(terms: Terms, milestone: Milestone) -> list[Problem]:
    path, found = f"milestones.{milestone.code}", []
    if terms.stage(milestone.stage) is None:
        found.append(Problem(f"{path}.stage", f"“{milestone.label}” needs a stage of the scheme"))
    kind = terms.kind(milestone.kind)
    if kind is None:
        found.append(Problem(f"{path}.kind", f"“{milestone.label}” needs a kind of reward of the scheme"))
    elif kind.money and milestone.pence == 0:
        found.append(Problem(f"{path}.pence", f"Enter how much “{milestone.label}” earns"))
    elif not kind.money and not milestone.words:
        found.append(Problem(f"{path}.words", f"Enter what “{milestone.label}” earns"))
    elif not kind.money and (milestone.new_to_care_pence or milestone.pence):
        found.append(Problem(f"{path}.pence", f"“{milestone.label}” earns something that is not worth money"))
    return found
