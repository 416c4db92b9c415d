"""Solve the plan of a term: by HiGHS within a time limit, by the quick way where that comes to nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import ceil

from outreach.events.rules.planner.greedy import Diary, fill, keep_pins
from outreach.events.rules.planner.problem import FAIRNESS, Problem
from outreach.events.rules.planner.shapes import Helper, Need, Pair, Progress, Proposal, Unfilled, Why
from outreach.events.rules.plans import USUAL_SECONDS, PlanMethod


def solve(
    needs: Iterable[Need],
    helpers: Iterable[Helper],
    pairs: Iterable[Pair],
    *,
    minutes: Mapping[tuple[str, str], int] | None = None,
    pins: Iterable[tuple[int, int]] = (),
    limit_seconds: float = USUAL_SECONDS,
    fairness: int = FAIRNESS,
    watch: Callable[[Progress], bool] = lambda progress: False,
) -> Proposal:
    """The plan that fills most places, and of those that do the one with the most points and the evenest loads.

    `minutes` are the travel times between towns, `pins` pairs (opening, ambassador) to be kept. `watch` hears of
    progress and says whether to stop. Never worse than `plan_quickly`, and the same again for the same inputs, unless
    time runs out or it is stopped.
    """
    begun = time.monotonic()
    problem = Problem(needs, helpers, pairs, minutes or {}, fairness)
    kept, lost = keep_pins(problem, pins)
    looked_at, best_of = problem.best(kept)
    quick = fill(problem, kept, looked_at if best_of else None)
    if best_of:  # the solver begins with what was chosen, so it must know of it
        looked_at = sorted({*looked_at, *quick.chosen})
    if not problem.pairs:
        return _propose(quick, lost, begun, bound=problem.cost(quick.chosen), best_of=None)

    def hear(bound: float) -> bool:
        return watch(Progress(time.monotonic() - begun, _gap(problem, quick.chosen, bound)))

    found = None
    try:
        from outreach.events.rules.planner import exact
    except ImportError:  # a machine for which there is no HiGHS
        pass
    else:
        left = limit_seconds - (time.monotonic() - begun)
        found = exact.solve(problem, looked_at, kept, quick.chosen, left, hear)
    if found is None:
        return _propose(quick, lost, begun, bound=None, best_of=best_of)
    better = fill(problem, found.chosen)  # somebody who was not among the best may be free for what is left
    best = min((better, quick), key=lambda one: problem.cost(one.chosen))
    return _propose(best, lost, begun, bound=found.bound, best_of=best_of, stopped=found.stopped)


def plan_quickly(
    needs: Iterable[Need],
    helpers: Iterable[Helper],
    pairs: Iterable[Pair],
    *,
    minutes: Mapping[tuple[str, str], int] | None = None,
    pins: Iterable[tuple[int, int]] = (),
    fairness: int = FAIRNESS,
) -> Proposal:
    """The quick plan, of which nothing is proven."""
    begun = time.monotonic()
    problem = Problem(needs, helpers, pairs, minutes or {}, fairness)
    kept, lost = keep_pins(problem, pins)
    looked_at, best_of = problem.best(kept)
    quick = fill(problem, kept, looked_at if best_of else None)
    return _propose(quick, lost, begun, bound=None, best_of=best_of)


def _propose(
    diary: Diary,
    lost: list[tuple[int, int]],
    begun: float,
    *,
    bound: float | None,
    best_of: int | None,
    stopped: bool = False,
) -> Proposal:
    problem = diary.problem
    cost = problem.cost(diary.chosen)
    lacking = None if bound is None else max(0, cost - ceil(bound - 0.01))
    method = PlanMethod.GREEDY if lacking is None else PlanMethod.BOUNDED if lacking else PlanMethod.OPTIMAL
    return Proposal(
        chosen=tuple(problem.pairs[pair] for pair in sorted(diary.chosen)),
        unfilled=tuple(_explain(diary, need) for need, left in enumerate(diary.left) if left),
        lost=tuple(lost),
        method=method,
        points=problem.points(diary.chosen),
        cost=cost,
        gap=None if bound is None else _gap(problem, diary.chosen, bound),
        more=None if lacking is None else min(lacking // problem.unfilled_cost, sum(diary.left)),
        seconds=time.monotonic() - begun,
        pairs=len(problem.pairs),
        best_of=best_of,
        stopped=stopped,
    )


def _gap(problem: Problem, chosen: set[int], bound: float) -> float:
    """How much of the best possible points a plan may lack."""
    lacking = max(0, problem.cost(chosen) - ceil(bound - 0.01)) if bound > 0 else problem.cost(chosen)
    return 0.0 if lacking == 0 else min(1.0, lacking / max(1, problem.points(chosen) + lacking))


def _explain(diary: Diary, need: int) -> Unfilled:
    """What blocks the places that are left: what stands against most of those who could come, if anybody could."""
    problem = diary.problem
    opening = problem.needs[need].opening_id
    could = [diary.why_not(pair) for pair in problem.by_need[need] if pair not in diary.chosen]
    counts = Counter(why for why in could if why is not None)
    order = list(Why)
    why = min(counts, key=lambda one: (-counts[one], order.index(one)), default=None)
    return Unfilled(opening, diary.left[need], why)
