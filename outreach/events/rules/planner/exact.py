"""The same problem as a mixed-integer program, solved by HiGHS: the only module that knows it."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from math import isfinite

import highspy

from outreach.events.rules.children import MOST
from outreach.events.rules.planner.greedy import Diary, fill
from outreach.events.rules.planner.problem import STEPS, Problem

MOST_WHOLE = 30_000
"""Of so many pairs the whole program is written at once."""

Watch = Callable[[float], bool]
"""Told the bound while it solves; says whether to stop."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the solver came to: the pairs, and what no plan can cost less than, if it got that far."""

    chosen: list[int]
    bound: float | None
    stopped: bool


@dataclass
class _Program:
    """Columns and rows as HiGHS takes them."""

    costs: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    start: list[float] = field(default_factory=list)  # the values of the plan to begin with
    rows: list[tuple[list[tuple[int, float]], float, float]] = field(default_factory=list)

    def column(self, cost: float, upper: float, value: float, *, lower: float = 0.0, whole: bool = False) -> int:
        self.costs.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        self.start.append(value)
        return len(self.costs) - 1

    def row(self, entries: list[tuple[int, float]], low: float, high: float) -> None:
        self.rows.append((entries, low, high))


def solve(
    problem: Problem, pairs: Sequence[int], pinned: Collection[int], start: Collection[int], limit: float, watch: Watch
) -> Found | None:
    """The best plan of these pairs within so many seconds; None if the solver came to nothing.

    `start` is a plan to begin with: what comes back costs no more. One thread and one seed: the same again.

    Days with under-18s are seldom what decides, and would double a large program. There it is solved without them;
    who then has too many is mended, and limited in the next round. What was proven without a limit holds with it.
    """
    begun = time.monotonic()
    every = {problem.helper_of[pair] for pair in pairs}
    limited = every if len(pairs) <= MOST_WHOLE else set()
    best, bound = list(start), None
    while (left := limit - (time.monotonic() - begun)) > 0 or bound is None:
        found = _solve_once(problem, pairs, pinned, best, limited, max(left, 0.01), watch)
        if found is None:
            break
        bound = max((one for one in (bound, found.bound) if one is not None), default=None)
        mended = _mend(problem, pinned, found.chosen)
        best = min(best, mended, key=problem.cost)
        dropped = {problem.helper_of[pair] for pair in set(found.chosen).difference(mended)}
        if found.stopped or found.bound is None or dropped <= limited:
            return Found(best, bound, found.stopped)
        limited = limited | dropped
    return None if bound is None else Found(best, bound, stopped=False)


def _mend(problem: Problem, pinned: Collection[int], chosen: Sequence[int]) -> list[int]:
    """A plan without what is one too many, filled again by others."""
    diary = Diary(problem, pinned)
    for pair in sorted(chosen, key=lambda one: (problem.cost_of[one], one)):
        if diary.fits(pair):
            diary.add(pair)
    return sorted(fill(problem, diary.chosen).chosen)


def _solve_once(
    problem: Problem,
    pairs: Sequence[int],
    pinned: Collection[int],
    start: Collection[int],
    limited: Collection[int],
    seconds: float,
    watch: Watch,
) -> Found | None:
    program = _Program()
    column = _write(program, problem, pairs, pinned, start, limited)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its only signature without types
    options: dict[str, str | float] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "time_limit": seconds,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.99,  # costs are whole numbers
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    if solver.passModel(_as_model(program)) == highspy.HighsStatus.kError:
        return None  # run all the same, it would neither end nor listen
    known = highspy.HighsSolution()
    known.col_value = program.start
    solver.setSolution(known)
    hopeless = _hopeless(problem, pairs)
    stopped = _listen(solver, lambda bound: watch(bound + hopeless))
    solver.run()
    if stopped.error is not None:
        raise stopped.error
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    values = solver.getSolution().col_value
    chosen = [pair for pair in pairs if values[column[pair]] > 0.5]
    bound = info.mip_dual_bound + hopeless
    return Found(chosen, bound if isfinite(bound) else None, stopped.asked)


def _hopeless(problem: Problem, pairs: Sequence[int]) -> int:
    """What the places cost for which there is nobody: the program does not know of them."""
    hopeful = {problem.need_of[pair] for pair in pairs}
    return problem.unfilled_cost * sum(one.left for need, one in enumerate(problem.needs) if need not in hopeful)


@dataclass
class _Stop:
    asked: bool = False
    error: Exception | None = None


def _listen(solver: highspy.Highs, watch: Watch) -> _Stop:
    """Tell of progress and stop when asked. An error of the listener stops it, too: none may cross the solver."""
    stop = _Stop()

    def hear(event: highspy.HighsCallbackEvent) -> None:
        try:
            stop.asked = stop.asked or watch(event.data_out.mip_dual_bound)
        except Exception as error:  # noqa: BLE001 raised again once the solver has returned
            stop.error = error
        if stop.asked or stop.error is not None:
            event.interrupt()

    solver.cbMipInterrupt.subscribe(hear)
    return stop


def _write(
    program: _Program,
    problem: Problem,
    pairs: Sequence[int],
    pinned: Collection[int],
    start: Collection[int],
    limited: Collection[int],
) -> dict[int, int]:
    """A column for each pair, and what limits them; days with under-18s only of some. Returns the columns."""
    taken, fixed = set(start), set(pinned)
    column = {
        pair: program.column(problem.cost_of[pair], 1, pair in taken, lower=float(pair in fixed), whole=True)
        for pair in pairs
    }
    by_need: dict[int, list[int]] = defaultdict(list)
    by_helper: dict[int, list[int]] = defaultdict(list)
    for pair in pairs:
        by_need[problem.need_of[pair]].append(pair)
        by_helper[problem.helper_of[pair]].append(pair)
    for need, own in by_need.items():
        _fill(program, problem, need, own, column, taken)
    for helper, own in by_helper.items():
        _even_out(program, problem, helper, own, column, taken)
        for clique in problem.cliques(own):
            program.row([(column[pair], 1) for pair in clique], 0, 1)
        _limit_months(program, problem, helper, own, column)
        if helper in limited:
            _limit_days(program, problem, helper, own, column, taken)
    return column


def _fill(
    program: _Program, problem: Problem, need: int, own: list[int], column: dict[int, int], taken: set[int]
) -> None:
    """Every place of a need is filled, or costs more than any other plan; some of them only by the qualified."""
    what = problem.needs[need]
    left = what.left - sum(pair in taken for pair in own)
    empty = program.column(problem.unfilled_cost, what.left, left)
    program.row([*((column[pair], 1.0) for pair in own), (empty, 1.0)], what.left, what.left)
    anybody = [pair for pair in own if not problem.pairs[pair].qualified]
    if anybody and what.qualified_left:
        program.row([(column[pair], 1.0) for pair in anybody], 0, what.left - what.qualified_left)


def _even_out(
    program: _Program, problem: Problem, helper: int, own: list[int], column: dict[int, int], taken: set[int]
) -> None:
    """Each outing more costs a step more: convex, so the solver takes the steps in their order by itself."""
    outings = sum(pair in taken for pair in own)
    entries = [(column[pair], 1.0) for pair in own]
    flat = max(0, STEPS - (problem.helpers[helper].load - problem.least))  # from here on each costs the same
    steps = [program.column(problem.step_cost(helper, step), 1, step < outings) for step in range(min(len(own), flat))]
    entries.extend((step, -1.0) for step in steps)
    if len(own) > flat:
        entries.append((program.column(problem.step_cost(helper, flat), len(own) - flat, max(0, outings - flat)), -1.0))
    program.row(entries, 0, 0)


def _limit_months(program: _Program, problem: Problem, helper: int, own: list[int], column: dict[int, int]) -> None:
    """No more visits and no more time in a month than they have left."""
    who = problem.helpers[helper]
    months: dict[int, list[int]] = defaultdict(list)
    for pair in own:
        months[problem.needs[problem.need_of[pair]].month].append(pair)
    for month, there in months.items():
        visits, minutes = who.visits.get(month), who.minutes.get(month)
        if visits is not None and visits < len(there):
            program.row([(column[pair], 1.0) for pair in there], 0, max(0, visits))
        if minutes is not None:
            lengths = [float(problem.needs[problem.need_of[pair]].minutes) for pair in there]
            if sum(lengths) > minutes:
                program.row(
                    [(column[pair], length) for pair, length in zip(there, lengths, strict=True)], 0, max(0, minutes)
                )


def _limit_days(
    program: _Program, problem: Problem, helper: int, own: list[int], column: dict[int, int], taken: set[int]
) -> None:
    """No more days with under-18s in any thirty than may be: those that they have count, and one day counts once."""
    windows = problem.windows(helper)
    if not windows:
        return
    on_day: dict[int, list[int]] = defaultdict(list)
    for pair in own:
        for day in problem.needs[problem.need_of[pair]].child_days:
            on_day[day].append(pair)
    day_column: dict[int, int] = {}
    for window in windows:
        days = [day for day in on_day if window.holds(day)]
        if len(window.held) > MOST:
            for pair in {pair for day in days for pair in on_day[day]}:
                program.upper[column[pair]] = 0.0
            continue
        new = [day for day in days if day not in window.held]
        if len(new) + len(window.held) <= MOST:
            continue
        for day in new:
            if day not in day_column:
                day_column[day] = _day(program, on_day[day], column, taken)
        # An opening of several days is one column for them all: a row that named it twice would be no row to HiGHS.
        days_of = Counter(day_column[day] for day in new)
        program.row([(one, float(number)) for one, number in days_of.items()], 0, MOST - len(window.held))


def _day(program: _Program, there: list[int], column: dict[int, int], taken: set[int]) -> int:
    """A column that is 1 if anything is chosen on a day."""
    if len(there) == 1:
        return column[there[0]]
    day = program.column(0, 1, any(pair in taken for pair in there))
    for pair in there:
        program.row([(column[pair], 1.0), (day, -1.0)], -1, 0)
    return day


def _as_model(program: _Program) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.costs), len(program.rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = program.costs, program.lower, program.upper
    model.row_lower_ = [low for _, low, _ in program.rows]
    model.row_upper_ = [high for _, _, high in program.rows]
    starts = [0]
    for entries, _, _ in program.rows:
        starts.append(starts[-1] + len(entries))
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = starts
    matrix.index_ = [index for entries, _, _ in program.rows for index, _ in entries]
    matrix.value_ = [value for entries, _, _ in program.rows for _, value in entries]
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[whole] for whole in program.whole]
    return model
