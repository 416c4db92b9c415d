"""The problem of a term, put in order: costs, clashes, limits. The same inputs in any order make the same problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from outreach.events.rules.children import MOST, WINDOW
from outreach.events.rules.planner.shapes import Helper, Need, Pair

FAIRNESS = 5
"""What each outing that somebody has more than the least burdened costs, in points."""
STEPS = 12
"""From so many outings more on, one costs as much as the next."""
LONGEST_TRIP = 300
"""No two towns are further from each other, in minutes."""
MOST_PAIRS = 100_000
FEWEST_EACH = 10


@dataclass(frozen=True, slots=True)
class Window:
    """Thirty days of one helper in which more than the most days with under-18s might come together."""

    first: int
    held: frozenset[int]  # days in it that they have already

    def holds(self, day: int) -> bool:
        return self.first <= day < self.first + WINDOW


class Problem:
    """Needs, helpers and pairs by number, each sorted by its ids. What names nothing that is there is left out."""

    def __init__(
        self,
        needs: Iterable[Need],
        helpers: Iterable[Helper],
        pairs: Iterable[Pair],
        minutes: Mapping[tuple[str, str], int],
        fairness: int = FAIRNESS,
    ) -> None:
        self.needs = sorted((one for one in needs if one.left > 0), key=lambda one: (one.starts, one.opening_id))
        self.helpers = sorted(helpers, key=lambda one: one.ambassador_id)
        self.fairness = fairness
        self._minutes = minutes
        need_at = {one.opening_id: number for number, one in enumerate(self.needs)}
        helper_at = {one.ambassador_id: number for number, one in enumerate(self.helpers)}
        known = (one for one in pairs if one.opening_id in need_at and one.ambassador_id in helper_at)
        self.pairs = sorted(known, key=lambda one: (need_at[one.opening_id], helper_at[one.ambassador_id]))
        self.at = {(one.opening_id, one.ambassador_id): number for number, one in enumerate(self.pairs)}
        self.need_of = [need_at[one.opening_id] for one in self.pairs]
        self.helper_of = [helper_at[one.ambassador_id] for one in self.pairs]
        top = max((one.score for one in self.pairs), default=0)
        self.cost_of = [top - one.score for one in self.pairs]
        self.by_need: list[list[int]] = [[] for _ in self.needs]
        self.by_helper: list[list[int]] = [[] for _ in self.helpers]
        for number, (need, helper) in enumerate(zip(self.need_of, self.helper_of, strict=True)):
            self.by_need[need].append(number)
            self.by_helper[helper].append(number)
        self.least = min((one.load for one, own in zip(self.helpers, self.by_helper, strict=True) if own), default=0)
        self.unfilled_cost = self._unfilled_cost()
        self._windows: dict[int, list[Window]] = {}

    def _unfilled_cost(self) -> int:
        """More than any rearrangement can save, so that filling a place always wins over points.

        Beyond a thousand people who would have to change places for it the sums would lose their precision.
        """
        dearest = max(self.cost_of, default=0) + self.fairness * STEPS
        return dearest * min(sum(one.left for one in self.needs), 1000) + 1

    def step_cost(self, helper: int, outings: int) -> int:
        """What the next outing of somebody costs who has so many in this plan: rising, so that loads even out."""
        return self.fairness * min(self.helpers[helper].load - self.least + outings, STEPS)

    def cost(self, chosen: Collection[int]) -> int:
        """What a plan costs: the less, the better."""
        counts: dict[int, int] = defaultdict(int)
        total = self.unfilled_cost * (sum(one.left for one in self.needs) - len(chosen))
        for pair in chosen:
            helper = self.helper_of[pair]
            total += self.cost_of[pair] + self.step_cost(helper, counts[helper])
            counts[helper] += 1
        return total

    def points(self, chosen: Collection[int]) -> int:
        """The scores of a plan less what uneven loads cost."""
        top = sum(self.pairs[one].score + self.cost_of[one] for one in chosen)
        places = sum(one.left for one in self.needs)
        return top - (self.cost(chosen) - self.unfilled_cost * (places - len(chosen)))

    @cached_property
    def clashing(self) -> list[set[int]]:
        """For each need those that nobody can take as well: at that time, too soon to travel, or of the same event."""
        found: list[set[int]] = [set() for _ in self.needs]
        same: dict[int, list[int]] = defaultdict(list)
        open_ones: list[int] = []
        for number, need in enumerate(self.needs):
            open_ones = [one for one in open_ones if self.needs[one].ends + LONGEST_TRIP > need.starts]
            for one in (*same[need.event_id], *open_ones):
                if self.needs[one].event_id == need.event_id or self._too_close(self.needs[one], need):
                    found[one].add(number)
                    found[number].add(one)
            open_ones.append(number)
            same[need.event_id].append(number)
        return found

    def _too_close(self, first: Need, second: Need) -> bool:
        away = bool(first.town and second.town and first.town != second.town)
        trip = self._minutes.get((first.town, second.town), 0) if away else 0
        return second.starts < first.ends + min(trip, LONGEST_TRIP)

    def cliques(self, pairs: Sequence[int]) -> list[list[int]]:
        """Pairs of one helper of which at most one can be chosen: together they say every clash there is."""
        rows: list[list[int]] = []
        told: set[tuple[int, int]] = set()
        for place, first in enumerate(pairs):
            clashes = self.clashing[self.need_of[first]]
            later = [one for one in pairs[place + 1 :] if self.need_of[one] in clashes]
            for second in later:
                if (first, second) in told:
                    continue
                row = [first, second]
                for one in later:
                    if one not in row and all(self.need_of[one] in self.clashing[self.need_of[n]] for n in row):
                        row.append(one)
                row.sort()
                told.update((a, b) for number, a in enumerate(row) for b in row[number + 1 :])
                rows.append(row)
        return rows

    def windows(self, helper: int) -> list[Window]:
        """The thirty days in which somebody's days with under-18s are limited, where there might be too many.

        A window on all of whose days a check counts that was seen is not limited.
        """
        if helper not in self._windows:
            self._windows[helper] = self._find_windows(helper)
        return self._windows[helper]

    def _find_windows(self, helper: int) -> list[Window]:
        who = self.helpers[helper]
        new = {day for pair in self.by_helper[helper] for day in self.needs[self.need_of[pair]].child_days}
        every = sorted(new | who.child_days) if new else []
        found = []
        for first in every:
            inside = [day for day in every if first <= day < first + WINDOW]
            covered = who.checked is not None and who.checked[0] <= inside[0] and inside[-1] <= who.checked[1]
            if len(inside) > MOST and not covered and not new.isdisjoint(inside):
                found.append(Window(first, frozenset(day for day in inside if day in who.child_days)))
        return found

    def best(self, kept: Collection[int] = ()) -> tuple[list[int], int | None]:
        """The pairs to solve with, and how many there are of each need, None where it is all of them."""
        if len(self.pairs) <= MOST_PAIRS:
            return list(range(len(self.pairs))), None
        each = max(FEWEST_EACH, MOST_PAIRS // len(self.needs))
        found = set(kept)
        for need, own in zip(self.needs, self.by_need, strict=True):
            in_order = sorted(own, key=lambda one: (self.cost_of[one], one))
            found.update(
                self.at[need.opening_id, id]
                for id in thin_out(need.opening_id, [self.pairs[one].ambassador_id for one in in_order], each)
            )
        return sorted(found), each


def thin_out(opening_id: int, ranked: Sequence[int], most: int) -> list[int]:
    """So many of the people of an opening: half of them its best, the others spread over the rest.

    The best of one opening are mostly the best of the next, too: without the spread a few would be all there are.
    """
    if len(ranked) <= most:
        return list(ranked)
    best = most // 2
    rest = sorted(
        ranked[best:], key=lambda id: ((id * 2_654_435_761 + opening_id * 40_503 * 65_537) % 4_294_967_291, id)
    )
    return [*ranked[:best], *rest[: most - best]]
