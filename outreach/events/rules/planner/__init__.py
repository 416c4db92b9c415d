"""Plan a term: the best people for every unfilled opening of a period at once. Pure; see docs/decisions/0013."""

from outreach.events.rules.planner.problem import FAIRNESS, thin_out
from outreach.events.rules.planner.shapes import WHY_WORDS, Helper, Need, Pair, Progress, Proposal, Unfilled, Why
from outreach.events.rules.planner.solving import plan_quickly, solve

__all__ = [
    "FAIRNESS",
    "WHY_WORDS",
    "Helper",
    "Need",
    "Pair",
    "Progress",
    "Proposal",
    "Unfilled",
    "Why",
    "plan_quickly",
    "solve",
    "thin_out",
]
