"""A plan made place by place: the fallback, the start of the solver, and what its result is held to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from outreach.events.rules.children import MOST
from outreach.events.rules.planner.problem import Problem
from outreach.events.rules.planner.shapes import Why


class Diary:
    """What has been chosen so far, and whether one more fits."""

    def __init__(self, problem: Problem, chosen: Iterable[int] = ()) -> None:
        self.problem = problem
        self.chosen: set[int] = set()
        self.left = [need.left for need in problem.needs]
        self.open_left = [need.left - need.qualified_left for need in problem.needs]
        self.taken: dict[int, set[int]] = defaultdict(set)
        self._visits: dict[tuple[int, int], int] = defaultdict(int)
        self._minutes: dict[tuple[int, int], int] = defaultdict(int)
        self._days: dict[int, set[int]] = defaultdict(set)
        for pair in chosen:
            self.add(pair)

    def why_not(self, pair: int) -> Why | None:
        """What stands against choosing a pair as well. The need must have a place left."""
        problem = self.problem
        need, helper = problem.need_of[pair], problem.helper_of[pair]
        who, what = problem.helpers[helper], problem.needs[need]
        if not self.taken[helper].isdisjoint(problem.clashing[need]):
            return Why.NEEDED_MORE
        visits, minutes = who.visits.get(what.month), who.minutes.get(what.month)
        if visits is not None and self._visits[helper, what.month] >= visits:
            return Why.CAP
        if minutes is not None and self._minutes[helper, what.month] + what.minutes > minutes:
            return Why.CAP
        if what.child_days and self._too_many_days(helper, what.child_days):
            return Why.CHILD
        if not problem.pairs[pair].qualified and self.open_left[need] <= 0:
            return Why.QUALIFIED
        return None

    def _too_many_days(self, helper: int, new: Collection[int]) -> bool:
        days = self._days[helper]
        for window in self.problem.windows(helper):
            if any(window.holds(day) for day in new):
                inside = {day for day in (*days, *new) if window.holds(day)}
                if len(inside | window.held) > MOST:
                    return True
        return False

    def fits(self, pair: int) -> bool:
        """Whether a pair can be chosen as well."""
        return pair not in self.chosen and self.left[self.problem.need_of[pair]] > 0 and self.why_not(pair) is None

    def add(self, pair: int) -> None:
        """Choose a pair that fits."""
        need, helper = self.problem.need_of[pair], self.problem.helper_of[pair]
        what = self.problem.needs[need]
        self.chosen.add(pair)
        self.left[need] -= 1
        self.open_left[need] -= not self.problem.pairs[pair].qualified
        self.taken[helper].add(need)
        self._visits[helper, what.month] += 1
        self._minutes[helper, what.month] += what.minutes
        self._days[helper].update(what.child_days)

    def price(self, pair: int) -> int:
        """What choosing a pair costs now."""
        helper = self.problem.helper_of[pair]
        return self.problem.cost_of[pair] + self.problem.step_cost(helper, len(self.taken[helper]))


def keep_pins(problem: Problem, pins: Iterable[tuple[int, int]]) -> tuple[list[int], list[tuple[int, int]]]:
    """The pinned pairs that can be kept together, in order, and the pins that cannot."""
    diary, kept, lost = Diary(problem), [], []
    for pin in sorted(set(pins)):
        pair = problem.at.get(pin)
        if pair is not None and diary.fits(pair):
            diary.add(pair)
            kept.append(pair)
        else:
            lost.append(pin)
    return kept, lost


def fill(problem: Problem, chosen: Iterable[int], among: Collection[int] | None = None) -> Diary:
    """Fill what is left: the needs with the fewest candidates first, each with whoever is cheapest then.

    `among` are the pairs to look at first; whoever is not among them gets what then is still left.
    """
    diary = Diary(problem, chosen)
    order = sorted(range(len(problem.needs)), key=lambda one: (len(problem.by_need[one]), one))
    if among is not None:
        looked_at: list[list[int]] = [[] for _ in problem.needs]
        for pair in among:
            looked_at[problem.need_of[pair]].append(pair)
        for need in order:
            _fill_need(diary, need, looked_at[need])
    for need in order:
        _fill_need(diary, need, problem.by_need[need])
    return diary


def _fill_need(diary: Diary, need: int, candidates: list[int]) -> None:
    by_cost = sorted(candidates, key=lambda one: (diary.problem.cost_of[one], one)) if diary.left[need] else []
    while diary.left[need] > 0:
        best: tuple[int, int] | None = None
        for pair in by_cost:
            if best is not None and diary.problem.cost_of[pair] > best[0]:
                break  # nobody who follows can be cheaper
            if (price := (diary.price(pair), pair)) < (best or (price[0] + 1, 0)) and diary.fits(pair):
                best = price
        if best is None:
            return
        diary.add(best[1])
