"""Terms to plan, made up from a seed: openings and people of a county of twelve districts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from outreach.events.rules.planner import Helper, Need, Pair

DISTRICTS = 12
SKILLS = 10
WEEKS = 16
DAY = 24 * 60
HALVES = (9 * 60, 13 * 60)


@dataclass(frozen=True)
class Term:
    """What the planner is given."""

    needs: list[Need]
    helpers: list[Helper]
    pairs: list[Pair]
    minutes: dict[tuple[str, str], int]


def make_term(openings: int, people: int, *, seed: int = 0, most_each: int | None = None) -> Term:
    """Half-day visits of one or two people, monthly limits, free half-days, days with under-18s, travel between towns.

    With `most_each`, only so many of the best pairs of an opening.
    """
    luck = Random(seed)
    minutes = {
        (f"town {a}", f"town {b}"): 15 + 10 * min(abs(a - b), DISTRICTS - abs(a - b))
        for a in range(DISTRICTS)
        for b in range(DISTRICTS)
        if a != b
    }
    homes: dict[int, list[int]] = defaultdict(list)
    skills, free, helpers = {}, {}, []
    for number in range(people):
        home = luck.randrange(DISTRICTS)
        for district in {home, (home + luck.choice((-1, 1))) % DISTRICTS}:
            homes[district].append(number)
        skills[number] = set(luck.sample(range(SKILLS), 4))
        free[number] = {(day, half) for day in range(5) for half in range(2) if luck.random() < 0.6}
        most = luck.choice((1, 2, 2, 3))
        helpers.append(
            Helper(
                ambassador_id=number + 1,
                load=luck.randrange(4),
                visits=dict.fromkeys(range(5), most),
                minutes=dict.fromkeys(range(5), most * 240) if luck.random() < 0.5 else {},
                child_days=frozenset(luck.sample(range(112), luck.randrange(3))),
                checked=(0, 400) if luck.random() < 0.3 else None,
            )
        )
    needs, pairs = [], []
    for number in range(openings):
        week, day, half = luck.randrange(WEEKS), luck.randrange(5), luck.randrange(2)
        on = week * 7 + day
        district, skill, starts = luck.randrange(DISTRICTS), luck.randrange(SKILLS), on * DAY + HALVES[half]
        left = luck.choice((1, 1, 2))
        qualified = int(left == 2 and luck.random() < 0.5)
        begins, stops = starts + luck.choice((0, 30, 60)), starts + luck.choice((150, 180, 225))
        needs.append(
            Need(
                opening_id=number + 1,
                event_id=number + 1,
                starts=begins,
                ends=stops,
                town=f"town {district}",
                month=on // 28,
                minutes=stops - begins,
                left=left,
                qualified_left=qualified,
                child_days=(on,) if luck.random() < 0.6 else (),
            )
        )
        own = [
            Pair(number + 1, one + 1, 40 + 20 * (skill in skills[one]) + luck.randrange(30), skill in skills[one])
            for one in homes[district]
            if (day, half) in free[one] and (skill in skills[one] or luck.random() < 0.5)
        ]
        pairs += sorted(own, key=lambda one: (-one.score, one.ambassador_id))[:most_each]
    return Term(needs, helpers, pairs, minutes)
