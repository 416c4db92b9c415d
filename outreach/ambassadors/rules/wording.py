"""The promise board and unmet demand in words. Pure."""

from __future__ import annotations

from typing import Any, Protocol

from outreach.ambassadors.rules.board import Cell, Light, Why

LIGHT_WORDS = {Light.GREEN: "Green", Light.AMBER: "Amber", Light.DARK: "Dark"}
_WHY = {
    Why.ONLY_ONE: "only one person",
    Why.EXPIRES: "something expires",
    Why.NEIGHBOUR: "only a neighbour",
    Why.NOBODY: "nobody",
}


def say_why(cell: Cell) -> str:
    """Why a cell is less than green, in a few words; nothing for a green one."""
    return ", ".join(_WHY[why] for why in cell.why)


def say_cell(cell: Cell, district: str) -> list[str]:
    """The same in sentences that name nobody."""
    home, near = len(cell.at_home), len(cell.neighbours)
    if Why.NOBODY in cell.why:
        return [f"No council-employed ambassador who is ready can be sent in {district} in this week."]
    said = []
    if home:
        said.append(f"{_people(home)} who {_verb(home, 'works', 'work')} in {district} can be sent.")
    else:
        said.append(f"Nobody who works in {district} can be sent: only a neighbour covers it.")
    if near:
        said.append(f"{_people(near)} from {_verb(near, 'another district travels', 'other districts travel')} here.")
    if Why.ONLY_ONE in cell.why:
        said.append("If that one person drops out, the district is dark.")
    if cell.expiring:
        whose = "1 person" if len(cell.expiring) == 1 else f"{len(cell.expiring)} people"
        said.append(f"Something on the checklist of {whose} expires in this week.")
    return said


def say_kept(kept: int, districts: int) -> str:
    """'Six of six districts kept for the next 12 weeks'."""
    return f"{_number(kept).capitalize()} of {_number(districts)} districts kept for the next 12 weeks"


def say_demand(activity: str | None, audience: str | None, role_family: str | None, language: str | None) -> str:
    """What was looked for: 'Mock interviews, for job seekers, in Polish'; 'any ambassador' where nothing was chosen."""
    parts = [
        activity or "",
        f"for {_small(audience)}" if audience else "",
        f"by somebody in {_small(role_family)}" if role_family else "",
        f"in {language}" if language else "",
    ]
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:] if said else "Any ambassador"


class Labelled(Protocol):
    """A term, of which only the words matter here."""

    label: Any


def say_terms(
    activity: Labelled | None, audience: Labelled | None, role_family: Labelled | None, language: Labelled | None
) -> str:
    """The same of terms."""
    chosen = (activity, audience, role_family, language)
    return say_demand(*[term.label if term else None for term in chosen])


def say_offer(labels: list[str]) -> str:
    """'Talk or presentation, mentoring'."""
    return ", ".join(label if not at else _small(label) for at, label in enumerate(labels))


def _people(count: int) -> str:
    return "1 council-employed ambassador" if count == 1 else f"{count} council-employed ambassadors"


def _verb(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _number(count: int) -> str:
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)
